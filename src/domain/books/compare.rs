//! The comparison itself.

use super::{BookOrder, Comparison, Difference, Kind, Sums};
use crate::domain::money::{Currency, Money};
use crate::domain::order::{Basis, Head, Order, in_shop_currency};
use std::collections::{BTreeMap, HashMap, HashSet};

/// So many differences are listed; all are counted and added up.
const LISTED_MAX: usize = 500;

/// An order that both sides have.
struct Pair<'a> {
    ours: &'a Order,
    head: &'a Head,
    theirs: &'a BookOrder,
}

/// Compares the orders of one period. Those of which only a refund is known here are passed over: nobody knows when they were placed.
pub fn compare(ours: &[Order], theirs: &[BookOrder]) -> Comparison {
    let mut by_id: HashMap<&str, &Order> = HashMap::new();
    let mut by_name: HashMap<&str, &Order> = HashMap::new();
    for order in ours {
        by_id.insert(&order.platform_id, order);
        if let Some(head) = &order.head {
            by_name.insert(&head.name, order);
        }
    }
    let mut tally = Tally::default();
    let mut seen: HashSet<&str> = HashSet::new();
    for book in theirs {
        let known = book.platform_id.as_deref().map_or_else(|| by_name.get(book.name.as_str()), |id| by_id.get(id));
        match known.and_then(|ours| Some(Pair { ours, head: ours.head.as_ref()?, theirs: book })) {
            // A line that comes twice is one order.
            Some(pair) if seen.insert(&pair.ours.platform_id) => tally.pair(&pair),
            Some(_) => {}
            None => tally.only_theirs(book),
        }
    }
    for order in ours.iter().filter(|order| !seen.contains(order.platform_id.as_str())) {
        tally.only_ours(order);
    }
    tally.end()
}

fn kept(order: &Order) -> i64 {
    order.worth(Basis::default()).map_or(0, |worth| worth.kept_minor)
}

#[derive(Default)]
struct Tally {
    sums: BTreeMap<Currency, Sums>,
    differences: Vec<Difference>,
}

impl Tally {
    fn of(&mut self, currency: Currency) -> &mut Sums {
        let zero = Money::new(0, currency);
        self.sums.entry(currency).or_insert(Sums {
            currency,
            orders_ours: 0,
            orders_theirs: 0,
            orders_agree: 0,
            ours: zero,
            theirs: zero,
            difference: zero,
            explained: zero,
            unexplained: zero,
        })
    }

    fn ours(&mut self, currency: Currency, minor: i64) {
        let sums = self.of(currency);
        sums.orders_ours += 1;
        sums.ours.minor = sums.ours.minor.saturating_add(minor);
    }

    fn theirs(&mut self, currency: Currency, minor: i64) {
        let sums = self.of(currency);
        sums.orders_theirs += 1;
        sums.theirs.minor = sums.theirs.minor.saturating_add(minor);
    }

    fn tell(&mut self, difference: Difference) {
        if difference.kind.is_explained() {
            let sums = self.of(difference.amount.currency);
            sums.explained.minor = sums.explained.minor.saturating_add(difference.amount.minor);
        }
        self.differences.push(difference);
    }

    fn only_theirs(&mut self, book: &BookOrder) {
        let (minor, currency) = (book.kept_minor(), book.total.currency);
        self.theirs(currency, minor);
        // A test that never came is nothing that is missing.
        if book.test == Some(true) {
            return;
        }
        let why = if book.platform_id.is_some() {
            "Its webhook never came. Take it in, and look whether the store's webhooks are set up for orders."
        } else {
            "Its webhook never came. Look whether the store's webhooks are set up for orders; with access to the store it can be taken in."
        };
        self.tell(Difference {
            kind: Kind::NotKnownHere,
            platform_id: book.platform_id.clone(),
            name: book.name.clone(),
            ours: None,
            theirs: Some(Money::new(minor, currency)),
            amount: Money::new(minor.saturating_neg(), currency),
            why: why.to_owned(),
            can_take_in: book.platform_id.is_some(),
        });
    }

