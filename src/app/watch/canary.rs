//! Sends a canary on its way, and looks how far it came: stage by stage, from one look to the next, so that no process has to wait for it.

use super::{before, logged, twin};
use crate::app::ingest::{self, Incoming, IntakeError};
use crate::app::links::{Given, Leads, Opened, Program, open};
use crate::app::{App, AppError};
use crate::channels::canary::{EMAIL, PHONE};
use crate::db;
use crate::db::canaries::Run;
use crate::db::lists::{ListedNudge, NudgeFilter};
use crate::db::shops::Shop;
use crate::domain::campaign::CampaignSpec;
use crate::domain::event::ChannelKind;
use crate::domain::money::Money;
use crate::domain::nudge::NudgeState;
use crate::domain::watch::Stage;
use crate::platforms::{self, CanaryAct, CanaryShopper};
use jiff::SignedDuration;

/// A canary that failed is followed by another this soon, so that the alarm goes away soon after its cause.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// Runs are remembered for this long.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);
/// What the canary buys for, in minor units: not round, so that a cent that is lost is seen.
const WORTH_MINOR: i64 = 4_999;
/// More messages than any campaign has steps.
const NUDGES_MAX: i64 = 50;
/// An ordinary browser, as far as the judge of clicks can tell.
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// What came of a look at a stage.
enum Reached {
    Yes,
    /// Why not yet.
    NotYet(String),
    /// Why it never will be.
    Never(String),
}

/// Lets every store's canary begin or go on.
///
/// # Errors
/// `Db` when the stores can't be listed; one store's trouble is logged.
pub async fn all(app: &App) -> Result<(), AppError> {
    for shop in db::shops::list(&app.db).await? {
        let went = match app.config.canary_every {
            Some(every) => one(app, &shop, every.0).await,
            // None begins by itself, but one that a person began goes on.
            None => under_way(app, &shop).await,
        };
        logged("the canary", shop.id, went);
    }
    Ok(())
}

async fn under_way(app: &App, shop: &Shop) -> Result<(), AppError> {
    match db::canaries::newest(&app.db, shop.id).await? {
        Some(run) if run.ended_at.is_none() => go_on(app, shop, run).await,
        _ => Ok(()),
    }
}

/// Lets one begin now because a person wants to see it, with the campaign that carts of the store enter, or would if it were published. It goes through the
/// store's hidden twin: nobody is written to, and nothing is counted. Has one begun, or is one under way?
///
/// # Errors
/// `Conflict` where a cart would not be followed; `Db`.
pub async fn show(app: &App, shop: &Shop, draft: Option<&CampaignSpec>) -> Result<(), AppError> {
    if shop.status != "active" || shop.uninstalled_at.is_some() {
        return Err(AppError::Conflict("the store is paused or has removed the app: resume it first".into()));
    }
    let spec = match twin::campaign(app, shop.id).await? {
        Some(spec) => spec,
        None => draft.cloned().ok_or_else(|| AppError::Conflict("there is no campaign without faults to try: choose one first".into()))?,
    };
    if db::canaries::newest(&app.db, shop.id).await?.is_some_and(|run| run.ended_at.is_none()) {
        return Ok(());
    }
    start(app, shop, &spec).await
}

/// Does a canary go in this store? Only where a shopper would be written to.
///
/// # Errors
/// `Db`.
pub async fn goes(app: &App, shop: &Shop) -> Result<bool, AppError> {
    let open = app.config.canary_every.is_some() && shop.status == "active" && shop.uninstalled_at.is_none();
    Ok(open && twin::campaign(app, shop.id).await?.is_some())
}

async fn one(app: &App, shop: &Shop, every: SignedDuration) -> Result<(), AppError> {
    let newest = db::canaries::newest(&app.db, shop.id).await?;
    match newest {
        Some(run) if run.ended_at.is_none() => go_on(app, shop, run).await,
        other => {
            let wait = if other.as_ref().is_some_and(|r| r.problem.is_some()) { every.min(AGAIN_AFTER) } else { every };
            let due = other.is_none_or(|run| run.begun_at <= before(app.now(), wait));
            if due { begin(app, shop).await } else { Ok(()) }
        }
    }
}

async fn begin(app: &App, shop: &Shop) -> Result<(), AppError> {
    if !goes(app, shop).await? {
        return Ok(());
    }
    let Some(spec) = twin::campaign(app, shop.id).await? else { return Ok(()) };
    start(app, shop, &spec).await
}

async fn start(app: &App, shop: &Shop, spec: &CampaignSpec) -> Result<(), AppError> {
    let twin = twin::ready(app, shop, spec).await?;
    let now = app.now();
    let run = Run {
        id: app.new_id(),
        twin,
        stage: Stage::Webhook,
        stage_since: now,
        begun_at: now,
        ended_at: None,
        problem: None,
        reached: Vec::new(),
    };
    let mut tx = app.db.begin().await?;
    db::canaries::forget(&mut tx, shop.id, before(now, REMEMBERED)).await?;
    let begun = db::canaries::begin(&mut tx, shop.id, &run).await?;
    tx.commit().await?;
    if begun { go_on(app, shop, run).await } else { Ok(()) }
}

