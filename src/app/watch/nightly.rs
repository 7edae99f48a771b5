//! `comeback verify`, every night, by one process: what contradicts a promise becomes an alarm of its store.

use super::{before, evaluate, take};
use crate::app::verify::{self, Violation};
use crate::app::{App, AppError};
use crate::db;
use crate::db::watch::Looked;
use crate::domain::ids::ShopId;
use crate::domain::watch::{Kind, invariant};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// The lease's and the result's name.
const VERIFY: &str = "verify";
/// Longer than any check takes: whoever died in it is followed the next night.
const LEASE: SignedDuration = SignedDuration::from_hours(6);
/// Another process that comes later in the same night leaves it.
const ONCE_IN: SignedDuration = SignedDuration::from_hours(12);
/// So many lines are kept.
const LINES_KEPT: usize = 10;

/// What the last nightly check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// When.
    pub at: Timestamp,
    /// How many violations.
    pub violations: i64,
    /// The first of them, a line each.
    pub lines: String,
}

/// The last nightly check, if there was one.
///
/// # Errors
/// `Db`.
pub async fn last_check(db: &db::Db) -> Result<Option<Checked>, AppError> {
    let looked = db::watch::result(db, VERIFY).await?;
    Ok(looked.map(|l| Checked { at: l.at, violations: l.count, lines: l.detail }))
}

/// Checks everything, keeps the result and raises or clears the alarms, unless another process has done it this night. Was it done here?
///
/// # Errors
/// `Db`.
pub async fn nightly(app: &App) -> Result<bool, AppError> {
    let done_lately = |at: Timestamp| at > before(app.now(), ONCE_IN);
    if db::watch::result(&app.db, VERIFY).await?.is_some_and(|l| done_lately(l.at)) {
        return Ok(false);
    }
    if !take(app, VERIFY, &app.new_id().to_string(), LEASE).await? {
        return Ok(false);
    }
    let mut found = Found::default();
    verify::run(app, &mut |violation| found.note(&violation)).await?;
    let count = found.by_shop.values().map(|of| i64::try_from(of.count).unwrap_or(i64::MAX)).fold(0, i64::saturating_add);
    let detail = found.first.join("\n");
    let mut tx = app.db.begin().await?;
    db::watch::save_result(&mut tx, VERIFY, &Looked { at: app.now(), count, detail }).await?;
    tx.commit().await?;
    if count > 0 {
        tracing::error!(count, "the nightly check found what must not be; `comeback verify` lists it");
    }
    raise(app, &found).await?;
    Ok(true)
}

/// What was found, as much of it as is told: there is no bound to how much may be wrong.
#[derive(Default)]
struct Found {
    first: Vec<String>,
    by_shop: BTreeMap<ShopId, OfShop>,
}

#[derive(Default)]
struct OfShop {
    count: usize,
    first: Option<String>,
}

impl Found {
    fn note(&mut self, violation: &Violation) {
        let line = violation.to_string();
        if self.first.len() < LINES_KEPT {
            self.first.push(line.clone());
        }
        let of = self.by_shop.entry(violation.shop_id).or_default();
        of.count += 1;
        of.first.get_or_insert(line);
    }
}

/// Raises or clears each store's alarm; what is found of a canary's hidden twin is told of its store.
async fn raise(app: &App, found: &Found) -> Result<(), AppError> {
    for shop in db::shops::list(&app.db).await? {
        let twin = db::canaries::twin_of(&app.db, shop.id).await?;
        let of: Vec<&OfShop> = [Some(shop.id), twin].into_iter().flatten().filter_map(|id| found.by_shop.get(&id)).collect();
        let (count, first) = (of.iter().map(|o| o.count).sum(), of.iter().find_map(|o| o.first.as_deref()));
        let standing = db::alarms::active(&app.db, shop.id).await?;
        let answer = (Kind::Invariant, String::new(), invariant(count, first, app.now()));
        evaluate::apply(app, shop.id, &standing, &[answer]).await?;
    }
    Ok(())
}
