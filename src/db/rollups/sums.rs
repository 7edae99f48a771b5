//! Sums over facts of carts, of days and of months.

use crate::db::{Db, DbError, Tx, hex};
use crate::domain::ids::{CampaignId, ShopId};
use crate::domain::money::Currency;
use crate::domain::report::days::{Days, Stretch, month_of};
use crate::domain::report::figure::{ByPlace, Dimension, Figure, Place, Sums};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::BTreeMap;
use uuid::Uuid;

/// So many sums are changed in one statement.
const ROWS_MAX: usize = 500;
/// Of a day.
const DAY: i64 = 0;
/// Of a month.
const MONTH: i64 = 1;
/// How many columns a sum's key has, after the shop.
const KEYS: usize = 7;

fn columns() -> String {
    Figure::ALL.map(Figure::column).join(", ")
}

/// Adds to sums: what was counted on each day, to that day and its month.
///
/// # Errors
/// `Unavailable`.
pub async fn add(tx: &mut Tx, shop: ShopId, changes: &BTreeMap<i64, ByPlace>) -> Result<(), DbError> {
    let mut months: BTreeMap<i64, ByPlace> = BTreeMap::new();
    for (day, places) in changes {
        let month = months.entry(month_of(*day)).or_default();
        places.iter().for_each(|(place, sums)| month.entry(place.clone()).or_default().join(sums, 1));
    }
    let rows = |grain: i64, changes: &BTreeMap<i64, ByPlace>| -> Vec<serde_json::Value> {
        let each = changes.iter().flat_map(|(day, places)| places.iter().map(move |(place, sums)| (*day, place, sums)));
        each.filter(|(_, _, sums)| !sums.is_zero()).map(|(day, place, sums)| row((grain, day), place, sums)).collect()
    };
    let mut all = rows(DAY, changes);
    all.extend(rows(MONTH, &months));
    for portion in all.chunks(ROWS_MAX) {
        put(tx, shop, serde_json::Value::from(portion).to_string()).await?;
    }
    Ok(())
}

fn row((grain, day): (i64, i64), place: &Place, sums: &Sums) -> serde_json::Value {
    let campaign = hex(place.campaign.map_or(Uuid::nil(), |c| c.0));
    let currency = place.currency.map_or_else(String::new, |c| c.code().to_owned());
    let mut row = vec![
        campaign.into(),
        place.dimension.as_str().into(),
        grain.into(),
        day.into(),
        place.value.as_str().into(),
        currency.into(),
        place.bucket.unwrap_or(-1).into(),
    ];
    row.extend(sums.columns().map(serde_json::Value::from));
    serde_json::Value::Array(row)
}

async fn put(tx: &mut Tx, shop: ShopId, json: String) -> Result<(), DbError> {
    let added: Vec<String> = Figure::ALL.iter().map(|f| format!("{0} = rollups.{0} + excluded.{0}", f.column())).collect();
    let sql = |from: &str, cell: &dyn Fn(usize, &str) -> String| {
        let kinds = ["id", "text", "number", "number", "text", "text", "number"];
        let keys = kinds.iter().enumerate().map(|(i, kind)| cell(i, kind));
        let figures = (KEYS..KEYS + Figure::ALL.len()).map(|i| cell(i, "number"));
        let cells: Vec<String> = keys.chain(figures).collect();
        AssertSqlSafe(format!(
            "INSERT INTO rollups (shop_id, campaign_id, dimension, grain, day, value, currency, bucket, {}) SELECT $1, {} {from}
            ON CONFLICT (shop_id, campaign_id, dimension, grain, day, value, currency, bucket) DO UPDATE SET {}",
            columns(),
            cells.join(", "),
            added.join(", ")
        ))
    };
    match tx {
        Tx::Sqlite(tx) => {
            let cell = |i: usize, kind: &str| if kind == "id" { format!("unhex(value ->> {i})") } else { format!("value ->> {i}") };
            let sql = sql("FROM json_each($2) WHERE TRUE", &cell);
            sqlx::query(sql).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected()
        }
        Tx::Postgres(tx) => {
            let cell = |i: usize, kind: &str| match kind {
                "id" => format!("(j ->> {i})::uuid"),
                "number" => format!("(j ->> {i})::bigint"),
                _ => format!("j ->> {i}"),
            };
            let sql = sql("FROM jsonb_array_elements($2::jsonb) AS j", &cell);
            sqlx::query(sql).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected()
        }
    };
    Ok(())
}

