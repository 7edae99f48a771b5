//! A cart as a fold over what was seen of it: `apply` gives the same cart for any order of arrival and any repetition.
//!
//! That holds because every field is a join (latest, earliest, union), and because the state is not stored but worked out from the facts.

use crate::domain::arrival::{Arrival, Arrivals};
use crate::domain::bots::Marks;
use crate::domain::contact::{Email, Phone};
use crate::domain::event::{CartDeleted, CartSeen, Event, Item, OrderSeen, Stage, Token};
use crate::domain::joined::{Stamped, earliest, latest, latest_of};
use crate::domain::money::Money;
use crate::domain::order::Order;
use crate::domain::visit::{Act, Claim, Products, Teller, Told};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An abandoned cart without a purchase is given up after this long without activity.
pub const LOST_AFTER: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What a cart is now, as the contract names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartState {
    /// The shopper is at it.
    Open,
    /// No activity for longer than the shop's limit.
    Abandoned,
    /// Bought, and the order is credited to one of our nudges.
    Recovered,
    /// Bought without us.
    Purchased,
    /// Given up: deleted by the platform, or older than [`LOST_AFTER`].
    Lost,
    /// Not a shopper's: made by staff or a machine.
    Invalid,
    /// The person's data was erased.
    Erased,
}

impl CartState {
    /// As stored and as the API says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Abandoned => "abandoned",
            Self::Recovered => "recovered",
            Self::Purchased => "purchased",
            Self::Lost => "lost",
            Self::Invalid => "invalid",
            Self::Erased => "erased",
        }
    }

    /// Every state.
    pub const ALL: [Self; 7] = [Self::Open, Self::Abandoned, Self::Recovered, Self::Purchased, Self::Lost, Self::Invalid, Self::Erased];
}

impl std::str::FromStr for CartState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a cart state; expected one of {}", names()))
    }
}

/// What the platform last said is in the cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// As of.
    pub at: Timestamp,
    /// The lines.
    pub items: Vec<Item>,
    /// What they would pay, in the currency they see.
    pub value: Option<Money>,
    /// Codes on the cart.
    pub discount_codes: Vec<String>,
    /// `web`, ...
    pub source: Option<String>,
    /// Made by staff or a machine.
    pub not_by_shopper: bool,
}

/// How an order is known to end a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseProof {
    /// It carries one of the cart's tokens.
    Token,
    /// The same person ordered after the cart was begun.
    Person,
}

/// The facts of one cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    /// Every token seen for it.
    pub tokens: BTreeSet<Token>,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When the shopper last did something.
    pub active_at: Timestamp,
    /// When the platform marked the checkout as completed.
    pub completed_at: Option<Timestamp>,
    /// When the platform last deleted a checkout of it. One that was begun anew since stands.
    pub deleted_at: Option<Timestamp>,
    /// What was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewed: Option<Box<Products>>,
    /// What was put into the cart, as the visit tells it; counts before what was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picked: Option<Box<Products>>,
    /// The cart as the platform last told it; counts before what the visit tells.
    pub cart: Option<Snapshot>,
    /// The checkout as the visit last told it; counts before the cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<Box<Snapshot>>,
    /// The checkout as the platform last told it; counts before everything else.
    pub checkout: Option<Snapshot>,
    /// Who the visit is said to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Box<Claim>>,
    /// Although it is claimed, whose it is was told by the platform.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub named: bool,
    /// Where mail belongs.
    pub email: Option<Stamped<Email>>,
    /// Where texts belong.
    pub phone: Option<Stamped<Phone>>,
    /// Given name.
    pub first_name: Option<Stamped<String>>,
    /// Family name.
    pub last_name: Option<Stamped<String>>,
    /// BCP 47.
    pub locale: Option<Stamped<String>>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<Stamped<String>>,
    /// ISO 3166-2 subdivision.
    pub province: Option<Stamped<String>>,
    /// The platform's recovery link.
    pub recovery_url: Option<Stamped<String>>,
    /// Orders that end it, by the platform's order id.
    pub purchases: BTreeMap<String, PurchaseProof>,
    /// How the shopper came to the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrivals: Option<Box<Arrivals>>,
    /// What tells a shopper from a robot.
    #[serde(default, skip_serializing_if = "Marks::is_empty")]
    pub marks: Marks,
    /// When the person's data was erased.
    pub erased_at: Option<Timestamp>,
}

/// What a caller has to do because of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It was bought: cancel open nudges, and work out credit.
    Purchased,
    /// It can't be recovered any more: cancel open nudges.
    Closed,
}

