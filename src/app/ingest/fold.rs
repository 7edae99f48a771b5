//! Folding events into the working set: no database here, so that a batch is one load, one fold, one save.

mod consents;

pub use consents::{Said, Wished};

use super::catalogue::Catalogue;
use super::heard::Heard;
use crate::app::App;
use crate::db::carts::CartRow;
use crate::db::contacts::ContactRow;
use crate::db::events::NewEvent;
use crate::db::orders::OrderRow;
use crate::db::shops::Shop;
use crate::domain::cart::{self, CartState};
use crate::domain::consent::{Consent, Method, Request};
use crate::domain::contact::{ContactFacts, Identity};
use crate::domain::event::{CartSeen, ChannelKind, ConsentSeen, ConsentState, Event, OrderSeen, Person, Stage, Token};
use crate::domain::ids::{CartId, ContactId, DeliveryId, OrderId};
use crate::domain::order::Order;
use crate::domain::visit::Claim;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything that a batch of deliveries speaks of, and what becomes of it.
pub struct Workset<'a> {
    pub shop: &'a Shop,
    pub now: Timestamp,
    pub carts: BTreeMap<CartId, CartRow>,
    pub contacts: BTreeMap<ContactId, ContactRow>,
    pub orders: BTreeMap<OrderId, OrderRow>,
    pub consents: HashMap<(ContactId, ChannelKind), Consent>,
    /// Open requests to confirm.
    pub requests: Vec<Request>,
    pub owners: HashMap<Identity, ContactId>,
    pub catalogue: Catalogue,
    pub heard: Heard,
    cart_of: HashMap<Token, CartId>,
    order_of: HashMap<String, OrderId>,
    pub changed: Changed,
    pub said: Said,
}

/// What is to be saved.
#[derive(Default)]
pub struct Changed {
    pub carts: BTreeSet<CartId>,
    pub contacts: BTreeSet<ContactId>,
    pub orders: BTreeSet<OrderId>,
    pub consents: BTreeSet<(ContactId, ChannelKind)>,
    pub identities: Vec<Identity>,
    pub tokens: Vec<Token>,
    /// `(from, into)`, in the order in which they were found to be one.
    pub merged_contacts: Vec<(ContactId, ContactId)>,
    pub merged_carts: Vec<(CartId, CartId)>,
    pub events: Vec<NewEvent>,
    /// Whose data is to be erased.
    pub erased: BTreeSet<ContactId>,
    /// Carts that are another's now: what waits for them was for somebody else.
    pub passed_on: BTreeSet<CartId>,
    pub erase_shop: bool,
    /// When the shop last removed the app.
    pub uninstalled: Option<Timestamp>,
}

/// One delivery's events, and where fresh ids come from.
pub struct Source<'a> {
    pub delivery: DeliveryId,
    pub received_at: Timestamp,
    pub app: &'a App,
}

impl<'a> Workset<'a> {
    pub fn new(shop: &'a Shop, now: Timestamp) -> Self {
        Self {
            shop,
            now,
            carts: BTreeMap::new(),
            contacts: BTreeMap::new(),
            orders: BTreeMap::new(),
            consents: HashMap::new(),
            requests: Vec::new(),
            owners: HashMap::new(),
            catalogue: Catalogue::default(),
            heard: Heard::default(),
            cart_of: HashMap::new(),
            order_of: HashMap::new(),
            changed: Changed::default(),
            said: Said::default(),
        }
    }

    pub fn hold_carts(&mut self, rows: Vec<CartRow>) {
        for row in rows {
            self.cart_of.extend(row.facts.tokens.iter().map(|t| (t.clone(), row.id)));
            self.carts.entry(row.id).or_insert(row);
        }
    }

    pub fn hold_orders(&mut self, rows: Vec<OrderRow>) {
        for row in rows {
            self.order_of.insert(row.facts.platform_id.clone(), row.id);
            self.orders.entry(row.id).or_insert(row);
        }
    }