    fn only_ours(&mut self, order: &Order) {
        let Some(head) = &order.head else { return };
        let (minor, currency) = (kept(order), head.total.currency);
        self.ours(currency, minor);
        if order.test {
            return;
        }
        let amount = Money::new(minor, currency);
        self.tell(Difference {
            kind: Kind::NotInBooks,
            platform_id: Some(order.platform_id.clone()),
            name: head.name.clone(),
            ours: Some(amount),
            theirs: None,
            amount,
            why: "The platform told of it, and its books don't have it any more: it may have been deleted there.".to_owned(),
            can_take_in: false,
        });
    }

    fn pair(&mut self, pair: &Pair<'_>) {
        let (ours, theirs) = (kept(pair.ours), pair.theirs.kept_minor());
        let (currency, other) = (pair.head.total.currency, pair.theirs.total.currency);
        self.ours(currency, ours);
        self.theirs(other, theirs);
        if currency != other {
            // Each side's whole amount is explained in its own currency: they are never set against each other.
            let back = self.of(other);
            back.explained.minor = back.explained.minor.saturating_sub(theirs);
            let why = format!("Here it is in {currency}, in the books in {other}: look at the store's currency in both.");
            return self.tell(pair.difference(Kind::Currency, ours, why, false));
        }
        let parts = pair.parts(ours - theirs);
        if parts.is_empty() {
            self.of(currency).orders_agree += 1;
        }
        parts.into_iter().for_each(|part| self.tell(part));
    }

    fn end(mut self) -> Comparison {
        for sums in self.sums.values_mut() {
            sums.difference.minor = sums.ours.minor.saturating_sub(sums.theirs.minor);
            sums.unexplained.minor = sums.difference.minor.saturating_sub(sums.explained.minor);
        }
        let count = |what: &dyn Fn(&Difference) -> bool| self.differences.iter().filter(|d| what(d)).count() as u64;
        let (unexplained_count, can_take_in_count) = (count(&|d| !d.kind.is_explained()), count(&|d| d.can_take_in));
        let differences_count = count(&|_| true);
        // What needs somebody first, then the greatest.
        self.differences
            .sort_by_key(|d| (d.kind.is_explained(), !d.can_take_in, d.amount.minor.saturating_abs().saturating_neg(), d.name.clone()));
        self.differences.truncate(LISTED_MAX);
        let sums = self.sums.into_values().collect();
        Comparison { sums, differences: self.differences, differences_count, unexplained_count, can_take_in_count }
    }
}

