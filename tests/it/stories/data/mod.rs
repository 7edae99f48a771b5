//! A store's data: shoppers erased by address, lists that leave and come in as files, and what is let go of once it was kept long enough.

mod erased;
mod files;
mod retention;

use crate::support::rig::Rig;
use comeback::db;

/// Who did it.
const WHO: &str = "story";

/// What was recorded of data, oldest first: what, and its detail.
async fn audited(rig: &Rig, action: &str) -> Vec<String> {
    let entries = db::access::audit_list(&rig.app.db, rig.shop.id, None, 200).await.expect("audit");
    entries.into_iter().filter(|e| e.action == action).map(|e| e.detail).rev().collect()
}

/// Bytes of every webhook that is kept, by topic.
async fn raw(rig: &Rig) -> Vec<(String, i64)> {
    let all = db::deliveries::list(&rig.app.db, rig.shop.id, None, None, 200).await.expect("deliveries");
    all.into_iter().map(|d| (d.topic, d.bytes)).rev().collect()
}
