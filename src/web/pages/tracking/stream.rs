//! Deliveries as they come: what each is about and what became of it, on the page and in its stream.

use crate::app::access::Role;
use crate::app::{App, AppError};
use crate::db;
use crate::db::came::{Came, Followed};
use crate::domain::ids::ShopId;
use crate::web::pages::shell::format::{self, Badge, When};
use crate::web::pages::shell::live::{self, Feed, News};
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::signed::Signed;
use crate::words::{heard, say};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// So many are on the page when it opens.
const SHOWN: i64 = 30;
/// At most so many are told at once: the next look follows at once, or a second later.
const TOLD_MAX: i64 = 200;
/// What another process stores may become visible so much later than its id says.
const LATE: SignedDuration = SignedDuration::from_secs(5);
/// What isn't applied within this is shown as waiting.
const SOON: SignedDuration = SignedDuration::from_secs(2);
/// Of those that wait, so many are followed until something becomes of them.
const WAITING_MAX: usize = 50;

/// One delivery.
pub struct CameLine {
    pub id: Uuid,
    pub at: When,
    pub topic: String,
    pub bytes: i64,
    pub badge: Badge,
    /// In a sentence, where nothing followed; English ones of the program's own.
    pub why: Option<crate::words::Rich>,
    pub followed: Vec<FollowedLine>,
    /// It is on the page already, as waiting.
    pub again: bool,
}

pub struct FollowedLine {
    pub name: String,
    pub summary: String,
    pub cart: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/tracking/came.html")]
struct Piece {
    lines: Vec<CameLine>,
    /// The stream begins.
    greets: bool,
}

/// What is on the page when it opens: the latest first, and from where its stream goes on.
pub async fn latest(signed: &Signed, topic: Option<&str>, zone: &TimeZone) -> Result<(Vec<CameLine>, Option<Uuid>), PageError> {
    let (db, shop) = (&signed.app.db, signed.shop()?.id);
    let last = db::came::last(db, shop).await?;
    let came = db::came::latest(db, shop, topic, SHOWN).await?;
    let followed = by_delivery(db::came::followed(db, shop, &came).await?);
    Ok((came.iter().map(|c| line(&|path: &str| signed.href(path), c, &followed, zone)).collect(), last))
}

fn by_delivery(all: Vec<Followed>) -> HashMap<Uuid, Vec<Followed>> {
    let mut by: HashMap<Uuid, Vec<Followed>> = HashMap::new();
    for one in all {
        by.entry(one.delivery_id).or_default().push(one);
    }
    by
}

/// What is of our own making isn't a topic of the store's platform.
pub fn source_of(topic: &str) -> String {
    match topic {
        "comeback/event" => say("tracking-of-server").to_string(),
        "comeback/browser" => say("tracking-of-pages").to_string(),
        _ => topic.to_owned(),
    }
}

fn line(href: &dyn Fn(&str) -> String, came: &Came, followed: &HashMap<Uuid, Vec<Followed>>, zone: &TimeZone) -> CameLine {
    let followed = followed.get(&came.id).map(Vec::as_slice).unwrap_or_default();
    let (word, tone) = match came.state.as_str() {
        "set_aside" => ("aside", "warn"),
        "applied" if came.bytes == 0 => ("emptied", "quiet"),
        "applied" if followed.is_empty() => ("ignored", "quiet"),
        "applied" => ("applied", "good"),
        _ => ("waiting", "busy"),
    };
    let why = match (word, &came.reason) {
        ("applied", _) => None,
        ("aside", Some(reason)) => Some(heard(reason)),
        _ => Some(say(format!("tracking-why-{word}")).rich()),
    };
    CameLine {
        id: came.id,
        at: format::when_exactly(came.received_at, zone),
        topic: source_of(&came.topic),
        bytes: came.bytes,
        badge: Badge { text: say(format!("tracking-became-{word}")).to_string(), tone },
        why,
        followed: followed
            .iter()
            .map(|f| FollowedLine {
                name: f.name.clone(),
                summary: f.summary.clone(),
                cart: f.cart().map(|cart| href(&format!("/carts/{cart}"))),
            })
            .collect(),
        again: false,
    }
}

/// What a stream remembers.
struct CameFeed {
    app: Data<App>,
    shop: ShopId,
    /// Kept in links, where one has several stores.
    suffix: String,
    zone: TimeZone,
    topic: Option<String>,
    after: Uuid,
    /// Those that were told and may still be found again.
    told: Option<BTreeSet<Uuid>>,
    waiting: Vec<Uuid>,
    greeted: bool,
}

impl CameFeed {
    fn edge(&self) -> Uuid {
        db::came::first_id_at(db::came::made_at(self.after).checked_sub(LATE).unwrap_or_default())
    }

