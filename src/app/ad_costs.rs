//! What advertising cost, taken in from ad platforms' reports, and what came of it.

use super::access::audit;
use super::track::Fate;
use super::{App, AppError};
use crate::db::{self, DbError};
use crate::domain::ad_cost::{self, Brought, Utm};
use crate::domain::digest::Days;
use crate::domain::ids::ShopId;
use crate::domain::money::Money;
use crate::domain::report::days;
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
    let brought = net_by_utm(app, shop, days).await?;
    Ok(ad_cost::report(&costs, Some(&brought)))
}

/// What orders of these days were brought by which advertisement: net by the UTM of the last arrival before the order that was not direct.
async fn net_by_utm(app: &App, shop: ShopId, days: Days) -> Result<Vec<Brought>, AppError> {
    let numbers = (days::number(days.first), days::number(days.last));
    let found = db::journeys::brought(&app.db, shop, numbers).await?;
    let one = |(utm, currency, orders, net): (Utm, String, i64, i64)| {
        let currency = currency.parse().map_err(|e| DbError::Corrupt(format!("a journey's currency can't be read: {e}")))?;
        Ok(Brought { utm, orders, net: Money::new(net, currency) })
    };
    found.into_iter().map(one).collect()
}
