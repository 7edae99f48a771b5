//! What an order is worth by a store's basis: what was paid, in parts; less what went back, in the same parts.

use super::{Basis, Head, Order};
use crate::domain::attribution::split_minor;
use crate::domain::event::RefundSeen;
use crate::domain::money::Money;

/// No part weighs more: weights are added up.
const WEIGHT_MAX: u64 = 1 << 60;

/// What an order is worth, each figure in the shop's currency. `gross - refunds = net` always, and net is never below zero nor above what stayed of the payment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Worth {
    /// Paid before anything went back; zero for tests.
    pub gross_minor: i64,
    /// Refunded, charged back, or taken away by cancellation.
    pub refunds_minor: i64,
    /// What stayed.
    pub net_minor: i64,
    /// What stayed of the payment, whatever it was for.
    pub kept_minor: i64,
    /// Something was to be left out that the platform doesn't tell: it is counted in.
    pub untold: bool,
}

/// An amount in the parts that it consists of, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shares {
    /// Lines, without tax, other than gift cards; and tips.
    pub goods: i64,
    /// Tax and duties.
    pub tax: i64,
    /// Shipping without its tax.
    pub shipping: i64,
    /// Gift cards sold: owed to whoever has them, and revenue once they pay for something.
    pub gift_cards: i64,
}

impl Shares {
    /// All of it.
    pub fn sum(self) -> i64 {
        [self.goods, self.tax, self.shipping, self.gift_cards].into_iter().fold(0, i64::saturating_add)
    }

    /// What counts as revenue.
    pub fn counted(self, basis: Basis) -> i64 {
        let tax = if basis.tax_included { self.tax } else { 0 };
        let shipping = if basis.shipping_included { self.shipping } else { 0 };
        self.goods.saturating_add(tax).saturating_add(shipping)
    }

    fn plus(self, other: Self) -> Self {
        Self {
            goods: self.goods.saturating_add(other.goods),
            tax: self.tax.saturating_add(other.tax),
            shipping: self.shipping.saturating_add(other.shipping),
            gift_cards: self.gift_cards.saturating_add(other.gift_cards),
        }
    }

    /// An amount in the same proportions, to the last minor unit (largest remainder). Of nothing it is all goods.
    fn split(self, amount: i64) -> Self {
        let weights = [self.goods, self.tax, self.shipping, self.gift_cards].map(|part| u64::try_from(part).unwrap_or(0).min(WEIGHT_MAX));
        match split_minor(amount.max(0), &weights)[..] {
            [goods, tax, shipping, gift_cards] if weights.iter().any(|w| *w > 0) => Self { goods, tax, shipping, gift_cards },
            _ => Self { goods: amount.max(0), ..Self::default() },
        }
    }

    /// What an order's total consists of. Goods are what is left once everything else is taken out, so that the parts always add up.
    fn of_order(head: &Head) -> Self {
        let p = &head.parts;
        let told = |part: Option<Money>| part.filter(|m| m.currency == head.total.currency).map_or(0, |m| m.minor.max(0));
        let included = if p.tax_included == Some(true) { told(p.shipping_tax) } else { 0 };
        let shipping = (told(p.shipping) - included).max(0);
        let tax = told(p.tax).saturating_add(told(p.duties));
        let gift_cards = told(p.gift_cards);
        let rest = tax.saturating_add(shipping).saturating_add(gift_cards);
        Self { goods: head.total.minor.saturating_sub(rest).max(0), tax, shipping, gift_cards }
    }

