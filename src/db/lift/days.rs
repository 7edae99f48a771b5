//! Outcomes added up by day.

use crate::db::{Db, DbError, Tx};
use crate::domain::ids::{CampaignId, ShopId};
use crate::domain::lift::tally::Tally;
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Which sum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// The whole campaign, or a step.
    pub step: i64,
    /// Days since 1970-01-01, in the store's zone.
    pub day: i64,
    /// The split.
    pub stratum: String,
    /// The side, or the text.
    pub arm: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    campaign_id: Uuid,
    step: i64,
    day: i64,
    stratum: String,
    arm: String,
    shoppers: i64,
    converted: i64,
    elsewhere: i64,
    net_sum: String,
    net_squares: String,
    before_sum: String,
    before_squares: String,
    net_before: String,
}

impl TryFrom<Row> for (Key, Tally) {
    type Error = DbError;

    fn try_from(r: Row) -> Result<Self, DbError> {
        let sum = |text: &str| text.parse().map_err(|_| DbError::Corrupt("a stored sum of outcomes is no number".into()));
        let tally = Tally {
            shoppers: r.shoppers,
            converted: r.converted,
            elsewhere: r.elsewhere,
            net: sum(&r.net_sum)?,
            squares: sum(&r.net_squares)?,
            before: sum(&r.before_sum)?,
            before_squares: sum(&r.before_squares)?,
            cross: sum(&r.net_before)?,
        };
        Ok((Key { campaign: CampaignId(r.campaign_id), step: r.step, day: r.day, stratum: r.stratum, arm: r.arm }, tally))
    }
}

macro_rules! columns {
    () => {
        "campaign_id, step, day, stratum, arm, shoppers, converted, elsewhere, net_sum, net_squares, before_sum, before_squares, net_before"
    };
}

/// A sum as it stands; none while nobody is in it.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn get(tx: &mut Tx, shop: ShopId, key: &Key) -> Result<Option<Tally>, DbError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM lift_days WHERE shop_id = $1 AND campaign_id = $2 AND step = $3 AND day = $4 AND stratum = $5 AND arm = $6"
    );
    let row: Option<Row> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(key.campaign.0).bind(key.step).bind(key.day).bind(&key.stratum).bind(&key.arm)
        .fetch_optional(c).await?);
    row.map(|r| <(Key, Tally)>::try_from(r).map(|(_, tally)| tally)).transpose()
}

/// Sets a sum; of nobody, there is none.
///
/// # Errors
/// `Unavailable`.
pub async fn set(tx: &mut Tx, shop: ShopId, key: &Key, tally: Tally) -> Result<(), DbError> {
    const NONE: &str =
        "DELETE FROM lift_days WHERE shop_id = $1 AND campaign_id = $2 AND step = $3 AND day = $4 AND stratum = $5 AND arm = $6";
    const SET: &str = concat!(
        "INSERT INTO lift_days (shop_id, ",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (shop_id, campaign_id, step, day, stratum, arm) DO UPDATE SET shoppers = excluded.shoppers, converted = excluded.converted,
            elsewhere = excluded.elsewhere, net_sum = excluded.net_sum, net_squares = excluded.net_squares, before_sum = excluded.before_sum,
            before_squares = excluded.before_squares, net_before = excluded.net_before"
    );
    if tally == Tally::default() {
        on_tx!(tx, c => sqlx::query(NONE).bind(shop.0).bind(key.campaign.0).bind(key.step).bind(key.day).bind(&key.stratum).bind(&key.arm)
            .execute(c).await?.rows_affected());
        return Ok(());
    }
    let sums = [tally.net, tally.squares, tally.before, tally.before_squares, tally.cross].map(|sum| sum.to_string());
    let [net, squares, before, before_squares, cross] = sums;
    on_tx!(tx, c => sqlx::query(SET).bind(shop.0).bind(key.campaign.0).bind(key.step).bind(key.day).bind(&key.stratum).bind(&key.arm).bind(tally.shoppers)
        .bind(tally.converted).bind(tally.elsewhere).bind(net).bind(squares).bind(before).bind(before_squares).bind(cross)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// The sums of a period's days, from one day to before another, of the steps from one to another (campaigns as a whole are a step as well), in order.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn of_period(db: &Db, shop: ShopId, (from, to): (i64, i64), steps: RangeInclusive<i64>) -> Result<Vec<(Key, Tally)>, DbError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM lift_days WHERE shop_id = $1 AND day >= $2 AND day < $3 AND step >= $4 AND step <= $5 ORDER BY campaign_id, step, day, stratum, arm"
    );
    let (first, last) = steps.into_inner();
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(from).bind(to).bind(first).bind(last).fetch_all(c).await?);
    rows.into_iter().map(TryFrom::try_from).collect()
}

/// Forgets a store's sums: to add them up anew.
///
/// # Errors
/// `Unavailable`.
pub async fn clear(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("DELETE FROM lift_days WHERE shop_id = $1").bind(shop.0).execute(c).await?.rows_affected());
    Ok(())
}