/// Joins one event into a cart; `None` begins one. Events that aren't about carts change nothing. An order begins no cart: where it was seen before its cart,
/// or before the token that they share, the caller joins it by [`Cart::link_order`].
pub fn apply(cart: Option<Cart>, event: &Event) -> (Option<Cart>, Vec<Effect>) {
    let was = cart.as_ref().map(|c| (c.is_purchased(), c.is_closed()));
    let cart = match event {
        Event::Cart(seen) => Some(cart.unwrap_or_else(|| Cart::begun(seen.started_at, seen.seen_at)).with_seen(seen)),
        Event::CartDeleted(gone) => Some(cart.unwrap_or_else(|| Cart::begun(gone.seen_at, gone.seen_at)).with_deleted(gone)),
        Event::Order(order) => cart.map(|c| c.with_order(order)),
        _ => cart,
    };
    let effects = cart.as_ref().map_or_else(Vec::new, |now| effects_since(was.unwrap_or((false, false)), now));
    (cart, effects)
}

fn effects_since((purchased, closed): (bool, bool), now: &Cart) -> Vec<Effect> {
    let mut effects = Vec::new();
    if now.is_purchased() && !purchased {
        effects.push(Effect::Purchased);
    }
    if now.is_closed() && !closed {
        effects.push(Effect::Closed);
    }
    effects
}

impl Cart {
    /// One of which nothing is known but when it was begun, and when the shopper last did something.
    pub fn begun(started_at: Timestamp, active_at: Timestamp) -> Self {
        Self {
            tokens: BTreeSet::new(),
            started_at,
            active_at,
            completed_at: None,
            deleted_at: None,
            viewed: None,
            picked: None,
            cart: None,
            begun: None,
            checkout: None,
            claim: None,
            named: false,
            email: None,
            phone: None,
            first_name: None,
            last_name: None,
            locale: None,
            country: None,
            province: None,
            recovery_url: None,
            purchases: BTreeMap::new(),
            arrivals: None,
            marks: Marks::default(),
            erased_at: None,
        }
    }

    fn with_seen(mut self, seen: &CartSeen) -> Self {
        let at = seen.seen_at;
        self.tokens.extend(seen.tokens.iter().cloned());
        self.started_at = self.started_at.min(seen.started_at);
        self.active_at = if self.is_seen() { self.active_at.max(at) } else { at };
        earliest(&mut self.completed_at, seen.completed_at);
        self.see_items(seen);
        if let Some(told) = seen.told {
            self.claim = self.claim.take().max(Claim::of(told.by, at, &seen.person).map(Box::new));
        } else {
            latest(&mut self.email, at, seen.person.email.clone());
            latest(&mut self.phone, at, seen.person.phone.clone());
        }
        latest(&mut self.first_name, at, seen.person.first_name.clone());
        latest(&mut self.last_name, at, seen.person.last_name.clone());
        latest(&mut self.locale, at, seen.person.locale.clone());
        latest(&mut self.country, at, seen.person.country.clone());
        latest(&mut self.province, at, seen.person.province.clone());
        latest(&mut self.recovery_url, at, seen.recovery_url.clone());
        if let Some(arrival) = seen.arrival.as_deref() {
            self.arrivals.get_or_insert_default().add(arrival.clone());
        }
        self.marks.join_seen(seen);
        self.forget_if_erased()
    }

    fn see_items(&mut self, seen: &CartSeen) {
        let (at, items) = (seen.seen_at, &seen.items);
        match (seen.stage, seen.told) {
            (Stage::Browse, _) => join_products(&mut self.viewed, Products::looked_at(at, items)),
            (Stage::Cart, Some(Told { act: Act::ViewCart, .. })) => {
                join_products(&mut self.picked, Products::whole(at, items, seen.value));
            }
            (Stage::Cart, Some(_)) => join_products(&mut self.picked, Products::changed(at, items)),
            (Stage::Cart, None) => join_snapshot(&mut self.cart, snapshot_of(seen)),
            (Stage::Checkout, Some(_)) => join_begun(&mut self.begun, snapshot_of(seen)),
            (Stage::Checkout, None) => join_snapshot(&mut self.checkout, snapshot_of(seen)),
        }
    }

    fn with_deleted(mut self, gone: &CartDeleted) -> Self {
        self.tokens.extend(gone.tokens.iter().cloned());
        self.started_at = self.started_at.min(gone.seen_at);
        if !self.is_seen() {
            self.active_at = self.active_at.min(gone.seen_at);
        }
        self.deleted_at = self.deleted_at.max(Some(gone.seen_at));
        self
    }

