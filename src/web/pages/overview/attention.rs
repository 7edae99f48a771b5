//! What needs the merchant's attention, and how to put it right.

use crate::app::AppError;
use crate::app::access::Role;
use crate::app::install;
use crate::app::receipts;
use crate::app::reconcile;
use crate::app::restore::NOTICE_FOR;
use crate::app::send::{self, Held};
use crate::app::watch::{self, Seen};
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::shops::Shop;
use crate::domain::campaign::CampaignStatus;
use crate::domain::campaign::USUAL_EXPIRY;
use crate::domain::event::ChannelKind;
use crate::domain::watch::Kind;
use crate::web::pages::carts;
use crate::web::pages::shell::format;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_text;
use crate::words::{Rich, Said, heard, say};
use actix_web::{HttpResponse, web};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A delivery that waits longer than this means that the worker is behind or stopped.
const PENDING_MAX: SignedDuration = SignedDuration::from_secs(60);
/// So many replies are shown at once, the oldest first.
const REPLIES_MAX: usize = 5;

/// One thing to put right.
pub struct Attention {
    /// `bad` or `warn`.
    pub tone: &'static str,
    pub what: Rich,
    pub fix: Rich,
    /// To copy.
    pub code: Option<String>,
    /// Where to put it right, and what the link says.
    pub link: Option<(String, String)>,
    /// Since when, of an alarm.
    pub since: Option<format::When>,
    /// Where to say that it is as it should be.
    pub dismiss: Option<String>,
}

/// What stands in the catalogue under a key, and under the same with `-fix`.
fn item(tone: &'static str, what: Said, fix: &str) -> Attention {
    said(tone, what.rich(), say(fix).rich())
}

fn said(tone: &'static str, what: Rich, fix: Rich) -> Attention {
    Attention { tone, what, fix, code: None, link: None, since: None, dismiss: None }
}

/// Where to put something right.
fn to(signed: &Signed, path: &str, words: &str) -> Option<(String, String)> {
    Some((signed.href(path), say(words).to_string()))
}

/// An alarm, with where to look.
fn alarm(signed: &Signed, shop: &Shop, seen: Seen) -> Attention {
    let dismissible = seen.may_be_dismissed() && signed.may(Role::Editor);
    let dismiss = seen.id.filter(|_| dismissible).map(|id| signed.href(&format!("/alarms/{id}/dismiss")));
    let finding = seen.finding;
    let link = match finding.kind {
        Kind::NoDeliveries => Some(("/settings#webhooks", "overview-see-address")),
        Kind::TopicSilent | Kind::WorkerLag | Kind::SetAside => Some(("/tracking", "overview-see-tracking")),
        Kind::ChannelRefusing => Some(("/settings", "overview-see-settings")),
        Kind::TemplateBroken => Some(("/templates", "overview-see-templates")),
        Kind::NoDiscountCodes => Some(("/settings", "overview-see-settings")),
        Kind::ReconciliationGap => Some(("/reports", "overview-see-reports")),
        Kind::EndpointFailing => Some(("/settings/webhooks", "overview-see-webhooks")),
        Kind::Canary | Kind::Invariant => None,
    };
    Attention {
        link: link.and_then(|(path, words)| to(signed, path, words)),
        since: Some(format::when(finding.since, &shop.zone())),
        dismiss,
        ..said(if finding.kind.is_bad() { "bad" } else { "warn" }, heard(&finding.what), heard(&finding.fix))
    }
}