/// Which sums are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Whose.
    pub shop: ShopId,
    /// Of what this campaign did; none: of everything.
    pub campaign: Option<CampaignId>,
    /// Broken down by this.
    pub dimension: Dimension,
    /// Over these days.
    pub days: Days,
    /// Day by day, in place of values.
    pub daily: bool,
}

/// Sums of one value: of counts, or of amounts of a currency, or of those whose order came within the times of a bucket.
#[derive(Debug, Clone)]
pub struct Found {
    /// The value, or the day's number.
    pub value: String,
    /// Of amounts; none: of counts.
    pub currency: Option<Currency>,
    /// Of this bucket only.
    pub bucket: Option<i64>,
    /// What was counted.
    pub sums: Sums,
}

/// What a sum is of. Each is read by itself: it has few columns, and they need not be sorted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counts,
    Amounts,
    Times,
}

impl Kind {
    fn is_of(self) -> &'static str {
        match self {
            Self::Counts => "currency = '' AND bucket < 0",
            Self::Amounts => "currency > ''",
            Self::Times => "bucket >= 0",
        }
    }

    fn figures(self) -> impl Iterator<Item = Figure> {
        Figure::ALL.into_iter().filter(move |figure| match self {
            Self::Counts => !figure.is_amount(),
            Self::Amounts => figure.is_amount(),
            Self::Times => *figure == Figure::Recovered,
        })
    }
}

/// Reads sums. Whole months are read as such.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn read(db: &Db, asked: Asked) -> Result<Vec<Found>, DbError> {
    let [counts, amounts, times] = [Kind::Counts, Kind::Amounts, Kind::Times].map(|kind| read_kind(db, asked, kind));
    let (mut found, amounts, times) = tokio::try_join!(counts, amounts, times)?;
    found.extend(amounts);
    found.extend(times);
    Ok(found)
}

async fn read_kind(db: &Db, asked: Asked, kind: Kind) -> Result<Vec<Found>, DbError> {
    let daily = Stretch { days: asked.days, is_months: false, is_taken: false };
    let stretches = if asked.daily { vec![daily] } else { asked.days.cut() };
    let value = if asked.daily { "CAST(day AS TEXT)" } else { "value" };
    let part = |(place, stretch): (usize, &Stretch)| {
        let sign = if stretch.is_taken { "-" } else { "" };
        let figures: Vec<String> = kind.figures().map(|f| format!("{sign}{0} AS {0}", f.column())).collect();
        let grain = if stretch.is_months { MONTH } else { DAY };
        let from = 4 + 2 * place;
        format!(
            "SELECT {value} AS value, currency, bucket, {} FROM rollups WHERE shop_id = $1 AND campaign_id = $2 AND dimension = $3
                AND grain = {grain} AND day >= ${from} AND day < ${} AND {}",
            figures.join(", "),
            from + 1,
            kind.is_of()
        )
    };
    let parts: Vec<String> = stretches.iter().enumerate().map(part).collect();
    let sums: Vec<String> = kind.figures().map(|f| format!("CAST(SUM({0}) AS BIGINT)", f.column())).collect();
    let sql = format!(
        "SELECT value, currency, bucket, {} FROM ({}) AS parts GROUP BY value, currency, bucket",
        sums.join(", "),
        parts.join(" UNION ALL ")
    );
    let campaign = asked.campaign.map_or(Uuid::nil(), |c| c.0);
    on_db!(db, c => {
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(asked.shop.0).bind(campaign).bind(asked.dimension.as_str());
        for stretch in stretches {
            query = query.bind(stretch.days.first).bind(stretch.days.end);
        }
        let mut found = Vec::new();
        for row in query.fetch_all(c).await? {
            let currency: String = row.try_get(1)?;
            let currency = if currency.is_empty() { None } else { Some(crate::db::word("currency", &currency)?) };
            let bucket: i64 = row.try_get(2)?;
            let mut sums = Sums::default();
            for (i, figure) in kind.figures().enumerate() {
                sums.add(figure, row.try_get(i + 3)?);
            }
            if !sums.is_zero() {
                found.push(Found { value: row.try_get(0)?, currency, bucket: (bucket >= 0).then_some(bucket), sums });
            }
        }
        Ok(found)
    })
}