    pub fn hold_contacts(&mut self, rows: Vec<ContactRow>) {
        self.contacts.extend(rows.into_iter().map(|row| (row.id, row)));
    }

    pub fn hold_owners(&mut self, owners: Vec<(Identity, ContactId)>) {
        self.owners.extend(owners);
    }

    pub fn hold_consents(&mut self, rows: Vec<(ContactId, ChannelKind, Consent)>) {
        self.consents.extend(rows.into_iter().map(|(id, channel, consent)| ((id, channel), consent)));
    }

    /// The cart that a token names.
    pub fn cart_of(&self, token: &Token) -> Option<CartId> {
        self.cart_of.get(token).copied()
    }

    /// Every contact that what is held names.
    pub fn contact_ids(&self) -> BTreeSet<ContactId> {
        let of_carts = self.carts.values().filter_map(|c| c.contact_id);
        let of_orders = self.orders.values().filter_map(|o| o.contact_id);
        self.owners.values().copied().chain(of_carts).chain(of_orders).collect()
    }

    /// Folds one event.
    pub fn apply(&mut self, source: &Source<'_>, event: &Event) {
        match event {
            Event::Cart(seen) => self.apply_cart(source, event, seen),
            Event::CartDeleted(gone) => {
                let id = self.cart_for(source, &gone.tokens);
                self.fold_cart(source, id, event);
                self.note(source, (Some(id), None, None), gone.seen_at, event.name(), "the platform deleted the checkout".into());
            }
            Event::Order(seen) => self.apply_order(source, event, seen),
            Event::Refund(seen) => {
                let told = format!("{} was paid back", seen.amount);
                self.apply_to_order(source, (&seen.order_id, seen.created_at, "refund", told), |order| order.join_refund(seen));
            }
            Event::Dispute(seen) => {
                let told = format!("{}: {}", seen.state.words(), seen.amount);
                self.apply_to_order(source, (&seen.order_id, seen.seen_at, "dispute", told), |order| order.join_dispute(seen));
            }
            Event::Contact(seen) => {
                if let Some(id) = self.contact_for(source, &seen.person.identities) {
                    self.join_person(id, seen.seen_at, &seen.person);
                    self.note(source, (None, Some(id), None), seen.seen_at, event.name(), "the customer record changed".into());
                }
                seen.consents.iter().for_each(|c| self.apply_consent(source, c));
            }
            Event::ContactsMerged { kept, removed } => {
                let both = [Identity::Customer(kept.clone()), Identity::Customer(removed.clone())];
                self.contact_for(source, &both);
            }
            Event::Consent(seen) => {
                self.apply_consent(source, seen);
                let about = seen.identities.iter().find_map(|i| self.owners.get(i).copied());
                let summary = format!("{} by {}: {}", seen.state.as_str(), seen.channel.as_str(), seen.source);
                self.note(source, (None, about, None), seen.at, event.name(), summary);
            }
            Event::EraseContact { identities } => {
                let known: BTreeSet<ContactId> = identities.iter().filter_map(|i| self.owners.get(i).copied()).collect();
                for contact in known {
                    // So that this delivery, too, is found and emptied.
                    self.note(source, (None, Some(contact), None), self.now, event.name(), "the platform demanded erasure".into());
                    self.changed.erased.insert(contact);
                }
            }
            Event::EraseShop => self.changed.erase_shop = true,
            Event::Uninstalled { at } => self.changed.uninstalled = self.changed.uninstalled.max(Some(*at)),
            Event::DataRequest { identities } => {
                let about = identities.iter().find_map(|i| self.owners.get(i).copied());
                self.note(source, (None, about, None), self.now, event.name(), "the person asked for their data".into());
            }
            Event::Product(seen) => self.catalogue.see(seen),
            Event::Receipt(seen) => self.apply_receipt(source, seen),
            Event::Reply(seen) => self.apply_reply(source, seen),
            Event::Noted => {}
        }
    }

