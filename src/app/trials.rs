//! "What would this have done last month?": a campaign tried on the store's past, in a throw-away copy, beside everything else.

use super::access::audit;
use super::campaigns::{self, CampaignError};
use super::replay::policy::{self, Question, TrialError};
use super::replay::{Folder, Progress, Scratch};
use super::{App, AppError};
use crate::db::shops::Shop;
use crate::db::trials::{self, Held, TrialJob, TrialState};
use crate::db::{self, Tx};
use crate::domain::cart::SaturatingInstant as _;
use crate::domain::ids::{CampaignId, ShopId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Without a beginning the last so many days are tried.
const USUAL_PERIOD: SignedDuration = SignedDuration::from_hours(24 * 30);
/// A trial over longer takes longer than anybody waits.
const PERIOD_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);
/// How far it is is noted this often.
const NOTE_EVERY: Duration = Duration::from_secs(1);
/// A worker that gave no sign for so long is gone, and another begins anew.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// What came of a trial: figures, no shopper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Messages that would have been sent.
    pub would_have_sent: i64,
    /// To how many carts.
    pub to_carts: i64,
    /// Messages that were sent in fact, by every campaign, to carts left in the same period.
    pub sent_in_fact: i64,
    /// To how many carts.
    pub to_carts_in_fact: i64,
    /// Messages that would wait at the end of the period.
    pub still_waiting: i64,
    /// Step by step.
    pub steps: Vec<StepTold>,
    /// Rule by rule.
    pub rules: Vec<RuleTold>,
    /// What the figures can't tell, and what is left out.
    pub caveats: Vec<String>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTold {
    /// From 1.
    pub step: i64,
    /// By which channel.
    pub channel: String,
    /// Messages that would have been sent.
    pub would_have_sent: i64,
    /// Messages of this campaign's step that were sent in fact.
    pub sent_in_fact: i64,
}

/// One rule that keeps messages back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTold {
    /// Which.
    pub rule: String,
    /// How often it would have.
    pub would_have_kept_back: i64,
    /// How often it did in fact, in every campaign.
    pub kept_back_in_fact: i64,
}

/// Asks for a trial of a campaign as last saved.
///
/// # Errors
/// `Faulty` for a campaign that couldn't be published, `Invalid` for a period that can't be, `Conflict` while another is under way in the store, `NotFound`, `Db`.
pub async fn ask(
    app: &App,
    shop: ShopId,
    campaign: CampaignId,
    (from, to): (Option<Timestamp>, Option<Timestamp>),
    actor: &str,
) -> Result<TrialJob, CampaignError> {
    let spec = campaigns::get(app, shop, campaign).await?.spec;
    let faults = campaigns::check(app, shop, &spec).await?.faults;
    if !faults.is_empty() {
        return Err(CampaignError::Faulty(faults));
    }
    let now = app.now();
    let to = to.unwrap_or(now).min(now);
    let from = from.unwrap_or_else(|| to.saturating_add_lossy(-USUAL_PERIOD));
    if from >= to || to.duration_since(from) > PERIOD_MAX {
        return Err(AppError::Invalid("the period must begin before it ends, and be no longer than a year".into()).into());
    }
    let mut tx = app.db.begin().await?;
    // One after the other, so that one alone is under way.
    db::shops::lock_apply(&mut tx, shop).await?;
    if trials::under_way(&mut tx, shop).await?.is_some() {
        return Err(AppError::Conflict("a trial is under way in this store: wait until it is over".into()).into());
    }
    let state = TrialState::Waiting;
    let job = TrialJob {
        shop_id: shop,
        campaign_id: campaign,
        state,
        spec,
        from,
        to,
        asked_at: now,
        done: 0,
        of_all: None,
        ended_at: None,
        result: None,
        problem: None,
    };
    trials::ask(&mut tx, &job).await?;
    audit(app, &mut tx, shop, actor, ("campaign.try", &campaign.to_string())).await?;
    tx.commit().await?;
    Ok(job)
}

/// Works out a trial that waits, if one does. Did one? It can be broken off at any time: another begins anew.
///
/// # Errors
/// `Db`.
pub async fn run_next(app: &App) -> Result<bool, AppError> {
    let holder = app.new_id().to_string();
    let mut tx = app.db.begin().await?;
    let now = app.now();
    let taken = trials::take(&mut tx, &holder, (now, now.saturating_add_lossy(LEASE))).await?;
    tx.commit().await?;
    let Some(job) = taken else { return Ok(false) };
    let held = Held { shop: job.shop_id, campaign: job.campaign_id, holder: &holder };
    let told = work(app, &job, held).await;
    let json = told.and_then(|told| serde_json::to_string(&told).map_err(|e| e.to_string()));
    let mut tx = app.db.begin().await?;
    trials::end(&mut tx, held, json.as_deref().map_err(String::as_str), app.now()).await?;
    tx.commit().await?;
    Ok(true)
}