    fn with_order(mut self, order: &OrderSeen) -> Self {
        if order.tokens.iter().any(|t| self.tokens.contains(t)) {
            self.prove(&order.order_id, PurchaseProof::Token);
        }
        self
    }

    /// Joins an order of the same shop that may end this cart: by token, or by the same person after the cart was begun.
    pub fn link_order(&mut self, order: &Order, same_person: bool) {
        if order.tokens.iter().any(|t| self.tokens.contains(t)) {
            self.prove(&order.platform_id, PurchaseProof::Token);
        } else if same_person && order.ends_carts_begun_at(self.started_at) {
            self.prove(&order.platform_id, PurchaseProof::Person);
        }
    }

    fn prove(&mut self, order_id: &str, proof: PurchaseProof) {
        let known = self.purchases.entry(order_id.to_owned()).or_insert(proof);
        *known = (*known).min(proof);
    }

    /// Two carts that turn out to be one: the join of both.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.active_at = match (self.is_seen(), other.is_seen()) {
            (true, true) => self.active_at.max(other.active_at),
            (true, false) => self.active_at,
            (false, true) => other.active_at,
            (false, false) => self.active_at.min(other.active_at),
        };
        self.tokens.extend(other.tokens);
        self.started_at = self.started_at.min(other.started_at);
        earliest(&mut self.completed_at, other.completed_at);
        self.deleted_at = self.deleted_at.max(other.deleted_at);
        earliest(&mut self.erased_at, other.erased_at);
        other.viewed.into_iter().for_each(|p| join_products(&mut self.viewed, *p));
        other.picked.into_iter().for_each(|p| join_products(&mut self.picked, *p));
        other.cart.into_iter().for_each(|s| join_snapshot(&mut self.cart, s));
        other.begun.into_iter().for_each(|s| join_begun(&mut self.begun, *s));
        other.checkout.into_iter().for_each(|s| join_snapshot(&mut self.checkout, s));
        self.claim = self.claim.take().max(other.claim);
        self.named |= other.named;
        latest_of(&mut self.email, other.email);
        latest_of(&mut self.phone, other.phone);
        latest_of(&mut self.first_name, other.first_name);
        latest_of(&mut self.last_name, other.last_name);
        latest_of(&mut self.locale, other.locale);
        latest_of(&mut self.country, other.country);
        latest_of(&mut self.province, other.province);
        latest_of(&mut self.recovery_url, other.recovery_url);
        other.arrivals.into_iter().for_each(|a| self.arrivals.get_or_insert_default().join(*a));
        self.marks.join(other.marks);
        for (order, proof) in other.purchases {
            self.prove(&order, proof);
        }
        self.forget_if_erased()
    }

    /// Takes the person out; what is left is money and times.
    #[must_use]
    pub fn erase(mut self, now: Timestamp) -> Self {
        earliest(&mut self.erased_at, Some(now));
        self.forget_if_erased()
    }

    fn forget_if_erased(mut self) -> Self {
        if self.erased_at.is_some() {
            (self.email, self.phone, self.first_name, self.last_name, self.recovery_url) = (None, None, None, None, None);
            self.claim = None;
            self.arrivals = None;
            self.marks = Marks::default();
        }
        self
    }

    /// Something of the shopper's was seen, not only a deletion: a deletion is no activity, and says only provisionally when there was some.
    fn is_seen(&self) -> bool {
        self.snapshot().is_some()
    }

    /// How the shopper first came to the store.
    pub fn first_arrival(&self) -> Option<&Arrival> {
        self.arrivals.as_deref().and_then(Arrivals::first)
    }

    /// The checkout as last seen, else the cart, else what was looked at.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        let of_visit = self.picked.as_deref().or(self.viewed.as_deref()).map(Products::snapshot);
        self.checkout.as_ref().or(self.begun.as_deref()).or(self.cart.as_ref()).or(of_visit)
    }

    /// How far they came.
    pub fn stage(&self) -> Stage {
        if self.checkout.is_some() || self.begun.is_some() {
            Stage::Checkout
        } else if self.cart.is_none() && self.picked.is_none() && self.viewed.is_some() {
            Stage::Browse
        } else {
            Stage::Cart
        }
    }

    /// Whose it is was only said of a visit: it may be another's tomorrow, and makes nobody one with anybody.
    pub fn is_only_claimed(&self) -> bool {
        self.claim.is_some() && !self.named
    }

    /// Who the visit is said to be, where nobody with more authority says where messages belong. What a browser says counts up to the checkout: whatever is
    /// written about a checkout leads to what its buyer typed there.
    fn claimed(&self) -> Option<&Claim> {
        let believed = |c: &&Claim| c.by == Teller::Store || self.stage() < Stage::Checkout;
        self.claim.as_deref().filter(|_| self.email.is_none() && self.phone.is_none()).filter(believed)
    }

    /// Where mail about it belongs.
    pub fn mail_to(&self) -> Option<&Email> {
        self.email.as_ref().map(|e| &e.value).or_else(|| self.claimed()?.email.as_ref())
    }

    /// Where texts about it belong.
    pub fn text_to(&self) -> Option<&Phone> {
        self.phone.as_ref().map(|p| &p.value).or_else(|| self.claimed()?.phone.as_ref())
    }

    /// With the addresses that messages about it go to as its own: for looking at, never for keeping.
    #[must_use]
    pub fn addressed(mut self) -> Self {
        if let Some(Claim { at, email, phone, .. }) = self.claimed().cloned() {
            self.email = email.map(|value| Stamped { at, value });
            self.phone = phone.map(|value| Stamped { at, value });
        }
        self
    }

    /// An order ends it, or the platform says that it was completed.
    pub fn is_purchased(&self) -> bool {
        self.completed_at.is_some() || !self.purchases.is_empty()
    }

    fn is_closed(&self) -> bool {
        self.is_deleted() || self.erased_at.is_some() || self.is_invalid()
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at.is_some_and(|at| at >= self.active_at)
    }

    fn is_invalid(&self) -> bool {
        self.snapshot().is_some_and(|s| s.not_by_shopper)
    }

    /// What the cart is now. `recovered`: one of its orders is credited to one of its nudges.
    pub fn state(&self, now: Timestamp, abandon_after: SignedDuration, recovered: bool) -> CartState {
        if self.erased_at.is_some() {
            CartState::Erased
        } else if self.is_purchased() {
            if recovered { CartState::Recovered } else { CartState::Purchased }
        } else if self.is_invalid() {
            CartState::Invalid
        } else if self.is_deleted() || now >= self.active_at.saturating_add_lossy(LOST_AFTER) {
            CartState::Lost
        } else if now >= self.abandoned_at(abandon_after) {
            CartState::Abandoned
        } else {
            CartState::Open
        }
    }

    /// The moment from which it counts as abandoned, if nothing more happens.
    pub fn abandoned_at(&self, abandon_after: SignedDuration) -> Timestamp {
        self.active_at.saturating_add_lossy(abandon_after)
    }
}

