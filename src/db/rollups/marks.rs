//! Marks of what has to be counted anew, set in the transaction of the change.
//!
//! On PostgreSQL every change leaves a mark of its own: nobody waits for another's mark, and a change that is committed while its cart is being counted is
//! still there afterwards. A mark for the cart alone would be taken away by whoever counted the cart before that change could be seen. On SQLite changes come
//! one after the other, so one mark a cart is enough.

use crate::db::{Db, DbError, Tx, json_ids};
use crate::domain::ids::{ContactId, OrderId, ShopId};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A cart.
    Cart,
    /// A shopper who bought.
    Buyer,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Cart => "cart",
            Self::Buyer => "buyer",
        }
    }
}

/// A mark: of which cart or shopper, and by which it is known.
pub type Mark = (Uuid, Vec<u8>);

/// With the engine's own way to make a mark.
fn marking(tx: &Tx, sql: &str) -> AssertSqlSafe<String> {
    let mark = match tx {
        Tx::Sqlite(_) => "x'00'",
        Tx::Postgres(_) => "gen_random_uuid()",
    };
    AssertSqlSafe(format!("INSERT INTO report_dirty (shop_id, kind, id, mark) {} ON CONFLICT DO NOTHING", sql.replace("MARK", mark)))
}

/// These carts changed.
///
/// # Errors
/// `Unavailable`.
pub async fn carts_marked(tx: &mut Tx, shop: ShopId, carts: &[Uuid]) -> Result<(), DbError> {
    if carts.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(_) => {
            let sql = marking(tx, "SELECT $1, 'cart', unhex(value), MARK FROM json_each($2) WHERE TRUE");
            on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(json_ids(carts)).execute(c).await?.rows_affected());
        }
        Tx::Postgres(pg) => {
            let sql = "INSERT INTO report_dirty (shop_id, kind, id, mark) SELECT $1, 'cart', c, gen_random_uuid() FROM UNNEST($2::uuid[]) AS u (c)
                ON CONFLICT DO NOTHING";
            sqlx::query(sql).bind(shop.0).bind(carts).execute(&mut **pg).await?;
        }
    }
    Ok(())
}

/// The carts of these nudges changed.
///
/// # Errors
/// `Unavailable`.
pub async fn carts_of_nudges(tx: &mut Tx, shop: ShopId, nudges: &[Uuid]) -> Result<(), DbError> {
    if nudges.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(_) => {
            let which = "SELECT n.shop_id, 'cart', n.cart_id, MARK FROM json_each($2) j CROSS JOIN nudges n ON n.shop_id = $1 AND n.id = unhex(j.value) WHERE TRUE";
            let sql = marking(tx, which);
            on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(json_ids(nudges)).execute(c).await?.rows_affected());
        }
        Tx::Postgres(_) => {
            let sql = marking(tx, "SELECT n.shop_id, 'cart', n.cart_id, MARK FROM nudges n WHERE n.shop_id = $1 AND n.id = ANY($2)");
            if let Tx::Postgres(pg) = tx {
                sqlx::query(sql).bind(shop.0).bind(nudges).execute(&mut **pg).await?;
            }
        }
    }
    Ok(())
}

/// An order changed: its shopper's figures, and which of their carts were begun by somebody who had bought before. Said before the change as well, where the
/// order may have been another's or of another time.
///
/// # Errors
/// `Unavailable`.
pub async fn of_order(tx: &mut Tx, shop: ShopId, order: OrderId) -> Result<(), DbError> {
    const WHICH: &str =
        "SELECT o.shop_id, 'buyer', o.contact_id, MARK FROM orders o WHERE o.shop_id = $1 AND o.id = $2 AND o.contact_id IS NOT NULL
        UNION ALL SELECT o.shop_id, 'cart', c.id, MARK FROM orders o JOIN carts c ON c.shop_id = o.shop_id AND c.contact_id = o.contact_id
            AND c.started_at > o.ordered_at WHERE o.shop_id = $1 AND o.id = $2";
    let sql = marking(tx, WHICH);
    on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(order.0).execute(c).await?.rows_affected());
    Ok(())
}