impl Pair<'_> {
    fn difference(&self, kind: Kind, minor: i64, why: String, can_take_in: bool) -> Difference {
        Difference {
            kind,
            platform_id: Some(self.ours.platform_id.clone()),
            name: self.head.name.clone(),
            ours: Some(self.money(kept(self.ours))),
            theirs: Some(Money::new(self.theirs.kept_minor(), self.theirs.total.currency)),
            amount: self.money(minor),
            why,
            can_take_in,
        }
    }

    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.head.total.currency)
    }

    /// What the difference between both sides consists of; nothing where they agree.
    fn parts(&self, difference: i64) -> Vec<Difference> {
        if let Some(test) = self.test() {
            return if difference == 0 { Vec::new() } else { vec![self.difference(Kind::Test, difference, test, false)] };
        }
        let mut parts = self.refunds();
        parts.extend(self.paid());
        parts.extend(self.chargeback());
        parts.extend(self.cancelled());
        let told = parts.iter().fold(0_i64, |sum, part| sum.saturating_add(part.amount.minor));
        let rest = difference.saturating_sub(told);
        if rest != 0 {
            let why = format!("{} are left that nothing here explains: look at the order on the platform.", self.money(rest));
            parts.push(self.difference(Kind::Amount, rest, why, self.theirs.platform_id.is_some()));
        }
        parts
    }

    /// One side takes it for a test, which is no money.
    fn test(&self) -> Option<String> {
        match (self.ours.test, self.theirs.test) {
            (true, Some(true)) => Some(String::new()),
            (true, Some(false)) => Some("It is a test here, and no test in the books.".into()),
            (true, None) => Some("It was paid through a test gateway: it never counts here, and the books don't tell tests apart.".into()),
            (false, Some(true)) => Some("The books say that it is a test; here it counts, since its webhook didn't say so.".into()),
            (false, _) => None,
        }
    }

    fn refunds(&self) -> Vec<Difference> {
        let Some(listed) = &self.theirs.refunds else {
            let minor = self.theirs.refunded.minor.saturating_sub(self.ours.refunded_minor());
            return self.refund(None, minor).into_iter().collect();
        };
        let ours = |id: &str| self.ours.refunds.get(id).map_or(0, |r| in_shop_currency(r.amount, self.head));
        let there: HashSet<&str> = listed.iter().map(|r| r.id.as_str()).collect();
        let of_theirs = listed.iter().filter_map(|r| self.refund(Some(&r.id), r.amount.minor.saturating_sub(ours(&r.id))));
        let others = self.ours.refunds.keys().filter(|id| !there.contains(id.as_str()));
        of_theirs.chain(others.filter_map(|id| self.refund(Some(id), ours(id).saturating_neg()))).collect()
    }

    /// A refund of which the books have so much more than we.
    fn refund(&self, id: Option<&str>, minor: i64) -> Option<Difference> {
        let which = id.map_or_else(|| "Refunds".to_owned(), |id| format!("Refund {id}"));
        let amount = self.money(minor.saturating_abs());
        match minor {
            0 => None,
            1.. => {
                let why = format!("{which}: {amount} more went back by the books than was told here. Take in what they say.");
                Some(self.difference(Kind::RefundNotKnownHere, minor, why, self.theirs.platform_id.is_some()))
            }
            _ => {
                let why = format!("{which}: {amount} more went back here than by the books.");
                Some(self.difference(Kind::RefundNotInBooks, minor, why, false))
            }
        }
    }

    fn paid(&self) -> Option<Difference> {
        let minor = self.head.paid.minor.max(0).saturating_sub(self.theirs.received.minor);
        if minor == 0 {
            return None;
        }
        let changed = self.head.total != self.theirs.total;
        let sides = format!("paid were {} here, {} by the books", self.money(self.head.paid.minor), self.theirs.received);
        let can = self.theirs.platform_id.is_some();
        Some(if changed {
            let totals = format!("it comes to {} here and to {} in the books", self.head.total, self.theirs.total);
            self.difference(Kind::Edited, minor, format!("It was edited, and one side has the state before: {totals}; {sides}."), can)
        } else if self.theirs.edited == Some(true) {
            self.difference(Kind::Edited, minor, format!("It was edited: {sides}."), can)
        } else {
            self.difference(Kind::Amount, minor, format!("Of the same total {sides}, and nothing here explains it."), can)
        })
    }

    fn chargeback(&self) -> Option<Difference> {
        let minor = self.ours.charged_back_minor();
        let why = format!(
            "{} are charged back: gone here until the dispute is won; the books of orders don't know of disputes.",
            self.money(minor)
        );
        (minor > 0).then(|| self.difference(Kind::Chargeback, minor.saturating_neg(), why, false))
    }

    fn cancelled(&self) -> Option<Difference> {
        let can = self.theirs.platform_id.is_some();
        if self.ours.cancelled_at.is_none() {
            let why = || "The books say that it was cancelled, and that was never told here. Take in what they say.".to_owned();
            return self.theirs.cancelled.then(|| self.difference(Kind::Cancelled, 0, why(), can));
        }
        let left =
            self.head.paid.minor.max(0) - self.ours.refunded_minor().saturating_add(self.ours.charged_back_minor()).min(i64::MAX / 2);
        let why = || {
            format!(
                "It was cancelled, which takes all of it away here; by the books {} of its payment were not paid back.",
                self.money(left)
            )
        };
        (left > 0).then(|| self.difference(Kind::Cancelled, left.saturating_neg(), why(), false))
    }
}