/// Everything that needs attention: alarms first, the worst of each first.
pub async fn list(signed: &Signed, campaigns: &[CampaignRow]) -> Result<Vec<Attention>, AppError> {
    let shop = signed.shop().map_err(|_| AppError::NotFound("store"))?;
    let app = &signed.app;
    let seen = watch::standing(&app.db, &app.config, shop.id, app.now()).await?;
    let lags = seen.iter().any(|s| s.finding.kind == Kind::WorkerLag);
    // What is set aside is counted below, as it is now.
    let mut all: Vec<Attention> = seen.into_iter().filter(|s| s.finding.kind != Kind::SetAside).map(|s| alarm(signed, shop, s)).collect();
    if !all.is_empty() && app.config.watch_mail && app.channel(ChannelKind::Email).is_none() {
        all.push(item("warn", say("overview-untold"), "overview-untold-fix"));
    }
    let resume = Some(format!("comeback shop resume {}", shop.id));
    all.extend(connection(signed, shop, resume.clone()).await?);
    if shop.status == "paused" {
        all.push(Attention { code: resume, ..item("warn", say("overview-paused"), "overview-paused-fix") });
    }
    let intake = db::overview::intake(&app.db, shop.id).await?;
    if intake.last_at.is_none() {
        all.push(Attention {
            code: Some(webhook_url(signed, shop)),
            link: to(signed, "/settings#webhooks", "overview-see-steps"),
            ..item("bad", say("overview-no-webhook"), "overview-no-webhook-fix")
        });
    }
    if let Some(since) = intake.pending_since.filter(|at| !lags && app.now().duration_since(*at) > PENDING_MAX) {
        let what = say("overview-behind").with("since", format::when(since, &shop.zone()).text);
        let link = to(signed, "/tracking", "overview-see-tracking");
        all.push(Attention { link, ..item("bad", what, "overview-behind-fix") });
    }
    if intake.set_aside > 0 {
        let what = say("overview-aside").with("count", intake.set_aside);
        let link = to(signed, "/tracking#set-aside", "overview-see-why");
        all.push(Attention { link, ..item("warn", what, "overview-aside-fix") });
    }
    all.extend(books(signed, shop).await?);
    all.extend(unknown(signed, shop).await?);
    all.extend(replies(signed, shop).await?);
    if !campaigns.iter().any(|c| c.status == CampaignStatus::Published) {
        let link = to(signed, "/campaigns", "overview-see-campaigns");
        all.push(Attention { link, ..item("warn", say("overview-unpublished"), "overview-unpublished-fix") });
    }
    all.extend(channels(signed, campaigns).await?);
    all.extend(held(signed, shop).await?);
    all.extend(restored(signed, shop).await?);
    Ok(all)
}

/// What is wrong with the app in the store: that the store removed it, doesn't tell what must be known, or didn't answer. One that is installed from here goes
/// on by itself once it is there again.
async fn connection(signed: &Signed, shop: &Shop, resume: Option<String>) -> Result<Option<Attention>, AppError> {
    let installed = install::offer(&signed.app, shop).await?.and_then(|offer| offer.app);
    let to_app = |words| to(signed, "/settings/connection#install", words);
    let removed = shop.uninstalled_at.is_some();
    let Some(app) = installed else {
        let unknown = || Attention { code: resume, ..item("bad", say("overview-removed"), "overview-removed-fix") };
        return Ok(removed.then(unknown));
    };
    if removed {
        return Ok(Some(Attention {
            link: to_app("overview-see-connection"),
            ..item("bad", say("overview-removed"), "overview-removed-again")
        }));
    }
    let link = to_app("overview-see-app");
    if app.installed_at.is_some() && !app.vital.is_empty() {
        let what = say("overview-untold-of").with("topics", app.vital.join(", "));
        return Ok(Some(Attention { link, ..item("bad", what, "overview-untold-of-fix") }));
    }
    let problem = app.problem.filter(|_| app.installed_at.is_some());
    Ok(problem.map(|why| {
        let what = say("overview-unanswered").with("why", heard_text(why.trim_end_matches('.')));
        Attention { link, ..item("warn", what, "overview-unanswered-fix") }
    }))
}

/// What the last comparison with the platform's books found and couldn't explain, or knows more of.
async fn books(signed: &Signed, shop: &Shop) -> Result<Option<Attention>, AppError> {
    let last = db::reconciliations::last(&signed.app.db, shop.id, true).await?;
    let Some(compared) = last.as_ref().and_then(reconcile::told).map(|told| told.compared) else { return Ok(None) };
    let what = match (compared.unexplained_count, compared.can_take_in_count) {
        (0, 0) => return Ok(None),
        (0, n) => say("overview-books-more").with("count", n),
        (n, _) => say("overview-books-off").with("count", n),
    };
    let link = to(signed, "/reports/books", "overview-see-books");
    Ok(Some(Attention { link, ..item("warn", what, "overview-books-fix") }))
}

/// Messages that only a person can settle, as long as something can be done about them.
async fn unknown(signed: &Signed, shop: &db::shops::Shop) -> Result<Option<Attention>, AppError> {
    let app = &signed.app;
    let count = db::unknown::left_to_merchant(&app.db, shop.id, app.now() - USUAL_EXPIRY.0).await?;
    if count == 0 {
        return Ok(None);
    }
    let link = to(signed, carts::UNKNOWN, "overview-see-carts");
    Ok(Some(Attention { link, ..item("warn", say("overview-unknown").with("count", count), "overview-unknown-fix") }))
}

