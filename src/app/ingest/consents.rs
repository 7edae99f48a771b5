//! Saving what people said: the ledger, answers to requests, addresses that come back, what the platform is to be told, and who is to be asked.

use super::fold::{Wished, Workset};
use crate::app::{App, AppError, consents, explain, outbound};
use crate::db::{self, Tx};
use crate::domain::consent::{Entry, Method};
use crate::domain::event::ConsentState;
use std::collections::BTreeSet;

/// Saves it, in the transaction of its deliveries.
///
/// # Errors
/// `Db`; then nothing is saved.
pub(super) async fn save(app: &App, tx: &mut Tx, set: &mut Workset<'_>) -> Result<(), AppError> {
    let said = std::mem::take(&mut set.said);
    let shop = set.shop.id;
    db::consent_ledger::add(tx, shop, &said.entries).await?;
    outbound::unsubscribed(tx, shop, &said.entries).await?;
    for (id, state, at) in &said.answered {
        db::consent_requests::settle(tx, shop, *id, (*state, *at)).await?;
    }
    for (channel, address, at) in &said.back {
        db::messages::lift_own(tx, shop, (*channel, address), *at).await?;
    }
    for entry in &said.entries {
        of_entry(app, tx, set, entry).await?;
    }
    ask(app, tx, set, &said.wishes).await
}

/// A no takes effect on what waits at once, and is told to the platform. What the platform itself tells is looked at when a message is due, as everything is.
async fn of_entry(app: &App, tx: &mut Tx, set: &Workset<'_>, entry: &Entry) -> Result<(), AppError> {
    let (shop, key) = (set.shop.id, (entry.contact_id, entry.channel));
    let Some(standing) = set.consents.get(&key) else { return Ok(()) };
    match standing.state {
        ConsentState::Unsubscribed if entry.state == ConsentState::Unsubscribed && standing.at == entry.at => {
            if matches!(entry.method, Method::Platform | Method::DoubleOptIn) {
                return Ok(());
            }
            consents::tell_later(tx, shop, key, (entry.at, set.now)).await?;
            let cancelled = db::nudges::cancel_for_contact(tx, shop, entry.contact_id, Some(entry.channel), "unsubscribed").await?;
            explain::cancelled_rows(app, tx, shop, cancelled.into_iter(), ("unsubscribed", set.now)).await
        }
        ConsentState::Subscribed if entry.state == ConsentState::Subscribed => {
            Ok(db::consent_outbox::drop_older(tx, shop, key, entry.at).await?)
        }
        _ => Ok(()),
    }
}

/// Asks who is to be asked, each once for a channel and address.
async fn ask(app: &App, tx: &mut Tx, set: &Workset<'_>, wishes: &[Wished]) -> Result<(), AppError> {
    let mut here = BTreeSet::new();
    let mut asking: Option<consents::Asking<'_>> = None;
    for wish in wishes {
        let Some(address) = wish.seen.address().map(|a| a.value().to_owned()) else { continue };
        if !here.insert((wish.seen.channel, address)) || set.changed.erased.contains(&wish.contact) {
            continue;
        }
        let asking = match &mut asking {
            Some(asking) => asking,
            none => none.insert(consents::Asking::begin(app, tx, set.shop, set.now).await?),
        };
        let theirs = set.carts.values().filter(|c| c.contact_id == Some(wish.contact));
        let country = theirs.filter_map(|c| c.facts.country.clone()).max_by_key(|c| c.at).map(|c| c.value);
        let about = consents::About {
            contact: wish.contact,
            country: country.as_deref(),
            facts: set.contacts.get(&wish.contact).map(|c| &c.facts),
            standing: set.consents.get(&(wish.contact, wish.seen.channel)),
            requests: &set.requests,
            cause: (wish.delivery.0, wish.place),
        };
        asking.consider(tx, &wish.seen, &about).await?;
    }
    Ok(())
}
