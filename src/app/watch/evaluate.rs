//! Measures, asks the rules, and raises, keeps and clears alarms.

use super::measure::{self, Memory};
use super::{before, logged, probe};
use crate::app::{App, AppError};
use crate::db;
use crate::db::alarms::AlarmRow;
use crate::db::outbound::EndpointRow;
use crate::db::shops::Shop;
use crate::domain::campaign::CampaignStatus;
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use crate::domain::watch::{self, Change, Endpoint, Kind, Standing, Verdict, change};

/// What a rule answered about one kind and subject.
type Answer = (Kind, String, Verdict);

/// Works out the alarms of every store.
///
/// # Errors
/// `Db` when the stores can't be listed; one store's trouble is logged.
pub async fn all(app: &App, memory: &mut Memory) -> Result<(), AppError> {
    for shop in db::shops::list(&app.db).await? {
        logged("working out alarms", shop.id, one(app, memory, &shop).await);
    }
    Ok(())
}

async fn one(app: &App, memory: &mut Memory, shop: &Shop) -> Result<(), AppError> {
    let standing = db::alarms::active(&app.db, shop.id).await?;
    let mut answers = silence(app, memory, shop, &standing).await?;
    answers.extend(queues(app, shop).await?);
    answers.extend(providers(app, shop).await?);
    answers.push((Kind::Canary, String::new(), canary(app, shop).await?));
    answers.extend(programs(app, shop, &standing).await?);
    apply(app, shop.id, &standing, &answers).await
}

fn of<'a>(standing: &'a [AlarmRow], kind: Kind, subject: &str) -> Option<&'a AlarmRow> {
    standing.iter().find(|a| a.kind == kind && a.subject == subject)
}

/// What doesn't come: nothing is expected of a store that removed the app.
async fn silence(app: &App, memory: &mut Memory, shop: &Shop, standing: &[AlarmRow]) -> Result<Vec<Answer>, AppError> {
    let now = app.now();
    if shop.uninstalled_at.is_some() {
        let silent = standing.iter().filter(|a| matches!(a.kind, Kind::NoDeliveries | Kind::TopicSilent));
        return Ok(silent.map(|a| (a.kind, a.subject.clone(), Verdict::Over)).collect());
    }
    let slow = memory.slow_is_due(shop.id, now);
    let stands = |kind, subject: &str| of(standing, kind, subject).map(AlarmRow::standing);
    let arrivals = memory.arrivals(app, shop.id).await?;
    let verdict = watch::no_deliveries(&arrivals, stands(Kind::NoDeliveries, "").as_ref(), now);
    let mut answers = vec![(Kind::NoDeliveries, String::new(), verdict)];
    if slow {
        let (deliveries, topics) = measure::topics(app, shop).await?;
        answers.extend(topics.iter().map(|topic| {
            let stands: Option<Standing> = stands(Kind::TopicSilent, topic);
            (Kind::TopicSilent, (*topic).to_owned(), watch::topic_silent(&deliveries, topic, stands.as_ref(), now))
        }));
        answers.push((Kind::ReconciliationGap, String::new(), watch::reconciliation_gap(measure::orders(app, shop).await?, now)));
    }
    Ok(answers)
}

async fn queues(app: &App, shop: &Shop) -> Result<Vec<Answer>, AppError> {
    let now = app.now();
    let (delivery, nudge) = db::watch::oldest_waiting(&app.db, shop.id, before(now, watch::LAG_MAX)).await?;
    let (aside, since) = db::watch::set_aside(&app.db, shop.id).await?;
    Ok(vec![
        (Kind::WorkerLag, String::new(), watch::worker_lag(delivery, nudge, now)),
        (Kind::SetAside, String::new(), watch::set_aside(aside, since, now)),
    ])
}