    fn apply_cart(&mut self, source: &Source<'_>, event: &Event, seen: &CartSeen) {
        let id = self.cart_for(source, &seen.tokens);
        self.fold_cart(source, id, event);
        let contact = self.contact_for(source, &seen.person.identities);
        if let Some(contact) = contact {
            self.join_person(contact, seen.seen_at, &seen.person);
            match seen.told {
                None => self.own_cart(id, contact),
                Some(told) => self.claim_cart(id, contact, Claim::of(told.by, seen.seen_at, &seen.person)),
            }
        }
        let ticked = [(seen.email_opt_in, ChannelKind::Email), (seen.sms_opt_in, ChannelKind::Sms)];
        for (_, channel) in ticked.into_iter().filter(|(opt_in, _)| *opt_in == Some(true)) {
            let ticked = ConsentSeen {
                identities: seen.person.identities.clone(),
                channel,
                state: ConsentState::Subscribed,
                at: seen.seen_at,
                source: format!("ticked the box at the checkout ({})", self.shop.platform),
                method: Method::Checkbox,
                shown: None,
                proof: None,
            };
            self.apply_consent(source, &ticked);
        }
        self.note(source, (Some(id), contact, None), seen.seen_at, event.name(), cart_summary(seen));
    }

    fn apply_order(&mut self, source: &Source<'_>, event: &Event, seen: &OrderSeen) {
        let id = self.order_for(source, &seen.order_id);
        let contact = self.contact_for(source, &seen.person.identities);
        if let Some(contact) = contact {
            self.join_person(contact, seen.seen_at, &seen.person);
        }
        let cart = seen.tokens.iter().find_map(|t| self.cart_of.get(t).copied());
        if let (Some(cart), Some(contact)) = (cart, contact) {
            self.own_cart(cart, contact);
        }
        if let Some(order) = self.orders.get_mut(&id) {
            order.facts.join_seen(seen);
            order.contact_id = contact.or(order.contact_id);
        }
        self.changed.orders.insert(id);
        let test = if seen.test { " (a test: it never counts)" } else { "" };
        let summary = match seen.cancelled_at {
            Some(_) => format!("order {} was cancelled: {}{test}", seen.name, seen.total),
            None => format!("order {}: {}, of which {} is paid{test}", seen.name, seen.total, seen.paid.amount()),
        };
        self.note(source, (cart, contact, Some(id)), seen.seen_at, event.name(), summary);
    }

    /// Joins what was told of an order by something else than its own body; the order may not have been seen yet.
    fn apply_to_order(
        &mut self,
        source: &Source<'_>,
        (order_id, at, name, told): (&str, Timestamp, &str, String),
        join: impl FnOnce(&mut Order),
    ) {
        let id = self.order_for(source, order_id);
        let mut about = (None, None, Some(id));
        if let Some(order) = self.orders.get_mut(&id) {
            join(&mut order.facts);
            about.1 = order.contact_id;
            about.0 = order.facts.tokens.iter().find_map(|t| self.cart_of.get(t).copied());
        }
        self.changed.orders.insert(id);
        self.note(source, about, at, name, told);
    }

    /// The cart of these tokens, a fresh one if none is known, or one made of several that turn out to be the same.
    fn cart_for(&mut self, source: &Source<'_>, tokens: &[Token]) -> CartId {
        let known: BTreeSet<CartId> = tokens.iter().filter_map(|t| self.cart_of.get(t).copied()).collect();
        let mut known = known.into_iter();
        let id = known.next().unwrap_or_else(|| CartId(source.app.new_id()));
        for other in known {
            self.merge_cart(other, id);
        }
        for token in tokens {
            if self.cart_of.insert(token.clone(), id) != Some(id) {
                self.changed.tokens.push(token.clone());
            }
        }
        id
    }

