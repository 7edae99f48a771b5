//! Copying a store out of the live database as of one moment, row by row, so that nothing waits and memory stays bounded.

use crate::db::{Db, DbError, Tx};
use crate::domain::ids::ShopId;
use futures_util::TryStreamExt as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Column as _, QueryBuilder, Row as _, TypeInfo as _};
use uuid::Uuid;

/// Rows of one insert.
const ROWS_MAX: usize = 100;
/// And at most so many bytes of text and bodies.
const BYTES_MAX: usize = 4 << 20;

/// What was recorded, but for bodies, which only the rebuilt store needs.
const GIVEN: [&str; 34] = [
    "shops",
    "campaigns",
    "campaign_versions",
    "deliveries",
    "events",
    "contacts",
    "contact_identities",
    "consents",
    "consent_log",
    "suppressions",
    "carts",
    "cart_tokens",
    "cart_traces",
    "orders",
    "enrolments",
    "nudges",
    "message_costs",
    "receipts",
    "replies",
    "decisions",
    "touches",
    "credit_ledger",
    "credit_runs",
    "journeys",
    "order_tokens",
    "lift_outcomes",
    "lift_days",
    "lift_dirty",
    "discount_uses",
    "requests",
    "shop_policies",
    "catalogue_products",
    "catalogue_variants",
    "catalogue_prices",
];
/// What the rebuilt store begins with: settings, the webhooks as received, and the codes that the platform made, with whom they were given to.
const BEGINNING: [&str; 7] = ["shops", "campaigns", "templates", "template_versions", "discount_pools", "discount_codes", "deliveries"];

/// How many webhooks a store has, by what can be done with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow, serde::Serialize)]
pub struct Copied {
    /// Applied, and there to be applied again.
    pub applied: i64,
    /// Set aside: they could not be read.
    pub set_aside: i64,
    /// Emptied, because a person's data was erased.
    pub erased: i64,
    /// Not applied yet.
    pub waiting: i64,
}

/// Begins a transaction that sees the database as of one moment, however long it reads, and keeps nobody from writing.
///
/// # Errors
/// `Unavailable`.
pub async fn snapshot(db: &Db) -> Result<Tx, DbError> {
    let mut tx = db.look().await?;
    if let Tx::Postgres(pg) = &mut tx {
        sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(&mut **pg).await?;
    }
    Ok(tx)
}

/// Copies a store: what was recorded into `given`, what it begins with into `rebuilt`.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn copy_shop(live: &mut Tx, (given, rebuilt): (&Db, &Db), shop: ShopId) -> Result<Copied, DbError> {
    for table in GIVEN {
        copy(live, given, (table, "TRUE"), shop).await?;
    }
    copy(
        live,
        given,
        ("audit", "action IN ('campaign.publish', 'campaign.pause', 'campaign.resume', 'campaign.archive', 'shop.status', 'shop.installed', 'policy.set')"),
        shop,
    )
    .await?;
    for table in BEGINNING {
        let which = if table == "deliveries" { "state = 'applied' AND LENGTH(body) > 0" } else { "TRUE" };
        copy(live, rebuilt, (table, which), shop).await?;
    }
    const COUNT: &str = "SELECT COALESCE(SUM(state = 'applied' AND LENGTH(body) > 0), 0) AS applied, COALESCE(SUM(state = 'set_aside' AND LENGTH(body) > 0), 0) AS set_aside,
            COALESCE(SUM(LENGTH(body) = 0), 0) AS erased, COALESCE(SUM(state = 'pending'), 0) AS waiting
        FROM deliveries WHERE shop_id = $1";
    Ok(on_db!(given, c => sqlx::query_as(COUNT).bind(shop.0).fetch_one(c).await?))
}

/// A column of a table, and how its values are kept.
struct Place {
    name: String,
    kind: Kept,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Bytes,
    Number,
    Text,
}

enum Cell {
    Bytes(Option<Vec<u8>>),
    Number(Option<i64>),
    Text(Option<String>),
}

impl Cell {
    fn size(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.as_ref().map_or(0, Vec::len),
            Self::Number(_) => 8,
            Self::Text(text) => text.as_ref().map_or(0, String::len),
        }
    }
}