    /// What a refund consists of: as told; where the platform doesn't say, in the order's proportions. What goes beyond what it was for is goods.
    fn of_refund(refund: &RefundSeen, amount: i64, head: &Head, of_order: Self) -> Self {
        let p = &refund.parts;
        let told = |part: Option<Money>| part.filter(|m| m.currency == head.total.currency).map_or(0, |m| m.minor.max(0));
        let knows_tax = p.tax.is_some() || head.parts.tax.is_some_and(|tax| tax.minor == 0);
        if !p.is_told() || (p.subtotal.is_some() && !knows_tax) {
            return of_order.split(amount);
        }
        let included = |tax: Option<Money>| if head.parts.tax_included == Some(true) { told(tax) } else { 0 };
        let for_what = Self {
            goods: (told(p.subtotal) - included(p.tax)).max(0),
            tax: told(p.tax).saturating_add(told(p.shipping_tax)),
            shipping: (told(p.shipping) - included(p.shipping_tax)).max(0),
            gift_cards: told(p.gift_cards),
        };
        let beyond = amount.saturating_sub(for_what.sum());
        if beyond < 0 { for_what.split(amount) } else { Self { goods: for_what.goods.saturating_add(beyond), ..for_what } }
    }
}

impl Order {
    /// What it is worth now by a basis; none while only a refund has been seen.
    pub fn worth(&self, basis: Basis) -> Option<Worth> {
        let head = self.head.as_ref()?;
        if self.test {
            return Some(Worth::default());
        }
        let paid = head.paid.minor.max(0);
        let stayed = self.stayed_minor(head);
        let gross = Shares::of_order(head).split(paid).counted(basis);
        let net = gross.saturating_sub(self.went_back(head).counted(basis)).clamp(0, stayed);
        let untold = (!basis.tax_included && head.parts.tax.is_none()) || (!basis.shipping_included && head.parts.shipping.is_none());
        Some(Worth { gross_minor: gross, refunds_minor: gross - net, net_minor: net, kept_minor: stayed, untold })
    }

    /// What was paid for it before anything went back, in parts that add up; none while only a refund has been seen.
    pub fn paid_in_parts(&self) -> Option<Shares> {
        self.head.as_ref().map(|head| Shares::of_order(head).split(head.paid.minor.max(0)))
    }

    /// What refunds paid back by now, in minor units of the shop's currency.
    pub fn refunded_minor(&self) -> i64 {
        let Some(head) = &self.head else { return 0 };
        self.refunds.values().map(|r| in_shop_currency(r.amount, head)).fold(0, i64::saturating_add)
    }

    /// What banks hold or have given back to buyers, in minor units of the shop's currency.
    pub fn charged_back_minor(&self) -> i64 {
        let Some(head) = &self.head else { return 0 };
        let away = self.disputes.values().filter(|d| d.state.takes_money());
        away.map(|d| in_shop_currency(d.amount, head)).fold(0, i64::saturating_add)
    }

    /// What stayed of the payment, whatever it was for.
    fn stayed_minor(&self, head: &Head) -> i64 {
        if self.cancelled_at.is_some() {
            return 0;
        }
        let refunded = self.refunded_minor();
        let back = refunded.saturating_add(self.charged_back_minor());
        head.paid.minor.max(0).saturating_sub(back).max(0)
    }

    fn went_back(&self, head: &Head) -> Shares {
        let of_order = Shares::of_order(head);
        let refunds = self.refunds.values().map(|r| Shares::of_refund(r, in_shop_currency(r.amount, head), head, of_order));
        refunds.chain([of_order.split(self.charged_back_minor())]).fold(Shares::default(), Shares::plus)
    }
}

/// A refund's or chargeback's amount in the shop's currency, by the rate of the order itself; never negative.
pub fn in_shop_currency(amount: Money, head: &Head) -> i64 {
    let minor = match head.presentment_total {
        Some(seen) if amount.currency != head.total.currency && amount.currency == seen.currency && seen.minor > 0 => {
            let scaled = i128::from(amount.minor) * i128::from(head.total.minor);
            let half = i128::from(seen.minor) / 2;
            i64::try_from((scaled + half) / i128::from(seen.minor)).unwrap_or(i64::MAX)
        }
        _ => amount.minor,
    };
    minor.max(0)
}
