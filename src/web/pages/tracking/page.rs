//! Tracking: whether the store's webhooks arrive and can be read, what its server and pages tell, and what is set aside.

use super::stream::{self, CameLine};
use crate::app::{AppError, access, deliveries};
use crate::db;
use crate::db::deliveries::TopicHealth;
use crate::db::overview::Intake;
use crate::db::shops::Shop;
use crate::domain::ids::DeliveryId;
use crate::web::pages::overview::webhook_url;
use crate::web::pages::shell::format::{self, When};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::say;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

const PERIOD: SignedDuration = SignedDuration::from_hours(24 * 7);
const ASIDE_MAX: i64 = 100; // shown at a time; those after them come up once these are gone

#[derive(Default)]
struct Counts {
    applied: i64,
    pending: i64,
    set_aside: i64,
    last_ms: i64,
}

struct TopicLine {
    topic: String,
    /// Shows its deliveries alone.
    href: String,
    counts: Counts,
    last: When,
}

/// A topic to choose.
struct TopicChoice {
    value: String,
    name: String,
    chosen: bool,
}

struct AsideLine {
    id: String,
    topic: String,
    api_version: Option<String>,
    received: When,
    reason: String,
    bytes: i64,
    raw: String,
}

#[derive(Template)]
#[template(path = "pages/tracking/tracking.html")]
struct Tracking {
    frame: Frame,
    topics: Vec<TopicLine>,
    /// Only the latest were counted.
    counted_latest: bool,
    choices: Vec<TopicChoice>,
    topic: Option<String>,
    lines: Vec<CameLine>,
    stream: String,
    here: String,
    aside: Vec<AsideLine>,
    aside_count: i64,
    aside_more: bool,
    last: Option<When>,
    pending_since: Option<When>,
    url: String,
    settings: String,
    action: String,
    pixel: Pixel,
}

