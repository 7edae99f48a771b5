//! What the overview asks of the intake and of the nudges that wait.

use super::{Db, DbError, instant};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use jiff::Timestamp;

/// How a store's deliveries are doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Intake {
    /// When the platform's last one came; none when none ever did.
    pub last_at: Option<Timestamp>,
    /// How many are set aside.
    pub set_aside: i64,
    /// When the oldest one that waits came.
    pub pending_since: Option<Timestamp>,
}

/// The state of a store's intake.
///
/// # Errors
/// `Unavailable`.
pub async fn intake(db: &Db, shop: ShopId) -> Result<Intake, DbError> {
    const LAST: &str =
        "SELECT received_at FROM deliveries WHERE shop_id = $1 AND SUBSTR(topic, 1, 9) <> 'comeback/' ORDER BY id DESC LIMIT 1";
    const ASIDE: &str = "SELECT COUNT(*) FROM deliveries WHERE shop_id = $1 AND state = 'set_aside'";
    const PENDING: &str = "SELECT MIN(received_at) FROM deliveries WHERE shop_id = $1 AND state = 'pending'";
    let last: Option<i64> = on_db!(db, c => sqlx::query_scalar(LAST).bind(shop.0).fetch_optional(c).await?);
    let set_aside: i64 = on_db!(db, c => sqlx::query_scalar(ASIDE).bind(shop.0).fetch_one(c).await?);
    let pending: Option<i64> = on_db!(db, c => sqlx::query_scalar(PENDING).bind(shop.0).fetch_one(c).await?);
    Ok(Intake { last_at: last.map(instant), set_aside, pending_since: pending.map(instant) })
}

/// How many nudges of a channel wait for a provider.
///
/// # Errors
/// `Unavailable`.
pub async fn waiting_for_channel(db: &Db, shop: ShopId, channel: ChannelKind) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM nudges WHERE shop_id = $1 AND state = 'scheduled' AND reason = 'no_channel' AND channel = $2";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(channel.as_str()).fetch_one(c).await?))
}