    fn merge_cart(&mut self, from: CartId, into: CartId) {
        let Some(gone) = self.carts.remove(&from) else { return };
        let contact = gone.contact_id;
        for token in &gone.facts.tokens {
            self.cart_of.insert(token.clone(), into);
            self.changed.tokens.push(token.clone());
        }
        let of_cart = |o: &&OrderRow| o.facts.tokens.iter().any(|t| gone.facts.tokens.contains(t));
        self.changed.orders.extend(self.orders.values().filter(of_cart).map(|o| o.id));
        let owners = (self.carts.get(&into).and_then(owner_of), owner_of(&gone));
        let mut is_its = false;
        if let Some(kept) = self.carts.get_mut(&into) {
            is_its = gone.facts.claim > kept.facts.claim;
            kept.facts = kept.facts.clone().join(gone.facts);
            kept.facts.named |= kept.facts.claim.is_some() && (owners.0.is_some() || owners.1.is_some());
            kept.recovered |= gone.recovered;
            kept.created_at = kept.created_at.min(gone.created_at);
        }
        match (owners, contact) {
            ((Some(_), Some(owner)), _) => self.own_cart(into, owner),
            ((None, Some(owner)), _) => self.give_cart(into, owner),
            ((None, None), Some(claimed)) if is_its => self.give_cart(into, claimed),
            _ => {}
        }
        self.changed.carts.remove(&from);
        self.changed.events.iter_mut().filter(|e| e.cart_id == Some(from)).for_each(|e| e.cart_id = Some(into));
        self.changed.merged_carts.push((from, into));
    }

    fn fold_cart(&mut self, source: &Source<'_>, id: CartId, event: &Event) {
        let known = self.carts.remove(&id);
        let has_owner = known.as_ref().and_then(owner_of).is_some();
        let (facts, _) = cart::apply(known.as_ref().map(|c| c.facts.clone()), event);
        let Some(mut facts) = facts else { return };
        facts.named |= has_owner && facts.claim.is_some();
        let fresh = |facts| CartRow {
            id,
            contact_id: None,
            state: CartState::Open,
            abandoned_at: None,
            purchased_at: None,
            recovered: false,
            facts,
            created_at: source.received_at,
        };
        let row = match known {
            Some(row) => CartRow { facts, ..row },
            None => fresh(facts),
        };
        self.carts.insert(id, row);
        self.changed.carts.insert(id);
    }

    /// Gives a cart its contact, on the platform's word; a cart that has another by the same word makes one of both.
    fn own_cart(&mut self, cart: CartId, contact: ContactId) {
        let contact = match self.carts.get(&cart).and_then(owner_of) {
            Some(owner) if owner != contact => self.merge_contacts(owner.max(contact), owner.min(contact)),
            _ => contact,
        };
        self.give_cart(cart, contact);
        if let Some(row) = self.carts.get_mut(&cart) {
            row.facts.named |= row.facts.claim.is_some();
        }
    }

    /// Gives a cart to whom its visit is said to be, while the platform names nobody and no better claim stands.
    fn claim_cart(&mut self, cart: CartId, contact: ContactId, claim: Option<Claim>) {
        let stands = |row: &CartRow| row.facts.is_only_claimed() && row.facts.claim.as_deref() == claim.as_ref();
        if self.carts.get(&cart).is_some_and(stands) {
            self.give_cart(cart, contact);
        }
    }

    /// What was erased stays nobody's, whoever comes back to it.
    fn give_cart(&mut self, cart: CartId, contact: ContactId) {
        let Some(row) = self.carts.get_mut(&cart).filter(|row| row.facts.erased_at.is_none()) else { return };
        if row.contact_id.is_some_and(|before| before != contact) {
            self.changed.passed_on.insert(cart);
        }
        row.contact_id = Some(contact);
        self.changed.carts.insert(cart);
    }

    /// Whoever ordered a cart by its token owns it, under whatever address, and whichever of the two was seen first.
    fn own_by_orders(&mut self) {
        let ids: Vec<OrderId> = self.orders.keys().copied().collect();
        for id in ids {
            let tokens = self.orders.get(&id).map(|o| o.facts.tokens.clone()).unwrap_or_default();
            for token in &tokens {
                // Asked anew each time: the last one may have made one contact of two.
                let buyer = self.orders.get(&id).and_then(|o| o.contact_id).filter(|buyer| !self.is_erased(*buyer));
                let cart = self.cart_of(token).and_then(|cart| self.carts.get(&cart));
                let Some((cart, buyer)) = cart.zip(buyer).filter(|(cart, buyer)| owner_of(cart) != Some(*buyer)) else { continue };
                self.own_cart(cart.id, buyer);
            }
        }
    }

