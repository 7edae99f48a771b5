//! An order as a fold over what was seen of it, of its refunds and of its chargebacks, in any order.

mod basis;
mod worth;

pub use basis::{Basis, SetBasis};
pub use worth::{Shares, Worth, in_shop_currency};

use crate::domain::arrival::Arrival;
use crate::domain::event::{Item, OrderSeen, RefundSeen, Token};
use crate::domain::joined::earliest;
use crate::domain::money::{Currency, Money};
use crate::domain::payment::{DisputeSeen, Parts};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The facts of one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The platform's id.
    pub platform_id: String,
    /// The order's own latest word; none while only a refund has been seen.
    pub head: Option<Head>,
    /// Refunds by the platform's id.
    pub refunds: BTreeMap<String, RefundSeen>,
    /// Payments that are disputed, by the platform's id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub disputes: BTreeMap<String, DisputeSeen>,
    /// Tokens of the cart and checkout it came from.
    pub tokens: BTreeSet<Token>,
    /// Set for good once any body says so.
    pub cancelled_at: Option<Timestamp>,
    /// Set for good once any body says so.
    pub test: bool,
    /// Our marker, once any body carries it.
    pub marker: Option<String>,
    /// How the shopper came to the store, as the first body that says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Box<Arrival>>,
    /// When the person's data was erased.
    pub erased_at: Option<Timestamp>,
}

/// What an order's latest body said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// As of.
    pub at: Timestamp,
    /// `#1001`.
    pub name: String,
    /// When it was placed.
    pub created_at: Timestamp,
    /// What it was worth when placed.
    pub total: Money,
    /// The same as the shopper saw it.
    pub presentment_total: Option<Money>,
    /// What was paid, before refunds.
    pub paid: Money,
    /// What its total consists of.
    #[serde(default)]
    pub parts: Parts,
    /// Codes that were used.
    pub discount_codes: Vec<String>,
    /// What each of them took off, in the shop's currency.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub code_amounts: BTreeMap<String, Money>,
    /// What was bought.
    pub items: Vec<Item>,
    /// `web`, `pos`, ...
    pub source: Option<String>,
    /// Only a token or code proves that we recovered it.
    pub not_by_shopper: bool,
    /// A subscription that renewed itself.
    pub renewal: bool,
}

impl Order {
    /// An order of which nothing is known but its id.
    pub fn new(platform_id: &str) -> Self {
        Self {
            platform_id: platform_id.to_owned(),
            head: None,
            refunds: BTreeMap::new(),
            disputes: BTreeMap::new(),
            tokens: BTreeSet::new(),
            cancelled_at: None,
            test: false,
            marker: None,
            arrival: None,
            erased_at: None,
        }
    }

    /// Joins a sighting.
    pub fn join_seen(&mut self, seen: &OrderSeen) {
        self.tokens.extend(seen.tokens.iter().cloned());
        earliest(&mut self.cancelled_at, seen.cancelled_at);
        self.test |= seen.test;
        self.marker = self.marker.take().max(seen.marker.clone());
        self.arrival = match (self.arrival.take(), seen.arrival.clone()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        for refund in &seen.refunds {
            self.join_refund(refund);
        }
        let head = head_of(seen);
        if self.head.as_ref().is_none_or(|old| outranks(&head, old)) {
            self.head = Some(head);
        }
    }

    /// Joins a refund. A refund may be told several times with growing amounts (pending, then successful): the greater amount stands.
    pub fn join_refund(&mut self, refund: &RefundSeen) {
        let known = self.refunds.entry(refund.refund_id.clone()).or_insert_with(|| refund.clone());
        // The rest only breaks ties, so that the order of arrival never matters.
        if rank(refund) > rank(known) {
            *known = refund.clone();
        }
    }

    /// Joins what was told of a dispute.
    pub fn join_dispute(&mut self, dispute: &DisputeSeen) {
        let known = self.disputes.entry(dispute.dispute_id.clone()).or_insert_with(|| dispute.clone());
        if dispute.rank() > known.rank() {
            *known = dispute.clone();
        }
    }

    /// The shop's currency, once known.
    pub fn currency(&self) -> Option<Currency> {
        self.head.as_ref().map(|h| h.total.currency)
    }

    /// What these codes took off it, in minor units of the shop's currency; nothing of an order that was cancelled. Codes are the same in capitals or not.
    pub fn taken_off_by(&self, is_ours: impl Fn(&str) -> bool) -> i64 {
        let Some(head) = self.head.as_ref().filter(|_| self.cancelled_at.is_none() && !self.test) else { return 0 };
        let ours = head.code_amounts.iter().filter(|(code, off)| off.currency == head.total.currency && is_ours(code));
        ours.map(|(_, off)| off.minor.max(0)).fold(0, i64::saturating_add)
    }

    /// This order, by the same person, ends carts that were begun at or before it.
    pub fn ends_carts_begun_at(&self, started_at: Timestamp) -> bool {
        // Platforms date orders to the whole second: a cart begun within that second is not after it.
        self.head.as_ref().is_some_and(|h| !h.renewal && h.created_at.as_second() >= started_at.as_second())
    }
}

fn rank(r: &RefundSeen) -> impl Ord + use<'_> {
    (r.amount.minor, r.created_at, r.amount.currency, &r.order_id, &r.parts, &r.transactions)
}

fn head_of(seen: &OrderSeen) -> Head {
    Head {
        at: seen.seen_at,
        name: seen.name.clone(),
        created_at: seen.created_at,
        total: seen.total,
        presentment_total: seen.presentment_total,
        paid: seen.paid,
        parts: seen.parts.clone(),
        discount_codes: seen.discount_codes.clone(),
        code_amounts: seen.code_amounts.clone(),
        items: seen.items.clone(),
        source: seen.source.clone(),
        not_by_shopper: seen.not_by_shopper,
        renewal: seen.renewal,
    }
}

/// Later wins; at the same instant the body that says more was paid; then the greater text.
fn outranks(head: &Head, old: &Head) -> bool {
    let text = |head: &Head| serde_json::to_string(head).unwrap_or_default();
    head.at.cmp(&old.at).then(head.paid.minor.cmp(&old.paid.minor)).then_with(|| text(head).cmp(&text(old))).is_gt()
}
