//! The working set of one batch: everything that its deliveries speak of, loaded in a few statements.

use super::catalogue::Catalogue;
use super::fold::Workset;
use super::heard::Heard;
use crate::db::shops::Shop;
use crate::db::{self, DbError, Tx};
use crate::domain::contact::Identity;
use crate::domain::event::{Event, Token};
use crate::domain::ids::ContactId;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Carts and orders of the same person are looked at this far back.
const PERSON_LOOKBACK: SignedDuration = SignedDuration::from_hours(24 * 45);

/// What the events of a batch name.
#[derive(Default)]
struct Names<'a> {
    tokens: BTreeSet<&'a Token>,
    identities: BTreeSet<&'a Identity>,
    orders: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(events: impl Iterator<Item = &'a Event>) -> Self {
        let mut names = Self::default();
        for event in events {
            match event {
                Event::Cart(seen) => {
                    names.tokens.extend(&seen.tokens);
                    names.identities.extend(&seen.person.identities);
                }
                Event::CartDeleted(gone) => names.tokens.extend(&gone.tokens),
                Event::Order(seen) => {
                    names.tokens.extend(&seen.tokens);
                    names.identities.extend(&seen.person.identities);
                    names.orders.insert(&seen.order_id);
                }
                Event::Refund(seen) => {
                    names.orders.insert(&seen.order_id);
                }
                Event::Dispute(seen) => {
                    names.orders.insert(&seen.order_id);
                }
                Event::Contact(seen) => names.identities.extend(&seen.person.identities),
                Event::Consent(seen) => names.identities.extend(&seen.identities),
                Event::EraseContact { identities } | Event::DataRequest { identities } => names.identities.extend(identities),
                Event::ContactsMerged { .. } | Event::EraseShop | Event::Uninstalled { .. } | Event::Product(_) | Event::Noted => {}
                // Whom they name is known once their nudges are.
                Event::Receipt(_) | Event::Reply(_) => {}
            }
        }
        names
    }
}

/// Loads the working set for these events.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn load<'a>(tx: &mut Tx, shop: &'a Shop, events: &[Event], now: Timestamp) -> Result<Workset<'a>, DbError> {
    let merged: Vec<Identity> = events.iter().flat_map(merged_customers).collect();
    let mut names = Names::of(events.iter());
    names.identities.extend(&merged);
    let heard = Heard::load(tx, shop.id, events).await?;
    let written = heard.identities(events);
    names.identities.extend(&written);
    let mut set = Workset::new(shop, now);
    set.heard = heard;
    let tokens: Vec<&Token> = names.tokens.iter().copied().collect();
    let identities: Vec<&Identity> = names.identities.iter().copied().collect();
    let order_ids: Vec<&str> = names.orders.iter().copied().collect();
    if !tokens.is_empty() {
        set.hold_carts(db::carts::by_tokens(tx, shop.id, &tokens).await?);
        set.hold_orders(db::orders::by_tokens(tx, shop.id, &tokens).await?);
    }
    if !order_ids.is_empty() {
        set.hold_orders(db::orders::by_platform_ids(tx, shop.id, &order_ids).await?);
    }
    if !identities.is_empty() {
        set.hold_owners(db::contacts::owners(tx, shop.id, &identities).await?);
    }
    load_people(tx, shop, &mut set, now).await?;
    set.catalogue = Catalogue::load(tx, shop.id, events).await?;
    Ok(set)
}

/// The contacts that the set names, with their consents, recent carts and recent orders.
async fn load_people(tx: &mut Tx, shop: &Shop, set: &mut Workset<'_>, now: Timestamp) -> Result<(), DbError> {
    let contacts: Vec<Uuid> = set.contact_ids().iter().map(|c: &ContactId| c.0).collect();
    if contacts.is_empty() {
        return Ok(());
    }
    set.hold_contacts(db::contacts::load(tx, shop.id, &contacts).await?);
    set.hold_consents(db::contacts::consents(tx, shop.id, &contacts).await?);
    set.hold_requests(db::consent_requests::open_of(tx, shop.id, &contacts).await?);
    let since = now.checked_sub(PERSON_LOOKBACK).unwrap_or(Timestamp::UNIX_EPOCH);
    set.hold_carts(db::carts::by_contacts(tx, shop.id, &contacts, since).await?);
    set.hold_orders(db::orders::by_contacts(tx, shop.id, &contacts, since).await?);
    Ok(())
}

fn merged_customers(event: &Event) -> Vec<Identity> {
    match event {
        Event::ContactsMerged { kept, removed } => vec![Identity::Customer(kept.clone()), Identity::Customer(removed.clone())],
        _ => Vec::new(),
    }
}
