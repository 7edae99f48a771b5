//! What advertising cost, by day and advertisement.

use super::{Db, DbError, Tx, ms, word};
use crate::domain::ad_cost::{AdCost, Utm};
use crate::domain::ids::ShopId;
use crate::domain::money::{Currency, Money};
use jiff::Timestamp;
use jiff::civil::Date;

/// A report reads at most so many advertisements: a year of a hundred a day are summed up to far fewer.
const LINES_MAX: i64 = 10_000;

/// Stores a cost; what was told before of the same day, advertisement and currency is replaced. Did it change anything?
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, shop: ShopId, cost: &AdCost, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str =
        "INSERT INTO ad_costs (shop_id, day, utm_source, utm_medium, utm_campaign, currency, cost_minor, clicks, impressions, told_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (shop_id, day, utm_source, utm_medium, utm_campaign, currency) DO UPDATE
            SET cost_minor = excluded.cost_minor, clicks = excluded.clicks, impressions = excluded.impressions, told_at = excluded.told_at
            WHERE ad_costs.cost_minor <> excluded.cost_minor OR ad_costs.clicks IS DISTINCT FROM excluded.clicks
                OR ad_costs.impressions IS DISTINCT FROM excluded.impressions";
    let (utm, money) = (&cost.utm, cost.cost);
    let changed = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(cost.day.to_string()).bind(&utm.source).bind(&utm.medium).bind(&utm.campaign)
        .bind(money.currency.code()).bind(money.minor).bind(cost.clicks).bind(cost.impressions).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(changed > 0)
}

#[derive(sqlx::FromRow)]
struct Row {
    day: String,
    utm_source: String,
    utm_medium: String,
    utm_campaign: String,
    currency: String,
    cost_minor: i64,
    clicks: Option<i64>,
    impressions: Option<i64>,
}

/// Sums over the days of a period, both ends included; each has the first of its days.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn sums(db: &Db, shop: ShopId, (first, last): (Date, Date)) -> Result<Vec<AdCost>, DbError> {
    const SQL: &str =
        "SELECT MIN(day) AS day, utm_source, utm_medium, utm_campaign, currency, CAST(SUM(cost_minor) AS BIGINT) AS cost_minor,
            CAST(SUM(clicks) AS BIGINT) AS clicks, CAST(SUM(impressions) AS BIGINT) AS impressions
        FROM ad_costs WHERE shop_id = $1 AND day >= $2 AND day <= $3
        GROUP BY utm_source, utm_medium, utm_campaign, currency ORDER BY utm_source, utm_medium, utm_campaign, currency LIMIT $4";
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(first.to_string()).bind(last.to_string()).bind(LINES_MAX).fetch_all(c).await?);
    let read = |r: Row| {
        let day: Date = word("day of a cost", &r.day)?;
        let cost = Money::new(r.cost_minor, word::<Currency>("currency", &r.currency)?);
        let utm = Utm { source: r.utm_source, medium: r.utm_medium, campaign: r.utm_campaign };
        Ok(AdCost { day, utm, cost, clicks: r.clicks, impressions: r.impressions })
    };
    rows.into_iter().map(read).collect()
}
