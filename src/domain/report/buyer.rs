//! What one shopper's orders count for: what they bought after the order that they count from, within some days and month by month.

use super::days;
use crate::domain::money::Currency;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Within so many days buyers are looked at.
pub const WITHIN_DAYS: [i64; 4] = [30, 90, 180, 365];
/// Cohorts are followed for this many months after their first.
pub const MONTHS: i64 = 12;

/// An order of a shopper that was paid, and not all paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bought {
    /// When it was placed, in milliseconds.
    pub at: i64,
    /// On which day in the store's zone.
    pub day: i64,
    /// Of the amount.
    pub currency: Currency,
    /// What stayed, in minor units.
    pub net_minor: i64,
    /// It is credited to a message.
    pub recovered: bool,
}

/// From which order buyers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Everyone, from their first order.
    First,
    /// Those with an order that is credited to a message, from the first such order.
    Recovered,
    /// Those without one, from their first order.
    Other,
}

impl Basis {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Recovered => "recovered",
            Self::Other => "other",
        }
    }
}

impl std::str::FromStr for Basis {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::First, Self::Recovered, Self::Other]
            .into_iter()
            .find(|b| b.as_str() == text)
            .ok_or_else(|| format!("{text:?} is no basis; expected first, recovered or other"))
    }
}

/// Whether a span is counted in days or in months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Within so many days.
    Days,
    /// In the month that comes so many months later.
    Month,
}

/// Where a buyer is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// From which order.
    pub basis: Basis,
    /// Days or months.
    pub grain: Grain,
    /// So many.
    pub span: i64,
    /// Of the amounts.
    pub currency: Currency,
    /// The day, or the first of the month, of the order that they count from.
    pub day: i64,
}

/// What is added there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Who counts: within days every buyer, in a month those who bought in it.
    pub buyers: i64,
    /// Of those: with an order after the one that they count from.
    pub again: i64,
    /// Orders after that one.
    pub orders: i64,
    /// Of all orders in the span, in minor units.
    pub net_minor: i64,
}

impl Sums {
    /// Adds others, so many times.
    pub fn join(&mut self, other: &Self, times: i64) {
        self.buyers += other.buyers * times;
        self.again += other.again * times;
        self.orders += other.orders * times;
        self.net_minor += other.net_minor * times;
    }

    /// Is there nothing?
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

/// What a shopper counts for. Each currency stands for itself, as if another had paid in it.
pub type Fact = Vec<(Place, Sums)>;

/// What a shopper's orders count for, in whatever order they are given.
pub fn fact(orders: &[Bought]) -> Fact {
    let mut orders: Vec<Bought> = orders.iter().copied().filter(|o| o.net_minor > 0).collect();
    orders.sort_by_key(|o| (o.at, o.net_minor));
    let currencies: BTreeSet<Currency> = orders.iter().map(|o| o.currency).collect();
    let mut all: BTreeMap<Place, Sums> = BTreeMap::new();
    for currency in currencies {
        let of: Vec<Bought> = orders.iter().copied().filter(|o| o.currency == currency).collect();
        let recovered = of.iter().position(|o| o.recovered);
        add(&mut all, Basis::First, &of);
        match recovered {
            Some(at) => add(&mut all, Basis::Recovered, of.get(at..).unwrap_or_default()),
            None => add(&mut all, Basis::Other, &of),
        }
    }
    all.into_iter().collect()
}

/// Adds a buyer who counts from the first of these orders.
fn add(all: &mut BTreeMap<Place, Sums>, basis: Basis, orders: &[Bought]) {
    let Some((base, later)) = orders.split_first() else { return };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    for span in WITHIN_DAYS {
        let within: Vec<&Bought> = later.iter().filter(|o| o.day - base.day <= span).collect();
        let net_minor = base.net_minor + within.iter().map(|o| o.net_minor).sum::<i64>();
        let sums = Sums { buyers: 1, again: i64::from(!within.is_empty()), orders: count(within.len()), net_minor };
        let place = Place { basis, grain: Grain::Days, span, currency: base.currency, day: base.day };
        all.entry(place).or_default().join(&sums, 1);
    }
    for span in 0..=MONTHS {
        let inside: Vec<&Bought> = orders.iter().filter(|o| days::months_between(base.day, o.day) == span).collect();
        if inside.is_empty() {
            continue;
        }
        let again = count(inside.len()) - i64::from(span == 0);
        let sums = Sums { buyers: 1, again: i64::from(again > 0), orders: again, net_minor: inside.iter().map(|o| o.net_minor).sum() };
        let place = Place { basis, grain: Grain::Month, span, currency: base.currency, day: days::month_of(base.day) };
        all.entry(place).or_default().join(&sums, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(day: &str, net_minor: i64, recovered: bool) -> Bought {
        let day = days::number(day.parse().expect("a date"));
        Bought { at: day * 86_400_000, day, currency: Currency::USD, net_minor, recovered }
    }

    fn at(fact: &Fact, basis: Basis, grain: Grain, span: i64) -> Option<(i64, i64, i64, i64)> {
        let found = fact.iter().find(|(p, _)| (p.basis, p.grain, p.span) == (basis, grain, span));
        found.map(|(_, s)| (s.buyers, s.again, s.orders, s.net_minor))
    }

    #[test]
    fn a_recovered_buyer_counts_from_the_recovered_order_on() {
        let orders = [order("2026-03-20", 2000, false), order("2026-01-05", 1000, false), order("2026-02-10", 5000, true)];
        let fact = fact(&orders);
        assert_eq!(at(&fact, Basis::Recovered, Grain::Days, 30), Some((1, 0, 0, 5000)));
        assert_eq!(at(&fact, Basis::Recovered, Grain::Days, 90), Some((1, 1, 1, 7000)));
        assert_eq!(at(&fact, Basis::First, Grain::Days, 90), Some((1, 1, 2, 8000)));
        assert_eq!(at(&fact, Basis::Other, Grain::Days, 30), None);
        assert_eq!(at(&fact, Basis::First, Grain::Month, 0), Some((1, 0, 0, 1000)));
        assert_eq!(at(&fact, Basis::First, Grain::Month, 2), Some((1, 1, 1, 2000)));
        assert_eq!(at(&fact, Basis::First, Grain::Month, 3), None);
    }

    #[test]
    fn what_was_all_paid_back_was_never_bought() {
        assert!(fact(&[order("2026-01-05", 0, true)]).is_empty());
    }
}
