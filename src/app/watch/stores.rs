//! Asks stores that installed an app, now and then, what they grant and what they send: a platform drops webhooks that nobody took for some hours, and says
//! nothing of it to whoever takes none.

use super::logged;
use super::measure::Memory;
use crate::app::{App, AppError, install};
use crate::db;
use futures_util::future::join_all;

/// Asks stores whose turn it is, side by side.
///
/// # Errors
/// `Db` when the stores can't be listed; one store's trouble is logged.
pub async fn some(app: &App, memory: &mut Memory) -> Result<(), AppError> {
    let due = memory.stores_due(db::shop_apps::installed(&app.db).await?, app.now());
    let ask = async |shop| logged("asking the store what it sends", shop, install::look(app, shop).await);
    join_all(due.into_iter().map(ask)).await;
    Ok(())
}
