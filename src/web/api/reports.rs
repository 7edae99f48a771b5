//! Reports.

use super::auth::Reader;
use super::input::{Query, parse};
use super::problem::{Kind, Problem};
use super::shapes::RecoveredShape;
use crate::app::App;
use crate::app::report::{self, Query as Asked};
use crate::db;
use crate::db::shops::Shop;
use crate::domain::period::{End, instant};
use actix_web::web::{Data, Json};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
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
    /// A model that credits each order by itself: `last_touch`, `first_touch`, `linear`, `linear_distinct`, `position_based`, `time_decay`,
    /// `time_decay_stepped`, `last_non_direct`; the store's own by default.
    model: Option<String>,
    /// `campaign` (the default), `step`, `channel` or `day`.
    by: Option<String>,
}

/// Revenue recovered in a period, net of refunds, with the definitions of its figures.
#[utoipa::path(get, path = "/reports/recovered", tag = "reports", params(RecoveredQuery), responses((status = 200, body = RecoveredShape)))]
pub async fn recovered(app: Data<App>, who: Reader, Query(query): Query<RecoveredQuery>) -> Result<Json<RecoveredShape>, Problem> {
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let (from, to) = period(&app, &shop, (query.from.as_deref(), query.to.as_deref()))?;
    let model = parse("model", query.model.as_deref())?.unwrap_or(shop.credit_model);
    if !model.is_per_order() {
        return Err(Problem::parameter("model", "that model needs all journeys at once; see reports/attribution"));
    }
    let by = parse("by", query.by.as_deref())?.unwrap_or_default();
    Ok(Json(report::recovered(&app, Asked { shop: who.shop_id, from, to, model, by }).await?.into()))
}

/// The period that is asked for.
///
/// # Errors
/// For what is neither an instant nor a day, and a period that ends before it begins.
pub fn period(app: &App, shop: &Shop, asked: (Option<&str>, Option<&str>)) -> Result<(Timestamp, Timestamp), Problem> {
    let zone = TimeZone::get(&shop.timezone).unwrap_or(TimeZone::UTC);
    let read = |name: &str, text: Option<&str>, end| {
        text.map(|text| instant(text, end, &zone).map_err(|e| Problem::parameter(name, e))).transpose()
    };
    let from = read("from", asked.0, End::From)?;
    let to = read("to", asked.1, End::To)?.unwrap_or_else(|| app.now());
    let from = match from {
        Some(from) => from,
        None => to.checked_sub(USUAL_PERIOD).map_err(|_| Problem::parameter("to", "that is too long ago"))?,
    };
    if to <= from {
        return Err(Problem::parameter("to", "the period ends before it begins: `to` must be later than `from`"));
    }
    Ok((from, to))
}
