//! What the rules must know of a store: read within bounds, the costly part only now and then.

use super::before;
use crate::app::{App, AppError, send};
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::shops::Shop;
use crate::domain::campaign::CampaignStatus;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{ShopId, new_v7};
use crate::domain::watch::{Arrivals, CodesWanted, Gap, HISTORY, Kind, Numbered, Probed, Waiting};
use crate::platforms;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// What is usual, which topics come and which orders are missing is worked out this often.
const SLOW_EVERY: SignedDuration = SignedDuration::from_mins(15);
/// So many of a store's newest deliveries show which topics come.
const DELIVERIES_MAX: i64 = 5_000;
/// So many of its newest orders are looked through for missing numbers.
const ORDERS_MAX: i64 = 5_000;
/// Whoever retries does so within this: those that wait longer wait for a time, not for a provider.
const RETRIED_WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// Stores that installed an app are asked this often what they grant and send.
const STORE_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// So many at once: a look must not take longer than the watch is held.
const STORES_AT_ONCE: usize = 8;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What a watch remembers from one look to the next.
#[derive(Default)]
pub struct Memory {
    /// When alarms were worked out last.
    pub evaluated_at: Option<Timestamp>,
    shops: HashMap<ShopId, (Timestamp, Arrivals)>,
    stores: HashMap<ShopId, Timestamp>,
}

impl Memory {
    /// Is it time for the costly part?
    pub fn slow_is_due(&self, shop: ShopId, now: Timestamp) -> bool {
        self.shops.get(&shop).is_none_or(|(at, _)| now.duration_since(*at) >= SLOW_EVERY)
    }

    /// Which of these stores it is time to ask what they send: a few, those first that were asked longest ago. Then it is not for a while.
    pub fn stores_due(&mut self, mut all: Vec<ShopId>, now: Timestamp) -> Vec<ShopId> {
        all.retain(|shop| self.stores.get(shop).is_none_or(|at| now.duration_since(*at) >= STORE_EVERY));
        all.sort_by_key(|shop| (self.stores.get(shop).copied(), *shop));
        all.truncate(STORES_AT_ONCE);
        self.stores.extend(all.iter().map(|shop| (*shop, now)));
        all
    }

    /// When a store's deliveries came: its past as last worked out, and the last one as it is now.
    pub async fn arrivals(&mut self, app: &App, shop: ShopId) -> Result<Arrivals, AppError> {
        let now = app.now();
        if self.slow_is_due(shop, now) {
            self.shops.insert(shop, (now, past(app, shop).await?));
        }
        let last_at = db::watch::last_delivery(&app.db, shop).await?;
        Ok(self.shops.get(&shop).map_or_else(Arrivals::default, |(_, past)| Arrivals { last_at, ..past.clone() }))
    }
}

/// Every gap of the four weeks before the last delivery that reaches over a full hour.
async fn past(app: &App, shop: ShopId) -> Result<Arrivals, AppError> {
    let now = app.now();
    let Some(last_at) = db::watch::last_delivery(&app.db, shop).await? else { return Ok(Arrivals::default()) };
    let hours = HISTORY.as_hours();
    let last_hour = last_at.as_second().div_euclid(3600) * 3600;
    let mark = |back: i64| Timestamp::from_second(last_hour).ok()?.checked_sub(HOUR * i32::try_from(back).ok()?).ok();
    let marks: Vec<uuid::Uuid> = (0..=hours).rev().filter_map(mark).map(|at| new_v7(at, [0; 10])).collect();
    let around = db::watch::around(&app.db, shop, &marks).await?;
    let outages = db::alarms::spans(&app.db, shop, Kind::NoDeliveries, before(now, HISTORY)).await?;
    Ok(Arrivals {
        last_at: None,
        gaps: around.into_iter().map(|(from, to)| Gap { from, to }).collect::<BTreeSet<_>>(),
        outages: outages.into_iter().map(|(from, to)| Gap { from, to }).collect(),
    })
}

/// A store's newest deliveries, and the topics that its platform sends for what shoppers do.
pub async fn topics(app: &App, shop: &Shop) -> Result<(Vec<(String, Timestamp)>, &'static [&'static str]), AppError> {
    let vital = platforms::by_name(&shop.platform).map_or(&[] as &[&str], |p| p.vital_topics());
    Ok((db::watch::newest_deliveries(&app.db, shop.id, DELIVERIES_MAX).await?, vital))
}

/// A store's orders by their numbers, since it was added and within four weeks.
pub async fn orders(app: &App, shop: &Shop) -> Result<Vec<Numbered>, AppError> {
    let since = shop.created_at.max(before(app.now(), HISTORY));
    let Some(platform) = platforms::by_name(&shop.platform) else { return Ok(Vec::new()) };
    let orders = db::watch::newest_orders(&app.db, shop.id, since, ORDERS_MAX).await?;
    Ok(orders.into_iter().filter_map(|(name, at)| Some(Numbered { number: platform.order_number(&name)?, at })).collect())
}

/// What waits for another attempt, by channel.
pub async fn waiting(app: &App, shop: &Shop) -> Result<HashMap<ChannelKind, Waiting>, AppError> {
    let until = app.now().checked_add(RETRIED_WITHIN).unwrap_or(Timestamp::MAX);
    let mut by_channel: HashMap<ChannelKind, Waiting> = HashMap::new();
    for row in db::watch::retrying(&app.db, shop.id, until).await? {
        let waiting = by_channel.entry(row.channel).or_default();
        match row.reason.as_str() {
            "sender_refused" => waiting.refused += row.count,
            "template_broken" => waiting.broken += row.count,
            _ => waiting.later += row.count,
        }
        waiting.since = Some(waiting.since.map_or(row.since, |since| since.min(row.since)));
        waiting.why = db::watch::last_attempt(&app.db, shop.id, row.channel, &row.reason).await?;
    }
    for held in send::held(app, shop).await?.into_iter().filter(|held| held.by_provider) {
        let waits = db::watch::is_due(&app.db, shop.id, held.channel, app.now()).await?;
        if let (true, Some(since)) = (waits, held.since) {
            by_channel.entry(held.channel).or_default().held = Some((since, held.why));
        }
    }
    Ok(by_channel)
}

/// How a store's discount codes are doing.
pub async fn codes(app: &App, shop: ShopId, campaigns: &[CampaignRow]) -> Result<CodesWanted, AppError> {
    let wanted = campaigns.iter().any(|c| c.status == CampaignStatus::Published && c.spec.steps.iter().any(|s| s.discount.is_some()));
    let (waiting, waiting_since) = db::watch::waiting_for_codes(&app.db, shop).await?;
    if !wanted && waiting == 0 {
        return Ok(CodesWanted::default());
    }
    let has_access = db::shop_access::get(&app.db, shop).await?.is_some();
    let turn = db::discounts::turn(&app.db, shop).await?;
    let asking = turn.and_then(|turn| turn.since.zip(turn.problem));
    let problem = match asking {
        Some(problem) => Some(problem),
        None => db::discounts::problem(&app.db, shop).await?,
    };
    Ok(CodesWanted { wanted, has_access, problem, waiting, waiting_since })
}

/// What came of asking a provider.
pub async fn probed(app: &App, channel: ChannelKind) -> Result<Option<Probed>, AppError> {
    let looked = db::watch::result(&app.db, super::probe::name(channel)).await?;
    Ok(looked.map(|l| Probed { at: l.at, failures: l.count, problem: l.detail }))
}
