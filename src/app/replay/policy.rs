//! Another campaign, tried on the past: who would have been written to, when and why. Nothing is sent.
//!
//! Webhooks, opt-outs, suppressions and pauses of the store come as they came. Time goes from one event to the next, so that every rule decides at its time:
//! to the next webhook, the next cart that falls quiet, the next message that is due.

use super::clock::ReplayClock;
use super::steps::Replay;
use super::{Progress, STEPS_MAX, Scratch, app, take};
use crate::app::campaigns::{self, Act};
use crate::app::{App, AppError, plan, send};
use crate::channels::{Channel, Message, Outcome};
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::replay::{Copied, Step, TrialRow};
use crate::db::shops::Shop;
use crate::domain::campaign::{CampaignSpec, CampaignStatus, Fault};
use crate::domain::contact::{Email, Phone};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CampaignId, CartId, ShopId};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the figures can't tell.
pub const CAVEAT: &str = "Shoppers would have acted differently had they been written to differently: who would have bought is not known, so nothing is said about revenue.";
/// What is left out, and why.
pub const LEFT_OUT: &str = "Carts that were left before the period are not in it. Every provider takes every message at once. Pauses of the store are as they were; the campaign is never paused.";

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The campaign to try.
    pub spec: CampaignSpec,
    /// For carts left from this instant on.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// Whose place it takes; without it that of the campaign at work, else of the newest.
    pub campaign: Option<CampaignId>,
}

/// Why it can't be tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// Its faults, each with where it stands.
    #[error("the campaign can't be tried as it is")]
    Faulty(Vec<Fault>),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<crate::db::DbError> for TrialError {
    fn from(error: crate::db::DbError) -> Self {
        Self::App(error.into())
    }
}

/// What would have come of it, added up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// For carts left from this instant on.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// Whose place it takes: shoppers are on the same side of the comparison as in that one.
    pub in_place_of: CampaignId,
    /// The store's webhooks.
    pub deliveries: Copied,
    /// Messages that would have been sent.
    pub would_have_sent: i64,
    /// To how many carts.
    pub to_carts: i64,
    /// Messages that were sent in fact, to carts left in the same period.
    pub sent_in_fact: i64,
    /// To how many carts.
    pub to_carts_in_fact: i64,
    /// Messages that would wait at the end of the period.
    pub still_waiting: i64,
    /// How often each rule would have kept something from being sent.
    pub kept_back: BTreeMap<String, i64>,
    /// What the figures can't tell.
    pub caveat: &'static str,
    /// What is left out.
    pub left_out: &'static str,
}

/// One message, or one cart for which none would have been planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrialLine {
    /// When.
    pub at: Timestamp,
    /// Would it have been sent?
    pub sent: bool,
    /// About which cart: the store's own id of it.
    pub cart_id: CartId,
    /// To whom, masked.
    pub contact: String,
    /// By which channel; empty for a cart.
    pub channel: String,
    /// Which step, from 1; none for a cart.
    pub step: Option<i64>,
    /// By which rule.
    pub rule: String,
    /// In a sentence.
    pub why: String,
}

impl From<TrialRow> for TrialLine {
    fn from(row: TrialRow) -> Self {
        let email = row.email.as_deref().and_then(|e| e.parse::<Email>().ok()).map(|e| e.masked());
        let phone = row.phone.as_deref().and_then(|p| p.parse::<Phone>().ok()).map(|p| p.masked());
        let contact = if row.channel.as_deref() == Some(ChannelKind::Sms.as_str()) { phone.or(email) } else { email.or(phone) };
        Self {
            at: row.at,
            sent: row.outcome == "sent",
            cart_id: row.cart,
            contact: contact.unwrap_or_default(),
            channel: row.channel.unwrap_or_default(),
            step: row.step.map(|s| s + 1),
            rule: row.rule,
            why: row.why,
        }
    }
}

/// Takes every message, and sends none.
struct Nowhere(ChannelKind);

#[async_trait]
impl Channel for Nowhere {
    fn name(&self) -> &'static str {
        "nowhere"
    }

    fn kind(&self) -> ChannelKind {
        self.0
    }

    async fn send(&self, _: &Message) -> Outcome {
        Outcome::Accepted { provider_id: None }
    }

    async fn probe(&self) -> Result<(), String> {
        Ok(())
    }
}

/// Tries a campaign on a store's past. The live database is only read, as of one moment.
///
/// # Errors
/// `Faulty`, `Invalid` for a period that ends before it begins, `Db`.
pub async fn ask(live: &App, scratch: &Scratch, shop: &Shop, question: &Question, progress: Progress<'_>) -> Result<Trial, TrialError> {
    if question.to <= question.from {
        return Err(AppError::Invalid("the period ends before it begins: `to` must be later than `from`".into()).into());
    }
    let templates = db::templates::list(&live.db, shop.id).await?;
    let faults = question.spec.faults(|key, channel| templates.iter().any(|t| t.key == key && t.channel == channel));
    if !faults.is_empty() {
        return Err(TrialError::Faulty(faults));
    }
    let (_, deliveries) = take(live, scratch, shop.id).await?;
    let clock = Arc::new(ReplayClock::new());
    let channels: Vec<Arc<dyn Channel>> = ChannelKind::ALL.into_iter().map(|kind| Arc::new(Nowhere(kind)) as Arc<dyn Channel>).collect();
    let app = app(live, scratch, Arc::clone(&clock), channels);
    let replay = Replay { given: &scratch.given, app: &app, clock: &clock, shop: shop.id };
    let campaign = match question.campaign {
        Some(campaign) => campaign,
        None => in_place_of(scratch, shop.id).await?,
    };
    let mut attempt = Attempt { replay, question, campaign, begun: false };
    attempt.run(shop, progress).await?;
    answer(scratch, shop.id, (question, campaign, deliveries)).await
}