/// What came of it, or why nothing did, for the merchant.
async fn work(app: &App, job: &TrialJob, held: Held<'_>) -> Result<Told, String> {
    let shop = db::shops::get(&app.db, job.shop_id).await.map_err(|e| e.to_string())?.ok_or("the store is gone")?;
    let folder = Folder::make(app.random.as_ref()).map_err(|e| e.to_string())?;
    let scratch = folder.scratch(None).await.map_err(|e| e.to_string())?;
    let done = AtomicI64::new(0);
    let progress = |_: &Shop, moments: u64| done.store(i64::try_from(moments).unwrap_or(i64::MAX), Ordering::Relaxed);
    let question = Question { spec: job.spec.clone(), from: job.from, to: job.to, campaign: Some(job.campaign_id) };
    let told = tokio::select! {
        told = try_it(app, &scratch, &shop, (&question, &progress)) => told.map_err(|e| match e {
            TrialError::Faulty(_) => "the campaign has faults: put them right, and try again".to_owned(),
            TrialError::App(error) => error.to_string(),
        }),
        lost = note_forever(app, &scratch, held, &done) => Err(lost),
    };
    scratch.close().await;
    told
}

/// Notes now and then how far it is, for whoever waits. Ends only when the trial isn't ours any more.
async fn note_forever(app: &App, scratch: &Scratch, held: Held<'_>, done: &AtomicI64) -> String {
    loop {
        tokio::time::sleep(NOTE_EVERY).await;
        let of_all = db::replay::moments(&scratch.given, held.shop).await.ok().filter(|n| *n > 0);
        let noted = async {
            let mut tx: Tx = app.db.begin().await?;
            let until = app.now().saturating_add_lossy(LEASE);
            let ours = trials::note(&mut tx, held, (done.load(Ordering::Relaxed), of_all), until).await?;
            tx.commit().await?;
            Ok::<bool, db::DbError>(ours)
        };
        match noted.await {
            Ok(true) => {}
            Ok(false) => return "another worker has taken it over".into(),
            Err(error) => tracing::warn!(%error, shop = %held.shop, "how far a trial is could not be noted"),
        }
    }
}

async fn try_it(app: &App, scratch: &Scratch, shop: &Shop, (question, progress): (&Question, Progress<'_>)) -> Result<Told, TrialError> {
    let trial = policy::ask(app, scratch, shop, question, progress).await?;
    let period = (question.from, question.to);
    let mut steps: BTreeMap<(i64, String), (i64, i64)> = BTreeMap::new();
    for (step, channel, count) in db::replay::sent_by_step(&scratch.rebuilt, shop.id, trial.in_place_of, period).await? {
        steps.entry((step, channel)).or_default().0 = count;
    }
    for (step, channel, count) in db::replay::sent_by_step(&scratch.given, shop.id, trial.in_place_of, period).await? {
        steps.entry((step, channel)).or_default().1 = count;
    }
    let mut rules: BTreeMap<String, (i64, i64)> = trial.kept_back.iter().map(|(rule, count)| (rule.clone(), (*count, 0))).collect();
    for (rule, count) in db::replay::trial_rules(&scratch.given, shop.id, period).await? {
        rules.entry(rule).or_default().1 = count;
    }
    let step = |((step, channel), (would, did)): ((i64, String), (i64, i64))| StepTold {
        step: step + 1,
        channel,
        would_have_sent: would,
        sent_in_fact: did,
    };
    let rule = |(rule, (would, did)): (String, (i64, i64))| RuleTold { rule, would_have_kept_back: would, kept_back_in_fact: did };
    Ok(Told {
        would_have_sent: trial.would_have_sent,
        to_carts: trial.to_carts,
        sent_in_fact: trial.sent_in_fact,
        to_carts_in_fact: trial.to_carts_in_fact,
        still_waiting: trial.still_waiting,
        steps: steps.into_iter().map(step).collect(),
        rules: rules.into_iter().map(rule).collect(),
        caveats: vec![trial.caveat.to_owned(), trial.left_out.to_owned()],
    })
}

/// What came of a trial, once it is done.
pub fn told(job: &TrialJob) -> Option<Told> {
    job.result.as_deref().and_then(|text| serde_json::from_str(text).ok())
}
