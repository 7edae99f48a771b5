//! Events of visits, told by a store's server.

use super::auth::Writer;
use super::input::Body;
use super::problem::{Kind, Problem, Wrong};
use super::shapes::{EventsBody, EventsShape};
use crate::app::App;
use crate::app::track::{self, TrackError};
use crate::domain::visit::Teller;
use crate::web::events::offered;
use actix_web::web::{Data, Json};

/// Events of one request.
const EVENTS_MAX: usize = 500;
/// When to send again what couldn't be stored, in seconds.
const RETRY_AFTER_S: u64 = 5;

/// Takes events in, at most 500 a request. Each is answered by itself: a bad one doesn't spoil the others, and one that came before changes nothing. What is
/// answered is durable. No message leaves about what was bought, or for whom took an agreement back, once its event is accepted.
#[utoipa::path(post, path = "/events", tag = "events", request_body = EventsBody, responses((status = 200, body = EventsShape)))]
pub async fn take(app: Data<App>, who: Writer, Body(body): Body<EventsBody>) -> Result<Json<EventsShape>, Problem> {
    if body.events.len() > EVENTS_MAX {
        let problem = format!("at most {EVENTS_MAX} events in one request; send the others in another");
        return Err(Problem::invalid(vec![Wrong { at: "events".to_owned(), problem, line: None }]));
    }
    let site = track::site(&app, who.shop_id).await?;
    let site = site.ok_or_else(|| Problem::new(Kind::NotFound, "the store was removed"))?;
    let offered = body.events.into_iter().map(offered).collect();
    let answers = track::take(&app, &site, Teller::Store, offered).await.map_err(|error| match error {
        TrackError::App(error) => Problem::from(error),
        TrackError::Busy(why) => {
            tracing::warn!(%why, "events could not be stored; their sender is asked to send them again");
            Problem::new(Kind::Unavailable, "not all of it could be stored; send it again in a moment").retry_after(RETRY_AFTER_S)
        }
    })?;
    Ok(Json(EventsShape::from(answers)))
}