/// As far as it comes now.
async fn go_on(app: &App, shop: &Shop, mut run: Run) -> Result<(), AppError> {
    let Some(twin) = db::shops::get(&app.db, run.twin).await? else {
        return end(app, shop, run, Some("its hidden twin is gone; the next one makes another".into())).await;
    };
    loop {
        let now = app.now();
        match look(app, &twin, &run).await? {
            Reached::Yes => {
                run.reached.push((run.stage, now));
                match run.stage.next() {
                    None => return end(app, shop, run, None).await,
                    Some(next) => {
                        (run.stage, run.stage_since) = (next, now);
                        save(app, shop, &run).await?;
                    }
                }
            }
            Reached::Never(why) => return end(app, shop, run, Some(why)).await,
            Reached::NotYet(why) if now.duration_since(run.stage_since) > run.stage.limit() => return end(app, shop, run, Some(why)).await,
            Reached::NotYet(_) => return Ok(()),
        }
    }
}

async fn save(app: &App, shop: &Shop, run: &Run) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    db::canaries::save(&mut tx, shop.id, run).await?;
    Ok(tx.commit().await?)
}

async fn end(app: &App, shop: &Shop, run: Run, problem: Option<String>) -> Result<(), AppError> {
    if problem.is_some() {
        tracing::warn!(shop = %shop.id, stage = run.stage.as_str(), "the canary did not come through");
    }
    save(app, shop, &Run { ended_at: Some(app.now()), problem, ..run }).await
}

/// Acts where the stage is an act, and looks whether it is reached. Whatever is done twice, because a process died in between, changes nothing.
async fn look(app: &App, twin: &Shop, run: &Run) -> Result<Reached, AppError> {
    match run.stage {
        Stage::Webhook => deliver(app, twin, run, CanaryAct::BeginsCheckout).await,
        Stage::Applied => applied(app, twin, &key(run, CanaryAct::BeginsCheckout)).await,
        Stage::Planned => planned(app, twin).await,
        Stage::Sent => sent(app, twin).await,
        Stage::Opened => opened(app, twin).await,
        Stage::Ordered => match deliver(app, twin, run, CanaryAct::Buys).await? {
            Reached::Yes => applied(app, twin, &key(run, CanaryAct::Buys)).await,
            other => Ok(other),
        },
        Stage::Cancelled => cancelled(app, twin).await,
        Stage::Credited => credited(app, twin).await,
    }
}

fn key(run: &Run, act: CanaryAct) -> String {
    let word = match act {
        CanaryAct::BeginsCheckout => "checkout",
        CanaryAct::Buys => "order",
    };
    format!("canary-{}-{word}", run.id.simple())
}

/// Sends a webhook through the same door as the platform.
async fn deliver(app: &App, twin: &Shop, run: &Run, act: CanaryAct) -> Result<Reached, AppError> {
    let delivery_key = key(run, act);
    if db::canaries::delivery(&app.db, twin.id, &delivery_key).await?.is_some() {
        return Ok(Reached::Yes);
    }
    let Some(platform) = platforms::by_name(&twin.platform) else { return Ok(Reached::Never("its platform is not known".into())) };
    let secret = match twin::secret(app, twin.id).await {
        Ok(secret) => secret,
        Err(AppError::Keys(error)) => return Ok(Reached::Never(error.to_string())),
        Err(error) => return Err(error),
    };
    let shopper = CanaryShopper {
        run: run.id,
        shop_domain: &twin.domain,
        email: EMAIL,
        phone: PHONE,
        language: &twin.language,
        worth: Money::new(WORTH_MINOR, twin.currency),
        began_at: run.begun_at,
        now: app.now(),
    };
    let (headers, body) = platform.canary_webhook(&shopper, act, &delivery_key, &secret);
    let incoming = Incoming { platform: twin.platform.clone(), shop: Some(twin.id), headers, body };
    Ok(match ingest::accept(app, incoming).await {
        Ok(()) => Reached::Yes,
        Err(error @ IntakeError::Unavailable(_)) => Reached::NotYet(error.to_string()),
        Err(error) => Reached::Never(error.to_string()),
    })
}

async fn applied(app: &App, twin: &Shop, key: &str) -> Result<Reached, AppError> {
    let found = db::canaries::delivery(&app.db, twin.id, key).await?;
    Ok(match found {
        Some((state, _)) if state == "applied" => Reached::Yes,
        Some((_, Some(reason))) => Reached::Never(reason),
        Some(_) => Reached::NotYet("it is stored, but no worker has worked on it".into()),
        None => Reached::NotYet("it was accepted, but isn't stored".into()),
    })
}

/// A twin's messages, in the order of their steps.
async fn nudges(app: &App, twin: &Shop) -> Result<Vec<ListedNudge>, AppError> {
    let mut nudges = db::lists::nudges(&app.db, twin.id, &NudgeFilter::default(), NUDGES_MAX).await?;
    nudges.sort_by_key(|n| n.step);
    Ok(nudges)
}

