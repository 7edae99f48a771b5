//! Facts of buyers, and their sums.

use crate::db::{Db, DbError, Tx, from_json, json_ids, to_json, word};
use crate::domain::ids::ShopId;
use crate::domain::money::Currency;
use crate::domain::report::buyer::{Basis, Bought, Fact, Grain, Place, Sums};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The facts by which shoppers were counted last.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn buyer_facts(tx: &mut Tx, shop: ShopId, people: &[Uuid]) -> Result<HashMap<Uuid, Fact>, DbError> {
    const LITE: &str =
        "SELECT contact_id, fact FROM report_buyers WHERE shop_id = $1 AND contact_id IN (SELECT unhex(value) FROM json_each($2))";
    const PG: &str = "SELECT contact_id, fact FROM report_buyers WHERE shop_id = $1 AND contact_id = ANY($2)";
    let rows: Vec<(Uuid, String)> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(LITE).bind(shop.0).bind(json_ids(people)).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(PG).bind(shop.0).bind(people).fetch_all(&mut **tx).await?,
    };
    rows.into_iter().map(|(id, text)| Ok((id, from_json("fact of a buyer", &text)?))).collect()
}

/// What shoppers ordered, tests left out; the days are for the caller to fill in.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn orders_of(tx: &mut Tx, shop: ShopId, people: &[Uuid]) -> Result<HashMap<Uuid, Vec<Bought>>, DbError> {
    const SQL: &str = "SELECT o.contact_id, o.ordered_at, o.currency, o.net_minor,
            EXISTS (SELECT 1 FROM credits k WHERE k.shop_id = o.shop_id AND k.order_id = o.id AND k.model = 'last_touch'
                AND k.evidence IN ('link', 'code', 'marker')) AS recovered
        FROM orders o WHERE o.shop_id = $1 AND NOT o.test AND NOT o.cancelled AND o.ordered_at IS NOT NULL AND o.currency IS NOT NULL AND o.contact_id";
    let rows: Vec<(Uuid, i64, String, i64, bool)> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{SQL} IN (SELECT unhex(value) FROM json_each($2)) ORDER BY o.ordered_at, o.id"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(people)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{SQL} = ANY($2) ORDER BY o.ordered_at, o.id"));
            sqlx::query_as(sql).bind(shop.0).bind(people).fetch_all(&mut **tx).await?
        }
    };
    let mut found: HashMap<Uuid, Vec<Bought>> = HashMap::new();
    for (who, at, currency, net_minor, recovered) in rows {
        let bought = Bought { at, day: 0, currency: word("currency", &currency)?, net_minor, recovered };
        found.entry(who).or_default().push(bought);
    }
    Ok(found)
}

/// Puts these facts in the place of those that these shoppers had, and adds what changed to the sums.
///
/// # Errors
/// `Unavailable`.
pub async fn save_buyers(
    tx: &mut Tx,
    shop: ShopId,
    (gone, facts): (&[Uuid], &[(Uuid, Fact)]),
    changes: &BTreeMap<Place, Sums>,
) -> Result<(), DbError> {
    const GONE: &str = "DELETE FROM report_buyers WHERE shop_id = $1 AND contact_id = $2";
    const PUT: &str = "INSERT INTO report_buyers (shop_id, contact_id, fact) VALUES ($1, $2, $3)
        ON CONFLICT (shop_id, contact_id) DO UPDATE SET fact = excluded.fact";
    for who in gone {
        on_tx!(tx, c => sqlx::query(GONE).bind(shop.0).bind(who).execute(c).await?.rows_affected());
    }
    for (who, fact) in facts {
        let json = to_json(fact)?;
        on_tx!(tx, c => sqlx::query(PUT).bind(shop.0).bind(who).bind(json).execute(c).await?.rows_affected());
    }
    add(tx, shop, changes).await
}

fn words(grain: Grain) -> i64 {
    match grain {
        Grain::Days => 0,
        Grain::Month => 1,
    }
}