/// The campaign at work, else the newest: who is in the comparison group follows from its id.
async fn in_place_of(scratch: &Scratch, shop: ShopId) -> Result<CampaignId, AppError> {
    let mut tx = scratch.given.begin().await?;
    let at_work = db::campaigns::at_work(&mut tx, shop).await?;
    tx.rollback().await?;
    let first = at_work.first().map(|c| c.id);
    let newest = db::campaigns::list(&scratch.given, shop).await?.last().map(|c| c.id);
    Ok(first.or(newest).unwrap_or(CampaignId(uuid::Uuid::nil())))
}

async fn answer(
    scratch: &Scratch,
    shop: ShopId,
    (question, in_place_of, deliveries): (&Question, CampaignId, Copied),
) -> Result<Trial, TrialError> {
    let period = (question.from, question.to);
    let (would_have_sent, to_carts) = db::replay::sent_in(&scratch.rebuilt, shop, period).await?;
    let (sent_in_fact, to_carts_in_fact) = db::replay::sent_in(&scratch.given, shop, period).await?;
    Ok(Trial {
        from: question.from,
        to: question.to,
        in_place_of,
        deliveries,
        would_have_sent,
        to_carts,
        sent_in_fact,
        to_carts_in_fact,
        still_waiting: db::replay::still_waiting(&scratch.rebuilt, shop).await?,
        kept_back: db::replay::trial_rules(&scratch.rebuilt, shop, period).await?.into_iter().collect(),
        caveat: CAVEAT,
        left_out: LEFT_OUT,
    })
}

/// Hands over each line, in the order of time.
///
/// # Errors
/// `Db`.
pub async fn lines(scratch: &Scratch, shop: ShopId, question: &Question, mut each: impl FnMut(TrialLine)) -> Result<(), AppError> {
    let period = (question.from, question.to);
    Ok(db::replay::trial_rows(&scratch.rebuilt, shop, period, |row| each(row.into())).await?)
}

/// A trial under way.
struct Attempt<'a> {
    replay: Replay<'a>,
    question: &'a Question,
    campaign: CampaignId,
    begun: bool,
}

impl Attempt<'_> {
    async fn run(&mut self, shop: &Shop, progress: Progress<'_>) -> Result<(), AppError> {
        let (mut after, mut done) = (0, 0);
        'all: loop {
            let page = db::replay::script(self.replay.given, self.replay.shop, after, STEPS_MAX).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            done += page.len() as u64;
            for step in &page {
                if step.at >= self.question.to {
                    break 'all;
                }
                self.step(step).await?;
            }
            progress(shop, done);
        }
        self.pass_to(self.question.to).await
    }

    async fn step(&mut self, step: &Step) -> Result<(), AppError> {
        self.pass_to(step.at).await?;
        self.replay.clock.set(step.at);
        match step.kind.as_str() {
            // Refusals follow from messages, which are others now; but an address that is dead was so then.
            "refusal" => self.replay.suppression(step.at, true).await,
            _ => self.replay.outside(step).await,
        }
    }

    /// Lets time pass: whatever falls due before `to` happens at its time.
    async fn pass_to(&mut self, to: Timestamp) -> Result<(), AppError> {
        let (app, shop, clock) = (self.replay.app, self.replay.shop, self.replay.clock);
        if to < self.question.from {
            return Ok(());
        }
        if !self.begun {
            self.begin().await?;
        }
        loop {
            let quiet = db::replay::next_quiet(&app.db, shop).await?;
            let wake = db::replay::next_wake(&app.db, shop).await?;
            let Some(next) = quiet.into_iter().chain(wake).min().filter(|next| *next < to) else { return Ok(()) };
            clock.set(next.max(app.now()));
            let done = plan::plan_due(app).await? + send::send_due(app).await?;
            if done == 0 {
                return Err(AppError::Conflict("something is due, and no worker takes it".into()));
            }
        }
    }

    /// Leaves out the carts that were left before the period, and puts the campaign to work.
    async fn begin(&mut self) -> Result<(), AppError> {
        self.begun = true;
        let (app, shop) = (self.replay.app, self.replay.shop);
        self.replay.clock.set(self.question.from);
        let mut tx = app.db.begin().await?;
        db::shops::set_abandon_after(&mut tx, shop, self.question.spec.abandon_after.millis()).await?;
        tx.commit().await?;
        while plan::plan_due(app).await? > 0 {}
        let now = app.now();
        let mut tx = app.db.begin().await?;
        let known = db::campaigns::get_in(&mut tx, shop, self.campaign).await?;
        let row = CampaignRow {
            id: self.campaign,
            status: CampaignStatus::Draft,
            version: 0,
            spec: self.question.spec.clone(),
            created_at: known.map_or(now, |k| k.created_at),
            updated_at: now,
        };
        db::campaigns::save(&mut tx, shop, &row).await?;
        tx.commit().await?;
        campaigns::redo(app, shop, self.campaign, Act::Publish).await
    }
}
