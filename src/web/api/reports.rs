//! Reports.

use super::auth::Reader;
use super::input::{Query, parse};
use super::problem::{Kind, Problem};
use super::shapes::RecoveredShape;
use crate::app::App;
use crate::app::report::{self, Query as Asked};
use crate::db;
use crate::domain::attribution::Model;
use crate::domain::period::{End, instant};
use actix_web::web::{Data, Json};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::IntoParams;

/// How far back a report looks that isn't told.
const USUAL_PERIOD: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecoveredQuery {
    /// A date in the store's zone, or an instant (RFC 3339); 30 days before `to` by default.
    from: Option<String>,
    /// A date, which is part of the period, or an instant, which isn't; now by default.
    to: Option<String>,
    /// `last_touch`, which is the default.
    model: Option<String>,
    /// `campaign` (the default), `step`, `channel` or `day`.
    by: Option<String>,
}

/// Revenue recovered in a period, net of refunds, with the definitions of its figures.
#[utoipa::path(get, path = "/reports/recovered", tag = "reports", params(RecoveredQuery), responses((status = 200, body = RecoveredShape)))]
pub async fn recovered(app: Data<App>, who: Reader, Query(query): Query<RecoveredQuery>) -> Result<Json<RecoveredShape>, Problem> {
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let zone = TimeZone::get(&shop.timezone).unwrap_or(TimeZone::UTC);
    let read = |name: &str, text: Option<&str>, end| {
        text.map(|text| instant(text, end, &zone).map_err(|e| Problem::parameter(name, e))).transpose()
    };
    let from = read("from", query.from.as_deref(), End::From)?;
    let to = read("to", query.to.as_deref(), End::To)?.unwrap_or_else(|| app.now());
    let from = match from {
        Some(from) => from,
        None => to.checked_sub(USUAL_PERIOD).map_err(|_| Problem::parameter("to", "that is too long ago"))?,
    };
    if to <= from {
        return Err(Problem::parameter("to", "the period ends before it begins: `to` must be later than `from`"));
    }
    let model = parse("model", query.model.as_deref())?.unwrap_or(Model::LastTouch);
    let by = parse("by", query.by.as_deref())?.unwrap_or_default();
    Ok(Json(report::recovered(&app, Asked { shop: who.shop_id, from, to, model, by }).await?.into()))
}