async fn planned(app: &App, twin: &Shop) -> Result<Reached, AppError> {
    if !nudges(app, twin).await?.is_empty() {
        return Ok(Reached::Yes);
    }
    Ok(match db::canaries::not_planned(&app.db, twin.id).await? {
        Some(why) => Reached::Never(why),
        None => Reached::NotYet("the cart was left, but no worker has planned anything for it".into()),
    })
}

fn why(nudge: &ListedNudge) -> String {
    nudge.decision.as_ref().map_or_else(|| "no worker has looked at it".to_owned(), |d| d.why.clone())
}

/// Every message but the last, which waits for longer, must have left.
async fn sent(app: &App, twin: &Shop) -> Result<Reached, AppError> {
    let nudges = nudges(app, twin).await?;
    let Some((_, due)) = nudges.split_last() else { return Ok(Reached::Never("its messages are gone".into())) };
    for nudge in due {
        let named = |why: String| format!("message {} ({}): {why}", nudge.step + 1, word(nudge.channel));
        let broken = nudge.decision.as_ref().is_some_and(|d| d.rule == "template_broken");
        match nudge.state {
            NudgeState::Sent | NudgeState::Delivered => {}
            NudgeState::Scheduled | NudgeState::Sending if !broken => return Ok(Reached::NotYet(named(why(nudge)))),
            _ => return Ok(Reached::Never(named(why(nudge)))),
        }
    }
    Ok(Reached::Yes)
}

fn word(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => "e-mail",
        ChannelKind::Sms => "SMS",
        ChannelKind::WhatsApp => "WhatsApp",
    }
}

/// Opens the link as it stands in the first message.
async fn opened(app: &App, twin: &Shop) -> Result<Reached, AppError> {
    let never = |why: &str| Ok(Reached::Never(why.to_owned()));
    let nudges = nudges(app, twin).await?;
    let Some(first) = nudges.first() else { return never("its messages are gone") };
    let Some(message) = db::messages::get(&app.db, twin.id, first.id).await? else { return never("the message was not kept") };
    let (path, text) = match first.channel {
        ChannelKind::Email => ("/r/", [message.html.as_str(), message.text.as_str()]),
        ChannelKind::Sms | ChannelKind::WhatsApp => ("/s/", [message.text.as_str(), ""]),
    };
    let start = format!("{}{path}", app.config.public_url);
    let Some(token) = text.iter().find_map(|t| token_after(t, &start)) else {
        return never("there is none that begins with this program's public address (server.public_url)");
    };
    let link = match first.channel {
        ChannelKind::Email => Given::Token(token),
        ChannelKind::Sms | ChannelKind::WhatsApp => Given::Code(token),
    };
    match open(app, &Opened { link, by: Program::named(BROWSER) }).await? {
        Leads::To(_) => {}
        Leads::Nowhere(end, _) => return Ok(Reached::Never(format!("it is answered as {end:?}").to_lowercase())),
    }
    let clicks = db::touches::of_cart(&app.db, twin.id, first.cart_id).await?;
    if clicks.iter().any(|c| c.of_cart && c.human) { Ok(Reached::Yes) } else { never("the click was not recorded as a person's") }
}

fn token_after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let rest = text.split_once(start)?.1;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(rest.len());
    rest.get(..end).map(|token| token.trim_end_matches('.')).filter(|token| !token.is_empty())
}

async fn cancelled(app: &App, twin: &Shop) -> Result<Reached, AppError> {
    let nudges = nudges(app, twin).await?;
    let Some(last) = nudges.last() else { return Ok(Reached::Never("its messages are gone".into())) };
    let purchased = last.decision.as_ref().is_some_and(|d| d.rule == "purchased");
    Ok(match last.state {
        NudgeState::Cancelled if purchased => Reached::Yes,
        NudgeState::Scheduled => Reached::NotYet("it still waits".into()),
        state => Reached::Never(format!("it is {}: {}", state.as_str(), why(last))),
    })
}

async fn credited(app: &App, twin: &Shop) -> Result<Reached, AppError> {
    let (worth, credited) = db::canaries::credited(&app.db, twin.id).await?;
    if credited.is_empty() {
        return Ok(Reached::NotYet("no message has credit for it".into()));
    }
    let exact = worth == WORTH_MINOR && credited.iter().all(|(_, minor)| *minor == WORTH_MINOR);
    let money = |minor| Money::new(minor, twin.currency);
    let shares: Vec<String> = credited.iter().map(|(model, minor)| format!("{model} {}", money(*minor))).collect();
    Ok(if exact {
        Reached::Yes
    } else {
        Reached::Never(format!(
            "it paid {}, the order says {}, and the credits are: {}",
            money(WORTH_MINOR),
            money(worth),
            shares.join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::token_after;

    #[test]
    fn the_token_is_found_in_a_link_and_in_a_sentence() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(token_after(text, "https://a.example/r/"), expected, "{text}");
        check("<a href=\"https://a.example/r/aB-1_x.yz\">Back</a>", Some("aB-1_x.yz"));
        check("Back: https://a.example/r/abc.", Some("abc"));
        check("https://b.example/r/abc", None);
        check("https://a.example/r/", None);
    }
}