/// How the store's pages tell what happens on them.
struct Pixel {
    /// The store's domain on its platform, from which they always may.
    own_domain: String,
    /// Further ones.
    domains: Vec<String>,
    snippet: String,
    sandboxed: String,
    /// Where they are set.
    settings: String,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let zone = shop.zone();
    let db = &signed.app.db;
    let (health, counted_latest) = db::came::health(db, shop.id, signed.app.now() - PERIOD).await?;
    let health = by_topic(health);
    let topic = Some(signed.query.get("topic").to_owned()).filter(|t| !t.is_empty());
    let (lines, last) = stream::latest(&signed, topic.as_deref(), &zone).await?;
    let aside = db::deliveries::list(db, shop.id, Some("set_aside"), None, ASIDE_MAX).await?;
    let intake: Intake = db::overview::intake(db, shop.id).await?;
    let aside_line = |d: db::deliveries::Listed| AsideLine {
        raw: signed.href(&format!("/tracking/deliveries/{}", d.id)),
        id: d.id.to_string(),
        topic: d.topic,
        api_version: d.api_version,
        received: format::when(d.received_at, &zone),
        reason: d.reason.unwrap_or_else(|| say("tracking-no-reason").to_string()),
        bytes: d.bytes,
    };
    respond::page(&Tracking {
        frame: Frame::new(&signed, "/tracking", say("tracking-title").to_string()),
        choices: choices(&health, topic.as_deref()),
        topics: health.into_iter().map(|(topic, counts)| topic_line(&signed, topic, counts, &zone)).collect(),
        counted_latest,
        stream: stream_href(&signed, topic.as_deref(), last),
        here: signed.href(&topic.as_deref().map_or_else(|| "/tracking".to_owned(), |t| format!("/tracking?topic={}", encoded(t)))),
        topic,
        lines,
        aside_more: i64::try_from(aside.len()).unwrap_or_default() < intake.set_aside,
        aside: aside.into_iter().map(aside_line).collect(),
        aside_count: intake.set_aside,
        last: intake.last_at.map(|at| format::when(at, &zone)),
        pending_since: intake.pending_since.map(|at| format::when(at, &zone)),
        url: webhook_url(&signed, shop),
        settings: signed.href("/settings#webhooks"),
        action: signed.href("/tracking/retry"),
        pixel: pixel(&signed, shop).await?,
    })
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn topic_line(signed: &Signed, topic: String, counts: Counts, zone: &TimeZone) -> TopicLine {
    TopicLine {
        href: signed.href(&format!("/tracking?topic={}#came", encoded(&topic))),
        topic: stream::source_of(&topic),
        last: format::when(instant(counts.last_ms), zone),
        counts,
    }
}

/// The topics that came lately, and the one that is chosen, whether it came or not.
fn choices(health: &BTreeMap<String, Counts>, chosen: Option<&str>) -> Vec<TopicChoice> {
    let known = health.keys().map(String::as_str);
    let other = chosen.filter(|topic| !health.contains_key(*topic));
    known.chain(other).map(|t| TopicChoice { value: t.to_owned(), name: stream::source_of(t), chosen: chosen == Some(t) }).collect()
}

fn stream_href(signed: &Signed, topic: Option<&str>, last: Option<Uuid>) -> String {
    let topic = topic.map_or_else(String::new, |topic| format!("&topic={}", encoded(topic)));
    signed.href(&format!("/tracking/stream?after={}{topic}", last.unwrap_or_default()))
}

async fn pixel(signed: &Signed, shop: &Shop) -> Result<Pixel, PageError> {
    let (base, id) = (&signed.app.config.public_url, shop.id);
    let queue = "window.comeback=window.comeback||function(){(comeback.q=comeback.q||[]).push(arguments)};";
    let load = format!("const s=document.createElement('script');s.src='{base}/pixel.js';document.head.appendChild(s);");
    Ok(Pixel {
        own_domain: shop.domain.clone(),
        domains: db::domains::of(&signed.app.db, id).await?,
        snippet: format!("<script>{queue}comeback('config','{id}')</script>\n<script async src=\"{base}/pixel.js\"></script>"),
        sandboxed: format!(
            "{queue}\ncomeback('config','{id}',{{shopify:{{analytics,init,customerPrivacy:api.customerPrivacy}}}});\n{load}"
        ),
        settings: signed.href("/settings/domains#pages"),
    })
}

fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn by_topic(health: Vec<TopicHealth>) -> BTreeMap<String, Counts> {
    let mut topics: BTreeMap<String, Counts> = BTreeMap::new();
    for h in health {
        let counts = topics.entry(h.topic).or_default();
        match h.state.as_str() {
            "applied" => counts.applied += h.count,
            "set_aside" => counts.set_aside += h.count,
            _ => counts.pending += h.count,
        }
        counts.last_ms = counts.last_ms.max(h.last_at);
    }
    topics
}

/// Puts one delivery, or all, back in the queue.
pub async fn retry(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let one: Option<Uuid> = match posted.fields.get("id") {
        "all" => None,
        _ => Some(posted.fields.parsed("id", "Delivery")?),
    };
    let done = match deliveries::retry(&signed.app, signed.shop()?.id, one.map(DeliveryId), &signed.actor()).await {
        // Somebody else's click was quicker, or it was read since.
        Ok(0) | Err(AppError::Conflict(_) | AppError::NotFound(_)) => "nothing",
        Ok(_) => "retried",
        Err(error) => return Err(error.into()),
    };
    Ok(respond::see_other(&signed.href(&format!("/tracking?done={done}"))))
}

/// The raw bytes of one delivery, as a file: they hold a shopper's data and are whatever somebody sent.
pub async fn raw(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?.id;
    let body = db::deliveries::body(&signed.app.db, shop, *id).await?.ok_or(PageError::NotFound("delivery with that id"))?;
    access::note_look(&signed.app, shop, &signed.actor(), ("delivery.download", &id.to_string())).await?;
    Ok(respond::download("application/octet-stream", &format!("delivery-{id}.json"), body))
}