    fn is_erased(&self, contact: ContactId) -> bool {
        self.contacts.get(&contact).is_some_and(|c| c.erased_at.is_some())
    }

    fn order_for(&mut self, source: &Source<'_>, platform_id: &str) -> OrderId {
        let id = self.order_of.get(platform_id).copied().unwrap_or_else(|| OrderId(source.app.new_id()));
        self.order_of.insert(platform_id.to_owned(), id);
        self.orders.entry(id).or_insert_with(|| OrderRow {
            id,
            contact_id: None,
            facts: Order::new(platform_id),
            basis: self.shop.basis,
            created_at: source.received_at,
        });
        id
    }

    /// The contact of these identities, a fresh one if none is known, or one made of several; none without identities.
    fn contact_for(&mut self, source: &Source<'_>, identities: &[Identity]) -> Option<ContactId> {
        if identities.is_empty() {
            return None;
        }
        let known: BTreeSet<ContactId> = identities.iter().filter_map(|i| self.owners.get(i).copied()).collect();
        let mut known = known.into_iter();
        let id = known.next().unwrap_or_else(|| ContactId(source.app.new_id()));
        for other in known {
            self.merge_contacts(other, id);
        }
        for identity in identities {
            if self.owners.insert(identity.clone(), id) != Some(id) {
                self.changed.identities.push(identity.clone());
            }
        }
        let changed = &mut self.changed.contacts;
        self.contacts.entry(id).or_insert_with(|| {
            changed.insert(id);
            ContactRow { id, facts: ContactFacts::default(), created_at: source.received_at, erased_at: None }
        });
        Some(id)
    }

    /// Makes one contact of two; the older id stays.
    fn merge_contacts(&mut self, from: ContactId, into: ContactId) -> ContactId {
        if let Some(gone) = self.contacts.remove(&from)
            && let Some(kept) = self.contacts.get_mut(&into)
        {
            kept.facts.join(gone.facts);
        }
        self.owners.values_mut().filter(|o| **o == from).for_each(|o| *o = into);
        self.carts.values_mut().filter(|c| c.contact_id == Some(from)).for_each(|c| c.contact_id = Some(into));
        self.orders.values_mut().filter(|o| o.contact_id == Some(from)).for_each(|o| o.contact_id = Some(into));
        // What the one was sent may have led the other to their orders.
        self.changed.orders.extend(self.orders.values().filter(|o| o.contact_id == Some(into)).map(|o| o.id));
        for channel in ChannelKind::ALL {
            if let Some(moved) = self.consents.remove(&(from, channel)) {
                let key = (into, channel);
                let joined = match self.consents.remove(&key) {
                    Some(known) => known.join(moved),
                    None => moved,
                };
                self.consents.insert(key, joined);
                self.changed.consents.insert(key);
            }
            self.changed.consents.remove(&(from, channel));
        }
        self.said.merge(from, into);
        self.requests.iter_mut().filter(|r| r.contact_id == from).for_each(|r| r.contact_id = into);
        self.changed.contacts.remove(&from);
        self.changed.contacts.insert(into);
        if self.changed.erased.remove(&from) {
            self.changed.erased.insert(into);
        }
        self.changed.events.iter_mut().filter(|e| e.contact_id == Some(from)).for_each(|e| e.contact_id = Some(into));
        self.changed.merged_contacts.push((from, into));
        into
    }

    fn join_person(&mut self, id: ContactId, at: Timestamp, person: &Person) {
        if let Some(contact) = self.contacts.get_mut(&id) {
            let before = contact.facts.clone();
            contact.facts.join_person(at, person);
            if contact.facts != before {
                self.changed.contacts.insert(id);
            }
        }
    }