    /// What is to be told: fresh ones that something became of or that wait for long, and those that waited and don't any more.
    async fn gather(&mut self) -> Result<(Vec<Came>, Vec<Came>), AppError> {
        let (db, edge) = (&self.app.db, self.edge());
        let mut fresh = db::came::after(db, self.shop, (self.topic.as_deref(), edge), TOLD_MAX).await?;
        let after = self.after;
        // What came before the page was made is on it.
        let told = self.told.get_or_insert_with(|| fresh.iter().map(|c| c.id).filter(|id| *id <= after).collect());
        let now = self.app.now();
        fresh.retain(|c| !told.contains(&c.id) && (c.state != "pending" || now.duration_since(c.received_at) > SOON));
        let mut again = db::came::these(db, self.shop, &self.waiting).await?;
        again.retain(|c| c.state != "pending");
        self.waiting.retain(|id| !again.iter().any(|c| c.id == *id));
        for came in &fresh {
            told.insert(came.id);
            self.after = self.after.max(came.id);
            if came.state == "pending" && self.waiting.len() < WAITING_MAX {
                self.waiting.push(came.id);
            }
        }
        let edge = self.edge();
        if let Some(told) = &mut self.told {
            *told = told.split_off(&edge);
        }
        Ok((fresh, again))
    }
}

impl Feed for CameFeed {
    async fn news(&mut self) -> Result<News, AppError> {
        let (fresh, again) = self.gather().await?;
        let greets = !std::mem::replace(&mut self.greeted, true);
        if fresh.is_empty() && again.is_empty() && !greets {
            return Ok(News::default());
        }
        let db = &self.app.db;
        let mut followed = by_delivery(db::came::followed(db, self.shop, &fresh).await?);
        followed.extend(by_delivery(db::came::followed(db, self.shop, &again).await?));
        let suffix = self.suffix.clone();
        let href = move |path: &str| format!("{path}{suffix}");
        let again = again.iter().map(|c| CameLine { again: true, ..line(&href, c, &followed, &self.zone) });
        // The latest stands first.
        let lines = fresh.iter().rev().map(|c| line(&href, c, &followed, &self.zone)).chain(again).collect();
        let html = Piece { lines, greets }.render().map_err(|_| AppError::Invalid("a piece of a stream can't be made".into()))?;
        Ok(News { html, last: Some(self.after) })
    }
}

/// The stream.
pub async fn open(signed: Result<Signed, PageError>, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let from = live::last_seen(&request);
    let full = format!("<p id=\"live\" data-hx-swap-oob=\"true\" class=\"muted\">{}</p>", say("tracking-full").rich());
    live::open(signed, &request, ("/tracking", Role::Viewer), &full, |signed| {
        let shop = signed.shop()?;
        let topic = Some(signed.query.get("topic").to_owned()).filter(|t| !t.is_empty());
        let after = from.or_else(|| signed.query.get("after").parse().ok());
        Ok(CameFeed {
            app: signed.app.clone(),
            shop: shop.id,
            suffix: signed.href(""),
            zone: shop.zone(),
            topic,
            after: after.unwrap_or_else(|| db::came::first_id_at(signed.app.now())),
            told: None,
            waiting: Vec::new(),
            greeted: false,
        })
    })
}
