//! Filling: which offers need codes, a discount at the platform for each, and codes before they run out.

use super::{Turn, back_off};
use crate::app::AppError;
use crate::db;
use crate::db::discounts::{self as rows, NewPool, PoolRow, PoolState};
use crate::domain::campaign::{CampaignSpec, CampaignStatus, Offer};
use crate::domain::discount::{foreign, pool};
use crate::domain::ids::CampaignId;
use crate::platforms::store_api::StoreError;
use crate::platforms::store_discounts::{CODES_MAX, DiscountSeen, NewDiscount};
use jiff::SignedDuration;

/// Messages that are due within this want codes that are there.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);
/// Portions of codes that are added to one pool in a turn.
const ADDITIONS_MAX: usize = 20;
/// Of a campaign's name so much stands in the title of its discounts.
const NAME_MAX: usize = 60;

/// A step whose offer needs codes.
struct Wanted {
    campaign_id: CampaignId,
    name: String,
    step: i64,
    offer: Offer,
    /// How many messages are due soon.
    due: i64,
}

impl Wanted {
    fn is_of(&self, pool: &PoolRow) -> bool {
        self.campaign_id == pool.campaign_id && self.step == pool.step && self.offer == pool.offer
    }
}

impl Turn<'_> {
    pub(super) async fn fill(&mut self) -> Result<(), AppError> {
        let wanted = self.wanted().await?;
        let known = rows::open_pools(&self.app.db, self.shop.id).await?;
        for want in &wanted {
            self.open(want, &known).await?;
        }
        let now = self.app.now();
        let pools = rows::open_pools(&self.app.db, self.shop.id).await?;
        let at_work = |p: &&PoolRow| p.gives_until > now && p.ask_at <= now;
        for pool in pools.iter().filter(at_work).filter(|p| p.state != PoolState::Made) {
            if self.goes_on() {
                self.make(pool).await?;
            }
        }
        self.stock(&wanted).await
    }

    /// The offers of campaigns at work, and of older versions of them for which messages are due soon.
    async fn wanted(&self) -> Result<Vec<Wanted>, AppError> {
        let (db, shop) = (&self.app.db, self.shop.id);
        let mut tx = db.look().await?;
        let mut at_work = db::campaigns::at_work(&mut tx, shop).await?;
        tx.rollback().await?;
        // What is paused wants no codes: they would end before it goes on.
        at_work.retain(|c| c.status == CampaignStatus::Published);
        let due = rows::due_soon(db, shop, self.app.now() + AHEAD).await?;
        let mut wanted: Vec<Wanted> = Vec::new();
        for campaign in &at_work {
            self.want(&mut wanted, (campaign.id, &campaign.spec), None);
        }
        for (campaign, version, step, count) in due {
            if !at_work.iter().any(|c| c.id == campaign) {
                continue;
            }
            let versions = db::campaigns::versions(db, shop, campaign).await?;
            if let Some((_, spec, _)) = versions.iter().find(|(v, ..)| *v == version) {
                self.want(&mut wanted, (campaign, spec), Some((step, count)));
            }
        }
        Ok(wanted)
    }

    /// Notes a campaign's offers, or that of one step for which so many messages are due.
    fn want(&self, wanted: &mut Vec<Wanted>, (campaign_id, spec): (CampaignId, &CampaignSpec), due: Option<(i64, i64)>) {
        for (i, step) in spec.steps.iter().enumerate() {
            let (Ok(index), Some(offer)) = (i64::try_from(i), &step.discount) else { continue };
            if due.is_some_and(|(step, _)| step != index) || foreign(offer, self.shop.currency).is_some() {
                continue;
            }
            let count = due.map_or(0, |(_, count)| count);
            let same = wanted.iter_mut().find(|w| w.campaign_id == campaign_id && w.step == index && w.offer == *offer);
            match same {
                Some(known) => known.due += count,
                None => wanted.push(Wanted { campaign_id, name: spec.name.clone(), step: index, offer: offer.clone(), due: count }),
            }
        }
    }

    /// Opens the pools that an offer needs now, where they aren't open.
    async fn open(&self, want: &Wanted, known: &[PoolRow]) -> Result<(), AppError> {
        let now = self.app.now();
        for window in pool::windows(want.offer.valid_for, now) {
            if known.iter().any(|p| want.is_of(p) && p.gives_until == window.gives_until) {
                continue;
            }
            let id = self.app.new_id();
            // The last letters of its id are chance: no other discount is called so.
            let mark: String = id.simple().to_string().chars().rev().take(8).collect();
            let name: String = want.name.chars().take(NAME_MAX).collect();
            let ends = window.ends_at.strftime("%Y-%m-%d %H:%M");
            let title = format!("Comeback: {name}, step {}: {}, until {ends} UTC ({mark})", want.step + 1, want.offer.value);
            let new = NewPool {
                id,
                campaign_id: want.campaign_id,
                step: want.step,
                offer: want.offer.clone(),
                title,
                first_code: self.new_code(),
                gives_until: window.gives_until,
                ends_at: window.ends_at,
            };
            self.in_tx(async |tx, shop| rows::open(tx, shop, &new, now).await).await?;
        }
        Ok(())
    }

    /// Has the platform make a pool's discount, with its first code.
    async fn make(&mut self, pool: &PoolRow) -> Result<(), AppError> {
        if pool.state == PoolState::Asked {
            match self.api.discount_of(&pool.first_code).await? {
                Some(seen) => return self.found(pool, &seen).await,
                None => {
                    tracing::info!(shop = %self.shop.id, pool = %pool.id, "a discount that was asked for was not made; it is asked for again");
                }
            }
        }
        let now = self.app.now();
        let first = pool.first_code.as_str();
        let asked = self.in_tx(async |tx, shop| {
            rows::set_sent(tx, shop, &[first], now).await?;
            rows::set_asked(tx, shop, pool.id).await
        });
        if !asked.await? {
            return self.begin_again(pool).await;
        }
        match self.api.make_discount(&self.new_discount(pool)).await {
            Ok(seen) => self.made(pool, &seen).await,
            Err(StoreError::Refused(complaints)) if complaints.iter().any(|c| c.code.as_deref() == Some("TAKEN")) => {
                match self.api.discount_of(&pool.first_code).await? {
                    Some(seen) => self.found(pool, &seen).await,
                    None => self.begin_again(pool).await,
                }
            }
            Err(error @ (StoreError::Refused(_) | StoreError::Misunderstood(_) | StoreError::TooCostly)) => {
                self.refused(pool, &error).await
            }
            Err(error) => Err(error.into()),
        }
    }

    fn new_discount(&self, pool: &PoolRow) -> NewDiscount {
        NewDiscount {
            title: pool.title.clone(),
            code: pool.first_code.clone(),
            value: pool.offer.value,
            // In another currency only Comeback can ask for it.
            minimum: pool.offer.minimum.filter(|m| m.currency == self.shop.currency),
            starts_at: self.app.now(),
            ends_at: pool.ends_at,
        }
    }

    /// A discount with the pool's first code is there: ours, by its title; or somebody else has the same code.
    async fn found(&mut self, pool: &PoolRow, seen: &DiscountSeen) -> Result<(), AppError> {
        if seen.title == pool.title { self.made(pool, seen).await } else { self.begin_again(pool).await }
    }

    async fn made(&mut self, pool: &PoolRow, seen: &DiscountSeen) -> Result<(), AppError> {
        self.busy = true;
        self.in_tx(async |tx, shop| {
            rows::made(tx, shop, pool.id, &seen.id).await?;
            rows::arrived(tx, shop, &pool.first_code, seen.code_id.as_deref()).await
        })
        .await
    }

    async fn begin_again(&mut self, pool: &PoolRow) -> Result<(), AppError> {
        self.busy = true;
        let (first, now) = (self.new_code(), self.app.now());
        self.in_tx(async |tx, shop| rows::begin_again(tx, shop, pool, &first, now).await).await
    }

    /// The platform refuses a pool; others go on.
    pub(super) async fn refused(&self, pool: &PoolRow, error: &StoreError) -> Result<(), AppError> {
        let problem = error.to_string();
        tracing::warn!(%problem, shop = %self.shop.id, pool = %pool.id, "the store refused a discount; its messages wait for codes, or leave without");
        let ask_at = self.app.now() + back_off(pool.failures, false);
        self.in_tx(async |tx, shop| rows::refused(tx, shop, pool.id, &problem, ask_at).await).await
    }

    /// Fills the pools that give codes now or soon.
    async fn stock(&mut self, wanted: &[Wanted]) -> Result<(), AppError> {
        let (db, shop, now) = (&self.app.db, self.shop.id, self.app.now());
        let held = rows::held(db, shop).await?;
        for pool in rows::open_pools(db, shop).await? {
            let want = wanted.iter().find(|w| w.is_of(&pool));
            let (Some(want), PoolState::Made, Some(discount)) = (want, pool.state, &pool.platform_id) else { continue };
            if pool.gives_until <= now || pool.ask_at > now || !self.goes_on() {
                continue;
            }
            let since = now - pool::lately(pool.offer.valid_for);
            let given = rows::given_since(db, shop, (pool.campaign_id, pool.step), since).await?;
            let has = held.get(&pool.id).copied().unwrap_or_default();
            let missing = pool::missing(has.free + has.requested, given, want.due);
            let codes: Vec<String> = (0..missing).map(|_| self.new_code()).collect();
            let place = (pool.id, pool.campaign_id, pool.step);
            self.in_tx(async |tx, shop| rows::insert(tx, shop, place, &codes, now).await).await?;
            self.add(&pool, discount).await?;
        }
        Ok(())
    }

    /// Has the platform add the codes of a pool that it hasn't been asked for.
    async fn add(&mut self, pool: &PoolRow, discount: &str) -> Result<(), AppError> {
        let most = i64::try_from(CODES_MAX).unwrap_or(i64::MAX);
        for _ in 0..ADDITIONS_MAX {
            let codes = rows::unsent(&self.app.db, self.shop.id, pool.id, most).await?;
            if codes.is_empty() || !self.goes_on() {
                return Ok(());
            }
            let (named, now): (Vec<&str>, _) = (codes.iter().map(String::as_str).collect(), self.app.now());
            self.in_tx(async |tx, shop| rows::set_sent(tx, shop, &named, now).await).await?;
            match self.api.add_codes(discount, &codes).await {
                Ok(addition) => {
                    self.in_tx(async |tx, shop| rows::set_addition(tx, shop, &named, &addition).await).await?;
                    self.outcome(pool, &addition).await?;
                }
                // Whether they are there is found out next time.
                Err(error @ StoreError::Unanswered(_)) => return Err(error.into()),
                Err(error) => {
                    self.in_tx(async |tx, shop| rows::resend(tx, shop, &named).await).await?;
                    return match error {
                        StoreError::Refused(_) | StoreError::Misunderstood(_) | StoreError::TooCostly => self.refused(pool, &error).await,
                        error => Err(error.into()),
                    };
                }
            }
        }
        Ok(())
    }
}
