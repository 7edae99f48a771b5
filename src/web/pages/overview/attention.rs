//! What needs the merchant's attention, and how to put it right.

use crate::app::AppError;
use crate::app::access::Role;
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
    pub what: String,
    pub fix: String,
    /// To copy.
    pub code: Option<String>,
    /// Where to put it right, and what the link says.
    pub link: Option<(String, &'static str)>,
    /// Since when, of an alarm.
    pub since: Option<format::When>,
    /// Where to say that it is as it should be.
    pub dismiss: Option<String>,
}

fn item(tone: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Attention {
    Attention { tone, what: what.into(), fix: fix.into(), code: None, link: None, since: None, dismiss: None }
}

/// An alarm, with where to look.
fn alarm(signed: &Signed, shop: &Shop, seen: Seen) -> Attention {
    let dismissible = seen.may_be_dismissed() && signed.may(Role::Editor);
    let dismiss = seen.id.filter(|_| dismissible).map(|id| signed.href(&format!("/alarms/{id}/dismiss")));
    let finding = seen.finding;
    let link = match finding.kind {
        Kind::NoDeliveries => Some(("/settings#webhooks", "Show the webhook address")),
        Kind::TopicSilent | Kind::WorkerLag | Kind::SetAside => Some(("/tracking", "Open tracking")),
        Kind::ChannelRefusing => Some(("/settings", "Open settings")),
        Kind::TemplateBroken => Some(("/templates", "Open templates")),
        Kind::NoDiscountCodes => Some(("/settings", "Open settings")),
        Kind::ReconciliationGap => Some(("/reports", "Open reports")),
        Kind::EndpointFailing => Some(("/settings/webhooks", "Open webhooks")),
        Kind::Canary | Kind::Invariant => None,
    };
    Attention {
        link: link.map(|(path, words)| (signed.href(path), words)),
        since: Some(format::when(finding.since, &format::zone(shop))),
        dismiss,
        ..item(if finding.kind.is_bad() { "bad" } else { "warn" }, finding.what, finding.fix)
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
        let fix = "Set COMEBACK_EMAIL__URL and COMEBACK_EMAIL__FROM, and restart; until then look here.";
        all.push(item("warn", "No owner is told of these alarms: no e-mail provider is set up.", fix));
    }
    if shop.uninstalled_at.is_some() {
        let fix = "Nothing is sent. Install the app again, then resume the store on the command line:";
        let code = Some(format!("comeback shop resume {}", shop.id));
        all.push(Attention { code, ..item("bad", "The store has removed the app.", fix) });
    }
    if shop.status == "paused" {
        let fix = "Messages wait, none is dropped. Resume the store on the command line:";
        let code = Some(format!("comeback shop resume {}", shop.id));
        all.push(Attention { code, ..item("warn", "The store is paused.", fix) });
    }
    let intake = db::overview::intake(&app.db, shop.id).await?;
    if intake.last_at.is_none() {
        let fix = "Paste this address into the store's webhook settings; the steps are on the settings page:";
        all.push(Attention {
            code: Some(webhook_url(signed, shop)),
            link: Some((signed.href("/settings#webhooks"), "Show the steps")),
            ..item("bad", "No webhook has arrived from the store yet.", fix)
        });
    }
    if let Some(since) = intake.pending_since.filter(|at| !lags && app.now().duration_since(*at) > PENDING_MAX) {
        let what = format!("Webhooks have been waiting since {}.", format::when(since, &format::zone(shop)).text);
        let fix = "They are stored, but not worked on: check that a worker is running (`comeback serve --role all` or `worker`).";
        all.push(Attention { link: Some((signed.href("/tracking"), "Open tracking")), ..item("bad", what, fix) });
    }
    if intake.set_aside > 0 {
        let what =
            if intake.set_aside == 1 { "1 webhook is set aside.".into() } else { format!("{} webhooks are set aside.", intake.set_aside) };
        let fix = "Stored, but not readable: nothing is lost, and it can be tried again.";
        all.push(Attention { link: Some((signed.href("/tracking#set-aside"), "See why")), ..item("warn", what, fix) });
    }
    all.extend(books(signed, shop).await?);
    all.extend(unknown(signed, shop).await?);
    all.extend(replies(signed, shop).await?);
    if !campaigns.iter().any(|c| c.status == CampaignStatus::Published) {
        let fix = "No message will be planned until one is. Look through the draft and publish it.";
        all.push(Attention { link: Some((signed.href("/campaigns"), "Open campaigns")), ..item("warn", "No campaign is published.", fix) });
    }
    all.extend(channels(signed, campaigns).await?);
    all.extend(held(signed, shop).await?);
    all.extend(restored(signed, shop).await?);
    Ok(all)
}

/// What the last comparison with the platform's books found and couldn't explain, or knows more of.
async fn books(signed: &Signed, shop: &Shop) -> Result<Option<Attention>, AppError> {
    let last = db::reconciliations::last(&signed.app.db, shop.id, true).await?;
    let Some(compared) = last.as_ref().and_then(reconcile::told).map(|told| told.compared) else { return Ok(None) };
    let what = match (compared.unexplained_count, compared.can_take_in_count) {
        (0, 0) => return Ok(None),
        (0, n) => format!("The platform's books know more than was told here: {n} differences."),
        (1, _) => "1 difference between orders here and the platform's books is not explained.".to_owned(),
        (n, _) => format!("{n} differences between orders here and the platform's books are not explained."),
    };
    let fix = "Figures may be off by them. Look at each, take in what is missing, and compare again.";
    Ok(Some(Attention { link: Some((signed.href("/reports/books"), "Open the books")), ..item("warn", what, fix) }))
}

/// Messages that only a person can settle, as long as something can be done about them.
async fn unknown(signed: &Signed, shop: &db::shops::Shop) -> Result<Option<Attention>, AppError> {
    let app = &signed.app;
    let what = match db::unknown::left_to_merchant(&app.db, shop.id, app.now() - USUAL_EXPIRY.0).await? {
        0 => return Ok(None),
        1 => "1 message has an unknown outcome.".to_owned(),
        n => format!("{n} messages have an unknown outcome."),
    };
    let fix = "It may have arrived or not, and nobody can be asked. On the cart's page you can say what you know; until then it is not sent again.";
    Ok(Some(Attention { link: Some((signed.href(carts::UNKNOWN), "Show the carts")), ..item("warn", what, fix) }))
}

/// Replies that may ask to stop, and that nobody has looked at.
async fn replies(signed: &Signed, shop: &db::shops::Shop) -> Result<Vec<Attention>, AppError> {
    let app = &signed.app;
    let mut all = Vec::new();
    for reply in db::replies::to_review(&app.db, shop.id).await?.into_iter().take(REPLIES_MAX) {
        let cart = db::replies::cart_of(&app.db, shop.id, &reply.sender).await?;
        let what = format!("A shopper answered by {}, and may have asked to stop.", format::channel(reply.channel));
        let fix = "Nothing more is sent to them. Read what they wrote on the page of their cart. If they did not mean it, allow the address again:             DELETE /api/v1/suppressions.";
        all.push(Attention {
            link: cart.map(|cart| (signed.href(&format!("/carts/{cart}")), "Open the cart")),
            since: Some(format::when(reply.at, &format::zone(shop))),
            dismiss: signed.may(Role::Editor).then(|| signed.href(&format!("/replies/{}/reviewed", reply.id))),
            ..item("warn", what, fix)
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
    let zone = format::zone(shop);
    let (from, to) = (format::when(gap.snapshot_at, &zone).text, format::when(gap.restored_at, &zone).text);
    let (messages, link) = match count {
        0 => ("No message is in doubt.".to_owned(), (signed.href("/carts"), "See the carts")),
        1 => ("1 message may have been sent in between.".to_owned(), (signed.href(carts::UNKNOWN), "Show the cart")),
        n => (format!("{n} messages may have been sent in between."), (signed.href(carts::UNKNOWN), "Show the carts")),
    };
    let what = format!("The database was restored as of {from}: nothing is known of the time until {to}. {messages}");
    let fix = "None is sent again by itself. Webhooks of that time are missing, purchases among them: look at the carts of that time.";
    Ok(Some(Attention { link: Some(link), ..item("warn", what, fix) }))
}

/// Senders by which nothing leaves for a while.
async fn held(signed: &Signed, shop: &Shop) -> Result<Vec<Attention>, AppError> {
    let all = send::held(&signed.app, shop).await?;
    let shown = |held: Held| {
        let (word, until) = (format::channel(held.channel), format::when(held.until, &format::zone(shop)).text);
        if held.by_provider {
            let fix = "Nothing is lost: messages wait in their order. One is tried then, and all follow if it is taken.";
            item(
                "warn",
                format!("Messages by {word} are held until {until}: the provider said \u{201c}{}\u{201d}.", held.why.trim_end_matches('.')),
                fix,
            )
        } else {
            let fix = "Messages wait in their order, and leave as places become free. Those that would be too late by then are not sent.";
            item("warn", format!("Messages by {word} wait until {until} at least: {}.", held.why), fix)
        }
    };
    Ok(all.into_iter().map(shown).collect())
}

async fn channels(signed: &Signed, campaigns: &[CampaignRow]) -> Result<Vec<Attention>, AppError> {
    let shop = signed.shop().map_err(|_| AppError::NotFound("store"))?;
    let at_work = |kind| campaigns.iter().any(|c| c.status == CampaignStatus::Published && c.spec.steps.iter().any(|s| s.channel == kind));
    let mut all = Vec::new();
    for (kind, always, fix) in [
        (
            ChannelKind::Email,
            true,
            "Set COMEBACK_EMAIL__URL (such as smtp://user:password@host:587) and COMEBACK_EMAIL__FROM, and restart.",
        ),
        (
            ChannelKind::Sms,
            false,
            "Fill in the section [sms] of the settings (COMEBACK_SMS__PROVIDER and so on), and restart; or take the SMS step out.",
        ),
    ] {
        if signed.app.channel_for(shop, kind).is_some() || !(always || at_work(kind)) {
            continue;
        }
        let waiting = db::overview::waiting_for_channel(&signed.app.db, shop.id, kind).await?;
        let word = format::channel(kind);
        let what = match waiting {
            0 => format!("No {word} provider is set up: {word} messages will wait."),
            1 => format!("No {word} provider is set up: 1 message waits for it."),
            n => format!("No {word} provider is set up: {n} messages wait for it."),
        };
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
