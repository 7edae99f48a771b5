//! What shoppers and merchants asked for that no webhook tells: kept in its order, so that every decision can be worked out again.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CartId, NudgeId, ShopId};
use jiff::Timestamp;
use uuid::Uuid;

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// A shopper doesn't want to be written to any more, by the link of a nudge.
    OptOut {
        /// Of which.
        nudge: NudgeId,
        /// By its channel alone; none: by every channel.
        channel: Option<ChannelKind>,
        /// Where they said so.
        source: &'a str,
    },
    /// An address must not be written to.
    Suppress {
        /// By which channel.
        channel: ChannelKind,
        /// Which.
        address: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// An address may be written to again.
    Allow {
        /// By which channel.
        channel: ChannelKind,
        /// Which.
        address: &'a str,
    },
    /// A checkout is fake, or isn't, whatever its score.
    Fake {
        /// Which.
        cart: CartId,
        /// What they say.
        fake: bool,
    },
    /// Nothing more is to be sent for a cart.
    Stop {
        /// Which.
        cart: CartId,
    },
    /// What was stopped goes on.
    GoOn {
        /// Which cart.
        cart: CartId,
    },
    /// A cart's next message is to leave now, if every rule allows it.
    SendNow {
        /// Which.
        nudge: NudgeId,
        /// Of which cart.
        cart: CartId,
    },
}

/// Keeps what was asked for at an instant.
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, shop: ShopId, (id, at): (Uuid, Timestamp), asked: Asked<'_>) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO requests (shop_id, id, at, kind, nudge_id, channel, address, note, cart_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let (kind, nudge, channel, address, note) = match asked {
        Asked::OptOut { nudge, channel, source } => ("opt_out", Some(nudge.0), channel, None, Some(source)),
        Asked::Suppress { channel, address, reason } => ("suppress", None, Some(channel), Some(address), Some(reason)),
        Asked::Allow { channel, address } => ("allow", None, Some(channel), Some(address), None),
        Asked::Fake { fake, .. } => (if fake { "fake" } else { "not_fake" }, None, None, None, None),
        Asked::Stop { .. } => ("stop", None, None, None, None),
        Asked::GoOn { .. } => ("go_on", None, None, None, None),
        Asked::SendNow { nudge, .. } => ("send_now", Some(nudge.0), None, None, None),
    };
    let cart = match asked {
        Asked::Fake { cart, .. } | Asked::Stop { cart } | Asked::GoOn { cart } | Asked::SendNow { cart, .. } => Some(cart.0),
        Asked::OptOut { .. } | Asked::Suppress { .. } | Asked::Allow { .. } => None,
    };
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(ms(at)).bind(kind).bind(nudge).bind(channel.map(ChannelKind::as_str)).bind(address)
        .bind(note).bind(cart).execute(c).await?.rows_affected());
    Ok(())
}

/// What was said by hand about a cart: when, and whether it is fake; oldest first.
///
/// # Errors
/// `Unavailable`.
pub async fn said_of_cart(db: &Db, shop: ShopId, cart: CartId) -> Result<Vec<(Timestamp, bool)>, DbError> {
    const SQL: &str =
        "SELECT at, kind = 'fake' FROM requests WHERE shop_id = $1 AND cart_id = $2 AND kind IN ('fake', 'not_fake') ORDER BY id";
    let rows: Vec<(i64, bool)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(at, fake)| (instant(at), fake)).collect())
}

/// Takes an address out of what was asked for about it, unless it still must not be written to: whose it was is to be forgotten.
///
/// # Errors
/// `Unavailable`.
pub async fn forget(tx: &mut Tx, shop: ShopId, address: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE requests SET address = NULL WHERE shop_id = $1 AND address = $2
        AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.shop_id = $1 AND s.channel = requests.channel AND s.address = $2)";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(address).execute(c).await?.rows_affected());
    Ok(())
}