/// These shoppers' carts and orders are counted anew: two turned out to be one.
///
/// # Errors
/// `Unavailable`.
pub async fn people(tx: &mut Tx, shop: ShopId, people: &[ContactId]) -> Result<(), DbError> {
    const WHICH: &str = "SELECT k.shop_id, 'buyer', k.id, MARK FROM contacts k WHERE k.shop_id = $1 AND k.id = $2
        UNION ALL SELECT c.shop_id, 'cart', c.id, MARK FROM carts c WHERE c.shop_id = $1 AND c.contact_id = $2";
    for person in people {
        let sql = marking(tx, WHICH);
        on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(person.0).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// Carts and buyers whose credit isn't the same in two generations of the ledger: the other one is read from now on.
///
/// # Errors
/// `Unavailable`.
pub async fn of_generations(tx: &mut Tx, shop: ShopId, (one, other): (i64, i64)) -> Result<(), DbError> {
    // Set against each other whole: looking each up in the other would rest on sizes that no planner knows while they grow.
    const ROWS: &str = "SELECT order_id, cart_id, model, nudge_id, kind, gross_minor, net_minor, discount_minor FROM credit_ledger WHERE shop_id = $1 AND generation =";
    const CARTS: &str = "SELECT $1, 'cart', k.cart_id, MARK FROM (SELECT DISTINCT d.cart_id FROM (DIFFERING) d) k WHERE TRUE";
    const BUYERS: &str =
        "SELECT $1, 'buyer', b.contact_id, MARK FROM (SELECT DISTINCT o.contact_id FROM (SELECT DISTINCT d.order_id FROM (DIFFERING) d) k
        JOIN orders o ON o.shop_id = $1 AND o.id = k.order_id WHERE o.contact_id IS NOT NULL) b WHERE TRUE";
    let differing =
        format!("SELECT * FROM ({ROWS} $2 EXCEPT {ROWS} $3) AS lost UNION ALL SELECT * FROM ({ROWS} $3 EXCEPT {ROWS} $2) AS found");
    for which in [CARTS, BUYERS] {
        let sql = marking(tx, &which.replace("DIFFERING", &differing));
        on_tx!(tx, c => sqlx::query(sql).bind(shop.0).bind(one).bind(other).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// Marks that wait, some of them.
///
/// # Errors
/// `Unavailable`.
pub async fn take(tx: &mut Tx, shop: ShopId, kind: Kind, most: i64) -> Result<Vec<Mark>, DbError> {
    const SQL: &str = "SELECT id, mark FROM report_dirty WHERE shop_id = $1 AND kind = $2 ORDER BY id, mark LIMIT $3";
    Ok(match tx {
        Tx::Sqlite(tx) => sqlx::query_as(SQL).bind(shop.0).bind(kind.as_str()).bind(most).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => {
            let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(SQL).bind(shop.0).bind(kind.as_str()).bind(most).fetch_all(&mut **tx).await?;
            rows.into_iter().map(|(id, mark)| (id, mark.into_bytes().to_vec())).collect()
        }
    })
}

/// Takes marks away: what they are of was counted in this transaction.
///
/// # Errors
/// `Unavailable`.
pub async fn done(tx: &mut Tx, shop: ShopId, kind: Kind, marks: &[Mark]) -> Result<(), DbError> {
    const LITE: &str = "DELETE FROM report_dirty WHERE shop_id = $1 AND kind = $2 AND id IN (SELECT unhex(value) FROM json_each($3))";
    const PG: &str = "DELETE FROM report_dirty d USING UNNEST($3::uuid[], $4::uuid[]) AS u (id, mark)
        WHERE d.shop_id = $1 AND d.kind = $2 AND d.id = u.id AND d.mark = u.mark";
    let ids: Vec<Uuid> = marks.iter().map(|m| m.0).collect();
    match tx {
        Tx::Sqlite(tx) => sqlx::query(LITE).bind(shop.0).bind(kind.as_str()).bind(json_ids(&ids)).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => {
            let each: Vec<Uuid> = marks.iter().filter_map(|m| Uuid::from_slice(&m.1).ok()).collect();
            sqlx::query(PG).bind(shop.0).bind(kind.as_str()).bind(ids).bind(each).execute(&mut **tx).await?.rows_affected()
        }
    };
    Ok(())
}

/// How many carts and buyers wait to be counted anew; not counted further than `most`.
///
/// # Errors
/// `Unavailable`.
pub async fn waiting(db: &Db, shop: ShopId, most: i64) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT DISTINCT kind, id FROM report_dirty WHERE shop_id = $1 LIMIT $2) AS d";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(most).fetch_one(c).await?))
}

/// Shops of which something is to be counted, of all or of one: something changed, or they were counted by other rules, in another zone, or not to the end.
///
/// # Errors
/// `Unavailable`.
pub async fn shops_waiting(db: &Db, rules_version: i64, only: Option<ShopId>) -> Result<Vec<ShopId>, DbError> {
    const SQL: &str = "SELECT s.id FROM shops s LEFT JOIN report_states t ON t.shop_id = s.id
        WHERE s.status <> 'removed' AND s.canary_of IS NULL AND ($2 IS NULL OR s.id = $2) AND (t.shop_id IS NULL OR t.stage <> 'done' OR t.rules_version <> $1 OR t.timezone <> s.timezone
            OR EXISTS (SELECT 1 FROM report_dirty d WHERE d.shop_id = s.id))
        ORDER BY s.id";
    let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(rules_version).bind(only.map(|s| s.0)).fetch_all(c).await?);
    Ok(ids.into_iter().map(ShopId).collect())
}
