//! What advertising cost, taken in from ad platforms' reports, and what came of it.

use super::access::audit;
use super::track::Fate;
use super::{App, AppError};
use crate::db;
use crate::domain::ad_cost::{self, Brought};
use crate::domain::digest::Days;
use crate::domain::ids::ShopId;
use crate::domain::report::table::Table;
use std::collections::BTreeMap;

/// Takes costs in, each line by itself: of the same day, advertisement and currency the last word stands. What became of each.
///
/// # Errors
/// `Db`; then none is taken.
pub async fn take(app: &App, shop: ShopId, lines: &[BTreeMap<String, String>], actor: &str) -> Result<Vec<Fate>, AppError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let mut fates = Vec::with_capacity(lines.len());
    for line in lines {
        fates.push(match ad_cost::read(line) {
            Err(why) => Fate::Refused(why),
            Ok(cost) if db::ad_costs::save(&mut tx, shop, &cost, now).await? => Fate::Accepted,
            Ok(_) => Fate::Duplicate,
        });
    }
    let changed = fates.iter().filter(|fate| **fate == Fate::Accepted).count();
    if changed > 0 {
        audit(app, &mut tx, shop, actor, ("ad_costs.import", &format!("{changed} lines"))).await?;
    }
    tx.commit().await?;
    Ok(fates)
}

/// Costs beside what they brought.
///
/// # Errors
/// `Db`.
pub async fn report(app: &App, shop: ShopId, days: Days) -> Result<Table, AppError> {
    let costs = db::ad_costs::sums(&app.db, shop, (days.first, days.last)).await?;
    let brought = net_by_utm(app, shop, days)?;
    Ok(ad_cost::report(&costs, brought.as_deref()))
}

/// What orders of these days were brought by which advertisement: net by the UTM of the last arrival before the order that was not direct. None while orders
/// are not known by their arrivals, which is another thing than an advertisement that brought none.
fn net_by_utm(_app: &App, _shop: ShopId, _days: Days) -> Result<Option<Vec<Brought>>, AppError> {
    Ok(None)
}
