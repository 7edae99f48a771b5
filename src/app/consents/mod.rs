//! Consents, from everywhere but the platform's webhooks: told by programs, pages and lists, asked for by us, confirmed and taken back by people.

mod ask;
mod confirm;
pub mod import;
mod take;
mod told;
mod words;

pub use ask::{About, Asking};
pub use confirm::{Asked, ConfirmError, answer, asked};
pub use take::{Given, Taken, keep, take};
pub use told::tell_due;
pub use words::back_on;

use super::{AppError, outbound};
use crate::db::{self, Tx};
use crate::domain::consent::{Cause, Consent, Entry};
use crate::domain::event::{ChannelKind, ConsentSeen};
use crate::domain::ids::{ContactId, ShopId};
use jiff::Timestamp;
use uuid::Uuid;

/// Keeps a shopper's own no, said by a request: what stands, its row in the ledger, and what the platform is to be told.
///
/// # Errors
/// `Db`.
pub async fn refuse(
    tx: &mut Tx,
    (shop, contact): (ShopId, ContactId),
    (request, place): (Uuid, i64),
    seen: &ConsentSeen,
) -> Result<(), AppError> {
    let learned_at = seen.at;
    let known = db::contacts::consents(tx, shop, &[contact.0]).await?.into_iter().find(|(_, channel, _)| *channel == seen.channel);
    // A no is never older than what it takes back, whatever clocks say.
    let at = known.as_ref().map_or(seen.at, |(.., c)| c.at.max(seen.at));
    let seen = ConsentSeen { at, ..seen.clone() };
    let said = Consent::from(&seen);
    let joined = match known {
        Some((.., known)) => known.join(said),
        None => said,
    };
    db::contacts::save_consents(tx, shop, &[(contact, seen.channel, &joined)]).await?;
    let entries = [Entry::new(contact, (Cause::Request(request), place), &seen, learned_at)];
    db::consent_ledger::add(tx, shop, &entries).await?;
    outbound::unsubscribed(tx, shop, &entries).await?;
    tell_later(tx, shop, (contact, seen.channel), (joined.at, learned_at)).await
}

/// Puts an opt-out down for the platform to be told of. Of WhatsApp none is: its consents are not kept there.
///
/// # Errors
/// `Db`.
pub async fn tell_later(
    tx: &mut Tx,
    shop: ShopId,
    (contact, channel): (ContactId, ChannelKind),
    (at, now): (Timestamp, Timestamp),
) -> Result<(), AppError> {
    if channel == ChannelKind::WhatsApp {
        return Ok(());
    }
    Ok(db::consent_outbox::add(tx, shop, (contact, channel), (at, now)).await?)
}
