//! Does everything hold that must? Asked of the whole database; each violation is told as it is found.

use super::{App, AppError};
use crate::db::verify::{CHECKS, violations};
use crate::domain::ids::ShopId;
use jiff::SignedDuration;
use serde::Serialize;

/// A delivery may wait this long before it counts as forgotten.
const APPLIED_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// A row that contradicts an invariant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which check: stable, for programs.
    pub check: &'static str,
    /// What must hold, in a sentence.
    pub rule: &'static str,
    /// Whose row.
    pub shop_id: ShopId,
    /// Which row.
    pub id: uuid::Uuid,
    /// What it says, without anything personal.
    pub detail: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: store {}, {} ({})", self.rule, self.shop_id, self.id, self.detail)
    }
}

/// What was looked at, and what came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How many invariants were asked.
    pub checks: usize,
    /// Of how many stores.
    pub shops: usize,
    /// How many rows were looked at.
    pub rows: u64,
    /// How many violations were told.
    pub violations: u64,
}

/// Checks every invariant of every store, and tells each violation as it is found.
///
/// # Errors
/// `Db`; what was told before still stands.
pub async fn run(app: &App, tell: &mut (dyn FnMut(Violation) + Send)) -> Result<Summary, AppError> {
    let settled_before = app.now() - APPLIED_WITHIN;
    let mut summary = Summary { checks: CHECKS.len(), ..Summary::default() };
    for check in &CHECKS {
        for (shop, id, detail) in violations(&app.db, check, settled_before).await? {
            summary.violations += 1;
            tell(Violation { check: check.name, rule: check.rule, shop_id: ShopId(shop), id, detail });
        }
    }
    Ok(summary)
}
