//! Clearing away: codes that nobody may use any more, and discounts that are over.

use super::Turn;
use super::settle::COMES_WITHIN;
use crate::app::AppError;
use crate::db::discounts::{self as rows, Leaving, PoolRow, PoolState};
use crate::platforms::store_api::StoreError;
use crate::platforms::store_discounts::CODES_MAX;
use jiff::SignedDuration;

/// Portions of codes of one pool that are deleted in a turn.
const DELETIONS_MAX: usize = 20;
/// A discount is looked at for the last time so long after its end.
const OVER_AFTER: SignedDuration = SignedDuration::from_hours(1);

impl Turn<'_> {
    /// Notes which codes can be given after all, and which are of no use any more.
    pub(super) async fn mark(&self) -> Result<(), AppError> {
        let now = self.app.now();
        self.in_tx(async |tx, shop| {
            rows::give_back(tx, shop).await?;
            rows::mark_leaving(tx, shop, now).await?;
            Ok(())
        })
        .await
    }

    /// Deletes at the platform what is of no use any more.
    pub(super) async fn clear(&mut self) -> Result<(), AppError> {
        for deletion in rows::deletions(&self.app.db, self.shop.id).await? {
            if !self.goes_on() {
                return Ok(());
            }
            if self.api.is_deleted(&deletion).await? {
                self.in_tx(async |tx, shop| rows::end_of(tx, shop, &deletion).await).await?;
            } else {
                self.busy = true;
            }
        }
        let now = self.app.now();
        for pool in rows::open_pools(&self.app.db, self.shop.id).await? {
            match (&pool.platform_id, pool.state) {
                _ if !self.goes_on() => return Ok(()),
                _ if pool.ask_at > now => {}
                (Some(discount), PoolState::Made) if pool.ends_at + OVER_AFTER <= now => self.end_pool(&pool, discount).await?,
                (Some(discount), PoolState::Made) => self.leave(&pool, discount).await?,
                _ if pool.gives_until <= now => self.abandon(&pool).await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Deletes the codes of a pool that are to be deleted, portion by portion.
    async fn leave(&mut self, pool: &PoolRow, discount: &str) -> Result<(), AppError> {
        let most = i64::try_from(CODES_MAX).unwrap_or(i64::MAX);
        for _ in 0..DELETIONS_MAX {
            let leaving = rows::leaving(&self.app.db, self.shop.id, pool.id, most).await?;
            if leaving.is_empty() || !self.goes_on() {
                return Ok(());
            }
            if !self.delete(pool, discount, leaving).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Deletes one portion. Is there more that can be done now?
    async fn delete(&mut self, pool: &PoolRow, discount: &str, mut leaving: Vec<Leaving>) -> Result<bool, AppError> {
        let now = self.app.now();
        if leaving.iter().any(|l| l.platform_id.is_none() && l.sent_at.is_some()) {
            let there = self.there(pool).await?;
            for one in leaving.iter_mut().filter(|l| l.platform_id.is_none()) {
                one.platform_id = there.get(&one.code).map(|seen| seen.id.clone());
            }
        }
        let may_come = |l: &Leaving| l.platform_id.is_none() && l.sent_at.is_some_and(|at| now.duration_since(at) < COMES_WITHIN);
        let absent: Vec<&str> = leaving.iter().filter(|l| l.platform_id.is_none() && !may_come(l)).map(|l| l.code.as_str()).collect();
        self.in_tx(async |tx, shop| rows::deleted(tx, shop, &absent).await).await?;
        self.busy |= leaving.iter().any(may_come);
        let ids: Vec<String> = leaving.iter().filter_map(|l| l.platform_id.clone()).collect();
        if ids.is_empty() {
            return Ok(!absent.is_empty());
        }
        let codes: Vec<&str> = leaving.iter().filter(|l| l.platform_id.is_some()).map(|l| l.code.as_str()).collect();
        let deletion = match self.api.delete_codes(discount, &ids).await {
            Ok(deletion) => deletion,
            Err(error @ (StoreError::Refused(_) | StoreError::Misunderstood(_) | StoreError::TooCostly)) => {
                self.refused(pool, &error).await?;
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        };
        self.busy |= deletion.is_some();
        self.in_tx(async |tx, shop| match &deletion {
            Some(deletion) => rows::set_deletion(tx, shop, &codes, deletion).await,
            None => rows::deleted(tx, shop, &codes).await,
        })
        .await?;
        Ok(true)
    }

    /// A discount is over: its codes don't work any more. One that nobody used goes as a whole; of others only what was used is left to the merchant's records.
    async fn end_pool(&mut self, pool: &PoolRow, discount: &str) -> Result<(), AppError> {
        let used = rows::is_used(&self.app.db, self.shop.id, pool.id).await?;
        if used || self.there(pool).await?.values().any(|seen| seen.uses > 0) {
            self.leave(pool, discount).await?;
        } else {
            match self.api.delete_discount(discount).await {
                // What the merchant deleted themselves is gone as well.
                Ok(()) | Err(StoreError::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
            self.in_tx(async |tx, shop| rows::all_deleted(tx, shop, pool.id).await).await?;
        }
        self.forget(pool).await
    }

    /// A pool whose window went by before the platform made its discount, as far as we know.
    async fn abandon(&mut self, pool: &PoolRow) -> Result<(), AppError> {
        if pool.state == PoolState::Asked
            && let Some(seen) = self.api.discount_of(&pool.first_code).await?
            && seen.title == pool.title
        {
            // It is there: cleared away like any other from the next turn on.
            self.busy = true;
            return self
                .in_tx(async |tx, shop| {
                    rows::made(tx, shop, pool.id, &seen.id).await?;
                    rows::arrived(tx, shop, &pool.first_code, seen.code_id.as_deref()).await
                })
                .await;
        }
        self.in_tx(async |tx, shop| rows::all_deleted(tx, shop, pool.id).await).await?;
        self.forget(pool).await
    }

    async fn forget(&self, pool: &PoolRow) -> Result<(), AppError> {
        self.in_tx(async |tx, shop| {
            if rows::forget(tx, shop, pool.id).await? {
                rows::set_gone(tx, shop, pool.id).await?;
            }
            Ok(())
        })
        .await
    }
}
