//! Sending what endpoints are to be told: at least once, by and by, and no more to those that take nothing.

use super::endpoints;
use crate::app::{App, AppError};
use crate::db;
use crate::db::outbound::EndpointRow;
use crate::db::outbound_sends::{Became, DueSend, Try};
use crate::domain::ids::ShopId;
use crate::domain::outbound::{FAILING_MAX, Taken, message_id, signatures, taken, wait_after};
use crate::http_client::{HttpOptions, Posted, Poster, Reach};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Duration;
use uuid::Uuid;

/// Of one shop so many are sent side by side; then the next shop has its turn.
const TOGETHER: i64 = 16;
/// An endpoint answers within this, or it didn't.
const WAIT: Duration = Duration::from_secs(15);
/// Who took something to send it and is gone: another sends it again after this.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// Where one event isn't taken, the others wait for this long at most.
const HOLD_MAX: SignedDuration = SignedDuration::from_mins(10);
/// So much of an answer is kept.
const ANSWER_MAX: usize = 1_000; // bytes
/// What was taken or given up is kept for this long.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The two callers, each made when it is first needed: one for the world, one for a program on this machine.
#[derive(Default)]
pub struct Posters {
    public: OnceLock<Result<Poster, String>>,
    here: OnceLock<Result<Poster, String>>,
}

impl Posters {
    fn of(&self, reach: Reach) -> Result<Poster, String> {
        let kept = if reach == Reach::Anywhere { &self.here } else { &self.public };
        let make = || Poster::new(&HttpOptions { connect: WAIT, total: WAIT, reach }).map_err(|e| e.to_string());
        kept.get_or_init(make).clone()
    }
}

/// Sends what is due. How much was tried.
///
/// # Errors
/// `Db`.
pub async fn send_due(app: &App) -> Result<usize, AppError> {
    let mut done = 0;
    for shop in db::outbound_sends::shops_due(&app.db, app.now()).await? {
        done += of_shop(app, shop).await?;
    }
    Ok(done)
}

async fn of_shop(app: &App, shop: ShopId) -> Result<usize, AppError> {
    let now = app.now();
    let endpoints: HashMap<Uuid, EndpointRow> = db::outbound::endpoints(&app.db, shop).await?.into_iter().map(|e| (e.id, e)).collect();
    let due = db::outbound_sends::due(&app.db, shop, now, TOGETHER).await?;
    let mut taken = Vec::new();
    let mut tx = app.db.begin().await?;
    for send in due {
        if db::outbound_sends::take(&mut tx, shop, &send, now + LEASE).await? {
            taken.push(send);
        }
    }
    tx.commit().await?;
    let told = taken.iter().filter_map(|send| Some((endpoints.get(&send.endpoint_id)?, send)));
    let results = join_all(told.map(|(endpoint, send)| tell(app, shop, endpoint, send))).await;
    results.into_iter().try_for_each(|r| r)?;
    Ok(taken.len())
}

/// Tells one endpoint one event, and keeps what came of it.
async fn tell(app: &App, shop: ShopId, endpoint: &EndpointRow, send: &DueSend) -> Result<(), AppError> {
    let began = app.now();
    let answer = post(app, shop, endpoint, send).await;
    let now = app.now();
    let (status, problem, answered) = match answer {
        Ok(Posted { status, body }) => (Some(status), None, body.replace('\0', "")),
        Err(why) => (None, Some(why), String::new()),
    };
    let tried = Try {
        id: app.new_id(),
        endpoint_id: endpoint.id,
        event_id: send.event_id,
        at: began.as_millisecond(),
        took_ms: i64::try_from(now.duration_since(began).as_millis()).unwrap_or(i64::MAX),
        status: status.map(i64::from),
        problem,
        answer: answered,
    };
    record(app, shop, (endpoint, send, &tried), taken(status)).await
}

async fn post(app: &App, shop: ShopId, endpoint: &EndpointRow, send: &DueSend) -> Result<Posted, String> {
    // What its name leads to may have changed since it was added: asked anew, and once more by the client when it connects.
    let url = endpoints::address(app, &endpoint.url)?;
    let poster = app.posters.of(endpoints::reach(app, &url))?;
    let now = app.now();
    let mut secrets = vec![app.keys.open(shop.0, &endpoint.sealed).map_err(|e| e.to_string())?];
    if let Some((former, _)) = endpoint.former.as_ref().filter(|(_, until)| now < *until) {
        secrets.push(app.keys.open(shop.0, former).map_err(|e| e.to_string())?);
    }
    let id = message_id(send.event_id);
    let headers = [
        ("webhook-timestamp", now.as_second().to_string()),
        ("webhook-signature", signatures(&secrets, &id, now, &send.payload)),
        ("webhook-id", id),
    ];
    poster.post_json(&url, &headers, send.payload.clone(), ANSWER_MAX).await.map_err(|e| e.to_string())
}

async fn record(app: &App, shop: ShopId, (endpoint, send, tried): (&EndpointRow, &DueSend, &Try), taken: Taken) -> Result<(), AppError> {
    let now = app.now();
    let became = match taken {
        Taken::Yes => Became::Taken,
        Taken::Never => Became::GivenUp,
        Taken::No => wait_after(send.attempts + 1).map_or(Became::GivenUp, |wait| Became::Again(now + wait)),
    };
    let mut tx = app.db.begin().await?;
    db::outbound_sends::settle(&mut tx, shop, send, (became, now)).await?;
    db::outbound_sends::add_try(&mut tx, shop, tried).await?;
    let failing = (taken != Taken::Yes).then_some(now);
    let since = db::outbound_sends::note_health(&mut tx, shop, endpoint.id, failing).await?;
    match became {
        // What else waits for it waits as well, so that one that takes nothing keeps nobody's turn.
        Became::Again(at) => db::outbound_sends::hold(&mut tx, shop, endpoint.id, at.min(now + HOLD_MAX)).await?,
        Became::Taken if endpoint.failing_since.is_some() => {
            db::outbound_sends::release(&mut tx, shop, endpoint.id, (now, now + LEASE)).await?;
        }
        Became::Taken | Became::GivenUp => {}
    }
    let too_long = since.is_some_and(|since| now.duration_since(since) >= FAILING_MAX);
    if taken == Taken::Never || too_long {
        let why = if taken == Taken::Never { "gone" } else { "failing" };
        db::outbound::switch(&mut tx, shop, endpoint.id, Some(why)).await?;
        tracing::warn!(%shop, endpoint = %endpoint.id, why, "an endpoint is told nothing any more");
    }
    Ok(tx.commit().await?)
}

/// Forgets what was settled long ago, and how. How much.
///
/// # Errors
/// `Db`.
pub async fn forget_old(app: &App) -> Result<usize, AppError> {
    let before = app.now().checked_sub(REMEMBERED).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut forgotten = 0;
    for shop in db::shops::list(&app.db).await? {
        let mut tx = app.db.begin().await?;
        forgotten += db::outbound_sends::forget(&mut tx, shop.id, before).await?;
        tx.commit().await?;
    }
    Ok(usize::try_from(forgotten).unwrap_or(usize::MAX))
}