/// Replies that may ask to stop, and that nobody has looked at.
async fn replies(signed: &Signed, shop: &db::shops::Shop) -> Result<Vec<Attention>, AppError> {
    let app = &signed.app;
    let mut all = Vec::new();
    for reply in db::replies::to_review(&app.db, shop.id).await?.into_iter().take(REPLIES_MAX) {
        let cart = db::replies::cart_of(&app.db, shop.id, &reply.sender).await?;
        all.push(Attention {
            link: cart.and_then(|cart| to(signed, &format!("/carts/{cart}"), "overview-see-cart")),
            since: Some(format::when(reply.at, &shop.zone())),
            dismiss: signed.may(Role::Editor).then(|| signed.href(&format!("/replies/{}/reviewed", reply.id))),
            ..item("warn", say("overview-reply").with("channel", format::channel(reply.channel)), "overview-reply-fix")
        });
    }
    Ok(all)
}

/// Says that a reply was looked at.
pub async fn reviewed(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    receipts::reviewed(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/?done=dismissed")))
}

/// For a while after a restore: what may have been sent by the database that is gone.
async fn restored(signed: &Signed, shop: &db::shops::Shop) -> Result<Option<Attention>, AppError> {
    let app = &signed.app;
    let recent = app.now().checked_sub(NOTICE_FOR).unwrap_or(Timestamp::UNIX_EPOCH);
    let Some(gap) = db::restores::latest_since(&app.db, recent).await? else { return Ok(None) };
    let count = db::restores::unknown_since_restore(&app.db, shop.id).await?;
    let zone = shop.zone();
    let (from, until) = (format::when(gap.snapshot_at, &zone).text, format::when(gap.restored_at, &zone).text);
    let link = match count {
        0 => to(signed, "/carts", "overview-see-all-carts"),
        1 => to(signed, carts::UNKNOWN, "overview-see-one-cart"),
        _ => to(signed, carts::UNKNOWN, "overview-see-carts"),
    };
    let what = format!(
        "{} {}",
        say("overview-restored").with("from", from).with("to", until).rich(),
        say("overview-restored-doubt").with("count", count).rich()
    );
    Ok(Some(Attention { link, ..said("warn", Rich::of(what), say("overview-restored-fix").rich()) }))
}

/// Senders by which nothing leaves for a while.
async fn held(signed: &Signed, shop: &Shop) -> Result<Vec<Attention>, AppError> {
    let all = send::held(&signed.app, shop).await?;
    let shown = |held: Held| {
        let (word, until) = (format::channel(held.channel), format::when(held.until, &shop.zone()).text);
        let (what, fix) = if held.by_provider { ("overview-held", "overview-held-fix") } else { ("overview-full", "overview-full-fix") };
        let what = say(what).with("channel", word).with("until", until).with("why", heard_text(held.why.trim_end_matches('.')));
        item("warn", what, fix)
    };
    Ok(all.into_iter().map(shown).collect())
}

async fn channels(signed: &Signed, campaigns: &[CampaignRow]) -> Result<Vec<Attention>, AppError> {
    let shop = signed.shop().map_err(|_| AppError::NotFound("store"))?;
    let at_work = |kind| campaigns.iter().any(|c| c.status == CampaignStatus::Published && c.spec.steps.iter().any(|s| s.channel == kind));
    let mut all = Vec::new();
    for (kind, always, fix) in
        [(ChannelKind::Email, true, "overview-no-provider-email"), (ChannelKind::Sms, false, "overview-no-provider-sms")]
    {
        if signed.app.channel_for(shop, kind).is_some() || !(always || at_work(kind)) {
            continue;
        }
        let waiting = db::overview::waiting_for_channel(&signed.app.db, shop.id, kind).await?;
        let what = say("overview-no-provider").with("channel", format::channel(kind)).with("count", waiting);
        all.push(item(if waiting > 0 { "bad" } else { "warn" }, what, fix));
    }
    Ok(all)
}

/// The address that a store's webhooks go to.
pub fn webhook_url(signed: &Signed, shop: &Shop) -> String {
    format!("{}/webhooks/{}/{}", signed.app.config.public_url, shop.platform, shop.id)
}

/// Says that what an alarm tells is as it should be.
pub async fn dismiss(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    watch::dismiss(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/?done=dismissed")))
}
