//! Alarms that stand, and those that are over.

use super::auth::Reader;
use super::input::{Query, limit, read_cursor};
use super::problem::Problem;
use super::shapes::{AlarmShape, Page};
use crate::app::App;
use crate::db;
use actix_web::web::{Data, Json};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which alarms.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlarmsQuery {
    /// `active`, dismissed ones among them, or `cleared`.
    state: Option<String>,
    /// From 1 to 200; 50 by default.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What Comeback found wrong with itself, its providers or the store's webhooks; newest first.
#[utoipa::path(get, path = "/alarms", tag = "store", params(AlarmsQuery), responses((status = 200, body = Page<AlarmShape>)))]
pub async fn list(app: Data<App>, who: Reader, Query(query): Query<AlarmsQuery>) -> Result<Json<Page<AlarmShape>>, Problem> {
    let most = limit(query.limit.as_deref())?;
    let after = read_cursor(query.cursor.as_deref())?;
    let over = match query.state.as_deref() {
        None => None,
        Some("active") => Some(false),
        Some("cleared") => Some(true),
        Some(_) => return Err(Problem::parameter("state", "expected one of active, cleared")),
    };
    let rows = db::alarms::list(&app.db, who.shop_id, over, after, most + 1).await?;
    Ok(Json(Page::of(rows, most, |row| row.id, AlarmShape::from)))
}