/// Adding without overflow: the last instant there is, where the sum would be past it.
pub trait SaturatingInstant {
    /// `self + duration`, or the latest instant.
    fn saturating_add_lossy(self, duration: SignedDuration) -> Timestamp;
}

impl SaturatingInstant for Timestamp {
    fn saturating_add_lossy(self, duration: SignedDuration) -> Timestamp {
        self.checked_add(duration).unwrap_or(if duration.is_negative() { Self::MIN } else { Self::MAX })
    }
}

fn snapshot_of(seen: &CartSeen) -> Snapshot {
    Snapshot {
        at: seen.seen_at,
        items: seen.items.clone(),
        value: seen.value,
        discount_codes: seen.discount_codes.clone(),
        source: seen.source.clone(),
        not_by_shopper: seen.not_by_shopper,
    }
}

fn join_products(slot: &mut Option<Box<Products>>, other: Products) {
    *slot = Some(Box::new(match slot.take() {
        Some(known) => known.join(other),
        None => other,
    }));
}

fn join_begun(slot: &mut Option<Box<Snapshot>>, other: Snapshot) {
    let mut known = slot.take().map(|s| *s);
    join_snapshot(&mut known, other);
    *slot = known.map(Box::new);
}

fn join_snapshot(slot: &mut Option<Snapshot>, other: Snapshot) {
    let newer = slot.as_ref().is_none_or(|old| other.at.cmp(&old.at).then_with(|| tie_break(&other).cmp(&tie_break(old))).is_gt());
    if newer {
        *slot = Some(other);
    }
}

/// Of two snapshots with the same time the one with the greater text wins: arbitrary, but the same everywhere.
fn tie_break(snapshot: &Snapshot) -> String {
    serde_json::to_string(snapshot).unwrap_or_default()
}
