//! Counting buyers.

use crate::app::AppError;
use crate::db::Tx;
use crate::db::rollups;
use crate::db::shops::Shop;
use crate::domain::report::buyer::{self, Bought, Fact, Place, Sums};
use crate::domain::report::days;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Counts these shoppers anew, and adds what changed to the sums.
///
/// # Errors
/// `Db`.
pub async fn count(tx: &mut Tx, shop: &Shop, ids: &[Uuid]) -> Result<(), AppError> {
    if ids.is_empty() {
        return Ok(());
    }
    let before = rollups::buyer_facts(tx, shop.id, ids).await?;
    let now = facts(rollups::orders_of(tx, shop.id, ids).await?, &shop.zone());
    let mut changes: BTreeMap<Place, Sums> = BTreeMap::new();
    let mut join = |fact: &Fact, times: i64| fact.iter().for_each(|(place, sums)| changes.entry(*place).or_default().join(sums, times));
    before.values().for_each(|fact| join(fact, -1));
    now.values().for_each(|fact| join(fact, 1));
    let gone: Vec<Uuid> = before.keys().filter(|id| !now.contains_key(*id)).copied().collect();
    let changed: Vec<(Uuid, Fact)> =
        now.iter().filter(|(id, fact)| before.get(*id) != Some(*fact)).map(|(id, fact)| (*id, fact.clone())).collect();
    Ok(rollups::save_buyers(tx, shop.id, (&gone, &changed), &changes).await?)
}

/// What shoppers count for; without those who count for nothing.
pub(super) fn facts(orders: HashMap<Uuid, Vec<Bought>>, zone: &TimeZone) -> BTreeMap<Uuid, Fact> {
    let dated = |o: Bought| Bought { day: days::number(days::of(Timestamp::from_millisecond(o.at).unwrap_or_default(), zone)), ..o };
    let each = orders.into_iter().map(|(who, of)| (who, buyer::fact(&of.into_iter().map(dated).collect::<Vec<_>>())));
    each.filter(|(_, fact)| !fact.is_empty()).collect()
}
