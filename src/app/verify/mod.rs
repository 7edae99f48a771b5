//! Does everything hold that must? Asked of the whole database in bounded memory; each violation is told as it is found.

mod decided;

use super::rollups::{DAYS_FOLLOW_ROWS, FOLLOWS_ROWS, SUMS_ADD_UP, check};
use super::{App, AppError};
use crate::db::shops::Shop;
use crate::db::verify::{self, CHECKS, Portion, Rows};
use crate::db::{self, DbError};
use crate::domain::ids::ShopId;
use crate::domain::nudge::RULES_VERSION;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use uuid::Uuid;

/// A delivery may wait this long before it counts as forgotten, and so may a lapsed lease and a cart that was left.
const SETTLED_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// So many keys are looked at together: small enough to be held in memory with all that may be wrong about them, and read in well under a second.
const PORTION_MAX: i64 = 500;

/// An invariant that is asked by the rules themselves: its name and what must hold.
type Ruled = (&'static str, &'static str);
const DECIDED_AGAIN: Ruled = ("decided_again", "every decision before a send is the one that its inputs ask for");
const STATE_FOLLOWS_FACTS: Ruled = ("state_follows_facts", "a cart is what its facts say");
const LEFT_CART_NOTICED: Ruled = ("left_cart_noticed", "a cart that was left is noticed within ten minutes");
const RULED: [Ruled; 6] = [DECIDED_AGAIN, STATE_FOLLOWS_FACTS, LEFT_CART_NOTICED, FOLLOWS_ROWS, SUMS_ADD_UP, DAYS_FOLLOW_ROWS];

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
    pub id: Uuid,
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
    /// How many rows were looked at; those of one key count once.
    pub rows: u64,
    /// How many violations were told.
    pub violations: u64,
}

/// Who is told of violations.
pub type Tell<'a> = dyn FnMut(Violation) + Send + 'a;

/// Every check's name and rule.
pub fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    CHECKS.iter().map(|c| (c.name, c.rule)).chain(RULED)
}

/// Checks every invariant of every store, and tells each violation as it is found.
///
/// # Errors
/// `Db`; what was told before still stands.
pub async fn run(app: &App, tell: &mut Tell<'_>) -> Result<Summary, AppError> {
    run_for(app, None, tell).await
}

/// The same of one store, or of all.
///
/// # Errors
/// `NotFound` without that store; `Db`.
pub async fn run_for(app: &App, only: Option<ShopId>, tell: &mut Tell<'_>) -> Result<Summary, AppError> {
    let shops = match only {
        Some(id) => vec![db::shops::get(&app.db, id).await?.ok_or(AppError::NotFound("store with that id"))?],
        None => db::shops::every(&app.db).await?,
    };
    let summary =
        Summary { checks: CHECKS.len() + RULED.len(), shops: shops.iter().filter(|s| s.canary_of.is_none()).count(), ..Summary::default() };
    let mut asked = Asked { app, tell, summary };
    for shop in &shops {
        for rows in Rows::ALL {
            asked.rows_of(shop, rows).await?;
        }
        check(app, shop, &mut |ruled, id, detail| asked.found(ruled, shop.id, id, detail)).await?;
    }
    Ok(asked.summary)
}

/// A run under way.
struct Asked<'a, 'b> {
    app: &'a App,
    tell: &'a mut Tell<'b>,
    summary: Summary,
}

impl Asked<'_, '_> {
    /// All rows of a kind, portion after portion.
    async fn rows_of(&mut self, shop: &Shop, rows: Rows) -> Result<(), AppError> {
        let mut after = Uuid::nil();
        loop {
            let keys = verify::keys(&self.app.db, shop.id, rows, after, PORTION_MAX).await?;
            let Some(to) = keys.last().copied() else { return Ok(()) };
            self.summary.rows += keys.len() as u64;
            self.portion(shop, rows, Portion { shop: shop.id, after, to }).await?;
            if keys.len() < usize::try_from(PORTION_MAX).unwrap_or(usize::MAX) {
                return Ok(());
            }
            after = to;
        }
    }

    async fn portion(&mut self, shop: &Shop, rows: Rows, portion: Portion) -> Result<(), AppError> {
        let settled_before = self.app.now() - SETTLED_WITHIN;
        for check in CHECKS.iter().filter(|c| c.rows == rows) {
            for (id, detail) in verify::violations(&self.app.db, check, portion, settled_before).await? {
                self.found((check.name, check.rule), shop.id, id, detail);
            }
        }
        match rows {
            Rows::Decisions => self.decisions(portion).await?,
            Rows::Carts => self.carts(shop, portion, settled_before).await?,
            _ => {}
        }
        Ok(())
    }

    async fn decisions(&mut self, portion: Portion) -> Result<(), DbError> {
        for made in verify::decisions(&self.app.db, portion, RULES_VERSION).await? {
            if let Some(detail) = decided::decided_otherwise(&made) {
                self.found(DECIDED_AGAIN, portion.shop, made.id, detail);
            }
        }
        Ok(())
    }

    async fn carts(&mut self, shop: &Shop, portion: Portion, settled_before: Timestamp) -> Result<(), DbError> {
        let after = SignedDuration::from_millis(shop.abandon_after_ms);
        // A campaign that was just changed may have changed when carts count as abandoned: the planner may not have looked since.
        let changed_at = verify::campaigns_changed_at(&self.app.db, shop.id).await?;
        let steady = changed_at.is_none_or(|at| at < settled_before);
        for cart in verify::carts(&self.app.db, portion).await? {
            if let Some(detail) = decided::unlike_its_facts(&cart, self.app.now(), after) {
                self.found(STATE_FOLLOWS_FACTS, shop.id, cart.id, detail);
            } else if steady && decided::overlooked(&cart, settled_before, after) {
                self.found(LEFT_CART_NOTICED, shop.id, cart.id, format!("active at {}", cart.active_at));
            }
        }
        Ok(())
    }

    fn found(&mut self, (check, rule): Ruled, shop_id: ShopId, id: Uuid, detail: String) {
        self.summary.violations += 1;
        (self.tell)(Violation { check, rule, shop_id, id, detail });
    }
}
