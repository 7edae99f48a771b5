//! Asks stores that installed an app, now and then, what they grant and what they send: a platform drops webhooks that nobody took for some hours, and says
//! nothing of it to whoever takes none.

use super::logged;
use super::measure::Memory;
use crate::app::{App, AppError, install};
use crate::db;

/// Asks every store whose turn it is.
///
/// # Errors
/// `Db` when the stores can't be listed; one store's trouble is logged.
pub async fn all(app: &App, memory: &mut Memory) -> Result<(), AppError> {
    for shop in db::shops::list(&app.db).await? {
        if memory.store_is_due(shop.id, app.now()) {
            logged("asking the store what it sends", shop.id, install::look_again(app, &shop).await);
        }
    }
    Ok(())
}
