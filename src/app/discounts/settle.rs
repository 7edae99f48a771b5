//! Settling: what became of codes that the platform was asked to make.

use super::Turn;
use crate::app::AppError;
use crate::db::discounts::{self as rows, PoolRow};
use crate::platforms::store_discounts::CodeSeen;
use jiff::SignedDuration;
use std::collections::{BTreeSet, HashMap};

/// Codes that were asked for without an answer, and aren't there after this, will not come any more.
pub(super) const COMES_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Pages of a discount's codes that are looked through.
const PAGES_MAX: usize = 100;

impl Turn<'_> {
    /// Asks what became of additions.
    pub(super) async fn outcomes(&mut self) -> Result<(), AppError> {
        let additions = rows::additions(&self.app.db, self.shop.id).await?;
        if additions.is_empty() {
            return Ok(());
        }
        let pools = rows::open_pools(&self.app.db, self.shop.id).await?;
        for (pool, addition) in additions {
            if let Some(pool) = pools.iter().find(|p| p.id == pool).filter(|_| self.goes_on()) {
                self.outcome(pool, &addition).await?;
            }
        }
        Ok(())
    }

    /// Asks what became of one addition, and notes which codes are there.
    pub(super) async fn outcome(&mut self, pool: &PoolRow, addition: &str) -> Result<(), AppError> {
        let seen = self.api.addition(addition).await?;
        let (made, refused, done) = seen.map_or((Vec::new(), Vec::new(), true), |a| (a.made, a.refused, a.done));
        self.in_tx(async |tx, shop| {
            for (id, code) in &made {
                rows::arrived(tx, shop, code, Some(id)).await?;
            }
            Ok(())
        })
        .await?;
        if !done {
            self.busy = true;
            return Ok(());
        }
        let rest = rows::of_addition(&self.app.db, self.shop.id, addition).await?;
        if rest.is_empty() {
            return Ok(());
        }
        // A code that was refused because it is there is ours, if it is in this discount: it was asked for twice.
        let there = self.there(pool).await?;
        let refused: BTreeSet<&str> = refused.iter().map(|(code, _)| code.as_str()).collect();
        let (has, lacks): (Vec<&str>, Vec<&str>) = rest.iter().map(String::as_str).partition(|code| there.contains_key(*code));
        let (fail, again): (Vec<&str>, Vec<&str>) = lacks.into_iter().partition(|code| refused.contains(code));
        if !fail.is_empty() {
            tracing::warn!(shop = %self.shop.id, pool = %pool.id, count = fail.len(), "the store refused codes; others take their place");
        }
        self.in_tx(async |tx, shop| {
            for code in has {
                rows::arrived(tx, shop, code, there.get(code).map(|seen| seen.id.as_str())).await?;
            }
            rows::fail(tx, shop, &fail).await?;
            rows::resend(tx, shop, &again).await
        })
        .await
    }

    /// Looks for codes of which nobody knows whether the platform made them: its answer never came, or a process died before it could be noted.
    pub(super) async fn find_lost(&mut self) -> Result<(), AppError> {
        let lost = rows::lost(&self.app.db, self.shop.id).await?;
        if lost.is_empty() {
            return Ok(());
        }
        let now = self.app.now();
        for pool in rows::open_pools(&self.app.db, self.shop.id).await? {
            let Some(codes) = lost.get(&pool.id).filter(|_| self.goes_on()) else { continue };
            let there = self.there(&pool).await?;
            let missing = codes.iter().filter(|(code, _)| !there.contains_key(code));
            let (again, wait): (Vec<_>, Vec<_>) = missing.partition(|(_, sent_at)| now.duration_since(*sent_at) >= COMES_WITHIN);
            self.busy |= !wait.is_empty();
            self.in_tx(async |tx, shop| {
                for (code, _) in codes {
                    if let Some(seen) = there.get(code) {
                        rows::arrived(tx, shop, code, Some(&seen.id)).await?;
                    }
                }
                rows::resend(tx, shop, &again.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>()).await
            })
            .await?;
        }
        Ok(())
    }

    /// The codes that a pool's discount has at the platform.
    pub(super) async fn there(&self, pool: &PoolRow) -> Result<HashMap<String, CodeSeen>, AppError> {
        let mut there = HashMap::new();
        let Some(discount) = &pool.platform_id else { return Ok(there) };
        let mut after = None;
        for _ in 0..PAGES_MAX {
            let page = self.api.codes(discount, after.as_deref()).await?;
            there.extend(page.codes.into_iter().map(|seen| (seen.code.to_ascii_uppercase(), seen)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(there)
    }
}