    pub(super) fn note(
        &mut self,
        source: &Source<'_>,
        about: (Option<CartId>, Option<ContactId>, Option<OrderId>),
        at: Timestamp,
        name: &str,
        summary: String,
    ) {
        let (cart_id, contact_id, order_id) = about;
        let id = source.app.new_id();
        self.changed.events.push(NewEvent {
            id,
            delivery_id: Some(source.delivery),
            cart_id,
            contact_id,
            order_id,
            at,
            name: name.to_owned(),
            summary,
        });
    }

    /// Links orders to the carts that they end, and works out what the carts are now. Says which carts have ended by it, and which orders are to be
    /// credited anew.
    pub fn settle(&mut self) -> Settled {
        self.own_by_orders();
        let mut settled = Settled::default();
        settled.orders.extend(&self.changed.orders);
        settled.ended.extend(self.changed.passed_on.iter().map(|cart| (*cart, "other_shopper")));
        let after = SignedDuration::from_millis(self.shop.abandon_after_ms);
        for (id, cart) in &mut self.carts {
            let before = cart.facts.purchases.len();
            for (order_id, order) in &self.orders {
                let known = cart.facts.purchases.len();
                let same_person = cart.contact_id.is_some() && cart.contact_id == order.contact_id;
                cart.facts.link_order(&order.facts, same_person);
                if cart.facts.purchases.len() > known {
                    settled.orders.insert(*order_id);
                }
            }
            if cart.facts.purchases.len() > before {
                self.changed.carts.insert(*id);
            }
            if self.changed.carts.contains(id) {
                settle_cart(cart, self.now, after, &mut settled);
            }
        }
        settled
    }
}

/// What a batch brings about beside the rows it saves.
#[derive(Default)]
pub struct Settled {
    /// Carts that were ended, with the rule that cancels what waits for them.
    pub ended: Vec<(CartId, &'static str)>,
    /// Orders whose credits are to be worked out.
    pub orders: BTreeSet<OrderId>,
}

fn settle_cart(cart: &mut CartRow, now: Timestamp, after: SignedDuration, settled: &mut Settled) {
    let state = match cart.facts.state(now, after, cart.recovered) {
        // Whether a cart is abandoned is for the planner to say, who plans its messages in the same transaction.
        CartState::Abandoned if cart.state != CartState::Abandoned => CartState::Open,
        state => state,
    };
    if cart.facts.is_purchased() && cart.purchased_at.is_none() {
        cart.purchased_at = Some(now);
        settled.ended.push((cart.id, "purchased"));
    }
    let rule = match state {
        CartState::Erased => Some("erased"),
        CartState::Lost => Some("cart_gone"),
        CartState::Invalid => Some("not_a_shopper"),
        _ => None,
    };
    if let Some(rule) = rule.filter(|_| cart.state != state) {
        settled.ended.push((cart.id, rule));
    }
    cart.state = state;
}

/// Whose it is by the platform's word; an erased one tells nothing of who comes back to it.
fn owner_of(cart: &CartRow) -> Option<ContactId> {
    cart.contact_id.filter(|_| !cart.facts.is_only_claimed() && cart.facts.erased_at.is_none())
}

fn cart_summary(seen: &CartSeen) -> String {
    let what = match (seen.told, seen.stage) {
        (Some(told), _) if seen.items.is_empty() => return told.act.words().to_owned(),
        (Some(told), _) => return format!("{}: {} product(s)", told.act.words(), seen.items.len()),
        (None, _) if seen.completed_at.is_some() => "checkout completed",
        (None, Stage::Checkout) => "checkout changed",
        (None, Stage::Cart | Stage::Browse) => "cart changed",
    };
    let value = seen.value.map_or_else(String::new, |v| format!(", {v}"));
    format!("{what}: {} item(s){value}", seen.items.iter().map(|i| i.quantity.max(0)).sum::<i64>())
}