async fn places(db: &Db, table: &str) -> Result<Vec<Place>, DbError> {
    let rows: Vec<(String, String)> =
        on_db!(db, c => sqlx::query_as("SELECT name, type FROM pragma_table_info($1) ORDER BY cid").bind(table).fetch_all(c).await?);
    let kind = |declared: &str| match declared {
        "BLOB" => Kept::Bytes,
        "TEXT" => Kept::Text,
        _ => Kept::Number,
    };
    Ok(rows.into_iter().map(|(name, declared)| Place { kind: kind(&declared), name }).collect())
}

async fn copy(live: &mut Tx, to: &Db, (table, which): (&str, &str), shop: ShopId) -> Result<(), DbError> {
    let places = places(to, table).await?;
    let is_given = which == "TRUE";
    // Of a body only whether there is one is needed beside the rebuilt store.
    let chosen = |p: &Place| if p.name == "body" && is_given { "SUBSTR(body, 1, 1)".to_owned() } else { p.name.clone() };
    let columns: Vec<String> = places.iter().map(chosen).collect();
    let owner = if table == "shops" { "id" } else { "shop_id" };
    let sql = format!("SELECT {} FROM {table} WHERE {owner} = $1 AND {which}", columns.join(", "));
    let mut into = Filling { tx: to.begin().await?, table, places: &places, rows: Vec::new(), bytes: 0 };
    match live {
        Tx::Sqlite(tx) => {
            let mut rows = sqlx::query(AssertSqlSafe(sql)).bind(shop.0).fetch(&mut **tx);
            while let Some(row) = rows.try_next().await? {
                into.push(sqlite_cells(&row, &places)?).await?;
            }
        }
        Tx::Postgres(tx) => {
            let mut rows = sqlx::query(AssertSqlSafe(sql)).bind(shop.0).fetch(&mut **tx);
            while let Some(row) = rows.try_next().await? {
                into.push(postgres_cells(&row, &places)?).await?;
            }
        }
    }
    into.flush().await?;
    into.tx.commit().await
}

fn sqlite_cells(row: &SqliteRow, places: &[Place]) -> Result<Vec<Cell>, DbError> {
    let cell = |(i, place): (usize, &Place)| {
        Ok(match place.kind {
            Kept::Bytes => Cell::Bytes(row.try_get(i)?),
            Kept::Number => Cell::Number(row.try_get(i)?),
            Kept::Text => Cell::Text(row.try_get(i)?),
        })
    };
    places.iter().enumerate().map(cell).collect()
}

fn postgres_cells(row: &PgRow, places: &[Place]) -> Result<Vec<Cell>, DbError> {
    let cell = |(i, place): (usize, &Place)| {
        let stored = row.try_column(i)?.type_info().name().to_owned();
        Ok(match place.kind {
            Kept::Bytes if stored == "UUID" => Cell::Bytes(row.try_get::<Option<Uuid>, _>(i)?.map(|id| id.into_bytes().to_vec())),
            Kept::Bytes => Cell::Bytes(row.try_get(i)?),
            Kept::Number if stored == "BOOL" => Cell::Number(row.try_get::<Option<bool>, _>(i)?.map(i64::from)),
            Kept::Number => Cell::Number(row.try_get(i)?),
            Kept::Text => Cell::Text(row.try_get(i)?),
        })
    };
    places.iter().enumerate().map(cell).collect()
}

/// Rows on their way into a table.
struct Filling<'a> {
    tx: Tx,
    table: &'a str,
    places: &'a [Place],
    rows: Vec<Vec<Cell>>,
    bytes: usize,
}

impl Filling<'_> {
    async fn push(&mut self, row: Vec<Cell>) -> Result<(), DbError> {
        self.bytes += row.iter().map(Cell::size).sum::<usize>();
        self.rows.push(row);
        if self.rows.len() >= ROWS_MAX || self.bytes >= BYTES_MAX { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), DbError> {
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        let Tx::Sqlite(tx) = &mut self.tx else { return Err(DbError::Corrupt("a copy is made into SQLite".into())) };
        if rows.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = self.places.iter().map(|p| p.name.as_str()).collect();
        let mut query = QueryBuilder::<sqlx::Sqlite>::new(format!("INSERT INTO {} ({}) ", self.table, names.join(", ")));
        query.push_values(rows, |mut to, row| {
            for cell in row {
                match cell {
                    Cell::Bytes(bytes) => to.push_bind(bytes),
                    Cell::Number(number) => to.push_bind(number),
                    Cell::Text(text) => to.push_bind(text),
                };
            }
        });
        query.build().execute(&mut **tx).await?;
        Ok(())
    }
}