async fn add(tx: &mut Tx, shop: ShopId, changes: &BTreeMap<Place, Sums>) -> Result<(), DbError> {
    const PUT: &str =
        "ON CONFLICT (shop_id, basis, grain, span, currency, day) DO UPDATE SET buyers = rollup_buyers.buyers + excluded.buyers,
        again = rollup_buyers.again + excluded.again, orders = rollup_buyers.orders + excluded.orders,
        net_minor = rollup_buyers.net_minor + excluded.net_minor";
    const INTO: &str = "INSERT INTO rollup_buyers (shop_id, basis, grain, span, currency, day, buyers, again, orders, net_minor)";
    const LITE: &str =
        "SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8
        FROM json_each($2) WHERE TRUE";
    const PG: &str =
        "SELECT $1, j ->> 0, (j ->> 1)::bigint, (j ->> 2)::bigint, j ->> 3, (j ->> 4)::bigint, (j ->> 5)::bigint, (j ->> 6)::bigint,
        (j ->> 7)::bigint, (j ->> 8)::bigint FROM jsonb_array_elements($2::jsonb) AS j";
    let row = |(p, s): (&Place, &Sums)| {
        serde_json::json!([p.basis.as_str(), words(p.grain), p.span, p.currency.code(), p.day, s.buyers, s.again, s.orders, s.net_minor])
    };
    let rows: Vec<serde_json::Value> = changes.iter().filter(|(_, s)| !s.is_zero()).map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let json = serde_json::Value::from(rows).to_string();
    let sql = |select: &str| AssertSqlSafe(format!("{INTO} {select} {PUT}"));
    match tx {
        Tx::Sqlite(tx) => sqlx::query(sql(LITE)).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(sql(PG)).bind(shop.0).bind(json).execute(&mut **tx).await?.rows_affected(),
    };
    Ok(())
}

#[derive(sqlx::FromRow)]
pub(super) struct SumRow {
    pub basis: String,
    pub grain: i64,
    pub span: i64,
    pub currency: String,
    pub day: i64,
    pub buyers: i64,
    pub again: i64,
    pub orders: i64,
    pub net_minor: i64,
}

impl SumRow {
    pub fn read(&self) -> Result<(Place, Sums), DbError> {
        let basis: Basis = word("basis", &self.basis)?;
        let currency: Currency = word("currency", &self.currency)?;
        let grain = if self.grain == 0 { Grain::Days } else { Grain::Month };
        let place = Place { basis, grain, span: self.span, currency, day: self.day };
        Ok((place, Sums { buyers: self.buyers, again: self.again, orders: self.orders, net_minor: self.net_minor }))
    }
}

/// What buyers did within so many days of the order that they count from, which was placed in the period: by basis and currency. The day is of no meaning.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn within(db: &Db, shop: ShopId, span: i64, (first, end): (i64, i64)) -> Result<Vec<(Place, Sums)>, DbError> {
    const SQL: &str = "SELECT basis, grain, span, currency, CAST(0 AS BIGINT) AS day, CAST(SUM(buyers) AS BIGINT) AS buyers,
            CAST(SUM(again) AS BIGINT) AS again, CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(net_minor) AS BIGINT) AS net_minor
        FROM rollup_buyers WHERE shop_id = $1 AND basis IN ('recovered', 'other') AND grain = 0 AND span = $2 AND day >= $3 AND day < $4
        GROUP BY basis, grain, span, currency ORDER BY basis DESC, currency";
    let rows: Vec<SumRow> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(span).bind(first).bind(end).fetch_all(c).await?);
    rows.iter().map(SumRow::read).filter(|r| r.as_ref().is_ok_and(|(_, s)| !s.is_zero())).collect()
}

/// What buyers did by the month in which they count from and by months since, and whether they came again within so many days.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn cohorts(
    db: &Db,
    shop: ShopId,
    (basis, again_within): (Basis, i64),
    (first, end): (i64, i64),
) -> Result<Vec<(Place, Sums)>, DbError> {
    const SQL: &str = "SELECT basis, grain, span, currency, day, buyers, again, orders, net_minor FROM rollup_buyers
        WHERE shop_id = $1 AND basis = $2 AND (grain = 1 OR (grain = 0 AND span = $3)) AND day >= $4 AND day < $5
        ORDER BY currency, day, grain, span";
    let rows: Vec<SumRow> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(basis.as_str()).bind(again_within).bind(first).bind(end).fetch_all(c).await?);
    rows.iter().map(SumRow::read).filter(|r| r.as_ref().is_ok_and(|(_, s)| !s.is_zero())).collect()
}
