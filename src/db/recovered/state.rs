//! Of which days sums are kept, and who works on them.

use crate::db::{Db, DbError, Tx, ms};
use crate::domain::ids::ShopId;
use crate::domain::report::cut::{FLOOR, Span, VERSION};
use jiff::Timestamp;
use uuid::Uuid;

/// Of which days sums are kept, and by what they were worked out.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct State {
    /// By which version of the rules.
    pub rules_version: i64,
    /// In which zone's days.
    pub timezone: String,
    /// Of which generation of credits.
    pub generation: i64,
    /// When the first day begins, in milliseconds; [`FLOOR`]: there is nothing older.
    pub from_at: i64,
    /// When the last day ends.
    pub to_at: i64,
    /// When the day after that will be over.
    pub next_at: i64,
}

impl State {
    /// From the first day to the last.
    pub fn kept(&self) -> Span {
        Span { from: self.from_at, to: self.to_at }
    }
}

/// Shops of which days are to be summed, and nobody is at it: a day is over, something changed, or sums aren't by what holds now or not of all days.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_waiting(db: &Db, now: Timestamp) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s LEFT JOIN recovered_states t ON t.shop_id = s.id
        WHERE s.status <> 'removed' AND s.canary_of IS NULL AND (t.shop_id IS NULL OR (t.counted_until <= $1 AND (t.next_at <= $1 OR t.from_at > $2
            OR t.rules_version <> $3 OR t.timezone <> s.timezone OR t.generation <> s.credit_generation
            OR EXISTS (SELECT 1 FROM recovered_marks m WHERE m.shop_id = s.id AND m.at >= t.from_at AND m.at < t.to_at))))
        ORDER BY s.id";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(ms(now)).bind(FLOOR).bind(VERSION).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}

/// A shop's state; none: nothing was ever summed.
///
/// # Errors
/// `Unavailable`.
pub async fn state(tx: &mut Tx, shop: ShopId) -> Result<Option<State>, DbError> {
    const SQL: &str = "SELECT rules_version, timezone, generation, from_at, to_at, next_at FROM recovered_states WHERE shop_id = $1";
    Ok(on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).fetch_optional(c).await?))
}

/// Takes the work on a shop's days until an instant; a shop without a state begins with `first`. Nobody else had it?
///
/// # Errors
/// `Unavailable`.
pub async fn claim(tx: &mut Tx, shop: ShopId, first: &State, (by, now, until): (Uuid, Timestamp, Timestamp)) -> Result<bool, DbError> {
    const SQL: &str =
        "INSERT INTO recovered_states (shop_id, rules_version, timezone, generation, from_at, to_at, next_at, counted_by, counted_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (shop_id) DO UPDATE SET counted_by = excluded.counted_by, counted_until = excluded.counted_until
            WHERE recovered_states.counted_until <= $10";
    let s = first;
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(s.rules_version).bind(&s.timezone).bind(s.generation).bind(s.from_at).bind(s.to_at)
        .bind(s.next_at).bind(by).bind(ms(until)).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(done > 0)
}

/// Notes the state, by whoever has the work. Had they still?
///
/// # Errors
/// `Unavailable`.
pub async fn put(tx: &mut Tx, shop: ShopId, by: Uuid, s: &State) -> Result<bool, DbError> {
    const SQL: &str =
        "UPDATE recovered_states SET rules_version = $3, timezone = $4, generation = $5, from_at = $6, to_at = $7, next_at = $8
        WHERE shop_id = $1 AND counted_by = $2";
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(by).bind(s.rules_version).bind(&s.timezone).bind(s.generation).bind(s.from_at)
        .bind(s.to_at).bind(s.next_at).execute(c).await?.rows_affected());
    Ok(done > 0)
}

/// Gives the work back.
///
/// # Errors
/// `Unavailable`.
pub async fn release(tx: &mut Tx, shop: ShopId, by: Uuid) -> Result<(), DbError> {
    const SQL: &str = "UPDATE recovered_states SET counted_until = 0 WHERE shop_id = $1 AND counted_by = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(by).execute(c).await?.rows_affected());
    Ok(())
}

/// The days of which sums may be read, and the zone whose days they are; none where they are not by what holds now.
pub(super) async fn readable(tx: &mut Tx, shop: ShopId) -> Result<Option<(Span, String)>, DbError> {
    const SQL: &str = "SELECT t.from_at, t.to_at, t.timezone FROM shops s JOIN recovered_states t ON t.shop_id = s.id
        WHERE s.id = $1 AND t.rules_version = $2 AND t.timezone = s.timezone AND t.generation = s.credit_generation";
    let row: Option<(i64, i64, String)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(VERSION).fetch_optional(c).await?);
    Ok(row.map(|(from, to, zone)| (Span { from, to }, zone)))
}
