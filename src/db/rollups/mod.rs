//! What reports read: facts of carts and buyers, their sums, and what has to be counted anew. All of it follows from other rows.

mod buyers;
mod check;
mod facts;
mod known;
mod listed;
mod marks;
mod state;
mod sums;

pub use buyers::{buyer_facts, cohorts, orders_of, save_buyers, within};
pub use check::{fold_buyers, fold_facts, fold_sums, snapshot, waiting_in};
pub use facts::{facts, label, labels, save};
pub use known::{Loaded, known};
pub use listed::{CartsOf, Row as ListedFact, carts};
pub use marks::{Kind, Mark, carts_marked, carts_of_nudges, done, of_generations, of_order, people, shops_waiting, take, waiting};
pub use state::{Stage, State, clear, keys_after, remaining, set_state, state};
pub use sums::{Asked, Found, add, read};

use super::{DbError, Tx};
use crate::domain::ids::ShopId;

/// Waits until this transaction alone counts the shop's carts. SQLite's transactions are alone anyway.
///
/// # Errors
/// `Unavailable`.
pub async fn lock(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    if let Tx::Postgres(tx) = tx {
        let sql = "SELECT name FROM shop_locks WHERE shop_id = $1 AND name = 'reports' FOR UPDATE";
        sqlx::query(sql).bind(shop.0).fetch_optional(&mut **tx).await?;
    }
    Ok(())
}