async fn providers(app: &App, shop: &Shop) -> Result<Vec<Answer>, AppError> {
    let now = app.now();
    let campaigns = db::campaigns::list(&app.db, shop.id).await?;
    let waiting = measure::waiting(app, shop).await?;
    let codes = watch::no_discount_codes(&measure::codes(app, shop.id, &campaigns).await?, now);
    let mut answers = vec![(Kind::NoDiscountCodes, String::new(), codes)];
    for channel in ChannelKind::ALL {
        let used = campaigns.iter().any(|c| c.status == CampaignStatus::Published && c.spec.steps.iter().any(|s| s.channel == channel));
        let probed = if used && probe::asks(app, channel) { measure::probed(app, channel).await? } else { None };
        let waits = waiting.get(&channel).cloned().unwrap_or_default();
        let subject = channel.as_str().to_owned();
        answers.push((Kind::ChannelRefusing, subject.clone(), watch::channel_refusing(channel, &waits, probed.as_ref(), now)));
        answers.push((Kind::TemplateBroken, subject, watch::template_broken(channel, &waits, now)));
    }
    Ok(answers)
}

/// The store's own programs. Of one that was removed the alarm is over.
async fn programs(app: &App, shop: &Shop, standing: &[AlarmRow]) -> Result<Vec<Answer>, AppError> {
    let of = |e: EndpointRow| Endpoint {
        id: e.id.to_string(),
        host: url::Url::parse(&e.url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default(),
        failing_since: e.failing_since,
        given_up: !e.on && e.off_why.as_deref() != Some("hand"),
    };
    let endpoints: Vec<Endpoint> = db::outbound::endpoints(&app.db, shop.id).await?.into_iter().map(of).collect();
    let answer = |e: &Endpoint| (Kind::EndpointFailing, e.id.clone(), watch::endpoint_failing(e, app.now()));
    let gone = |a: &&AlarmRow| a.kind == Kind::EndpointFailing && !endpoints.iter().any(|e| e.id == a.subject);
    let over = standing.iter().filter(gone).map(|a| (a.kind, a.subject.clone(), Verdict::Over));
    Ok(endpoints.iter().map(answer).chain(over).collect())
}

/// The newest canary that ended says how it is; a store in which none goes has no such alarm.
async fn canary(app: &App, shop: &Shop) -> Result<Verdict, AppError> {
    if !super::canary::goes(app, shop).await? {
        return Ok(Verdict::Over);
    }
    let Some(run) = db::canaries::newest_ended(&app.db, shop.id, false).await? else { return Ok(Verdict::Unsure) };
    let Some(problem) = &run.problem else { return Ok(Verdict::Over) };
    let since = db::canaries::failing_since(&app.db, shop.id).await?.unwrap_or(run.begun_at);
    Ok(watch::canary_failed(run.stage, problem, since))
}

/// Changes the alarms by what the rules answered. What nobody was asked about stays as it is.
pub async fn apply(app: &App, shop: ShopId, standing: &[AlarmRow], answers: &[Answer]) -> Result<(), AppError> {
    let now = app.now();
    for (kind, subject, verdict) in answers {
        let stands = of(standing, *kind, subject);
        let change = change(*kind, stands.map(AlarmRow::standing).as_ref(), verdict, now);
        if change == Change::Nothing {
            continue;
        }
        let mut tx = app.db.begin().await?;
        match (change, stands, verdict.finding()) {
            (Change::Raise, None, Some(finding)) => {
                db::alarms::raise(&mut tx, shop, app.new_id(), finding, now).await?;
                tracing::warn!(%shop, kind = kind.as_str(), subject, "an alarm was raised");
            }
            (Change::Keep, Some(alarm), Some(finding)) => db::alarms::keep(&mut tx, shop, alarm.id, finding, now).await?,
            (Change::Return, Some(alarm), Some(finding)) => {
                db::alarms::bring_back(&mut tx, shop, alarm.id).await?;
                db::alarms::keep(&mut tx, shop, alarm.id, finding, now).await?;
                tracing::warn!(%shop, kind = kind.as_str(), subject, "a dismissed alarm reaches further");
            }
            (Change::Clear, Some(alarm), _) => {
                db::alarms::clear(&mut tx, shop, alarm.id, now).await?;
                tracing::info!(%shop, kind = kind.as_str(), subject, "an alarm is over");
            }
            _ => {}
        }
        tx.commit().await?;
    }
    Ok(())
}
