//! Reports.

use super::auth::Reader;
use super::input::{Query, parse};
use super::problem::{Kind, Problem};
use super::shapes::{RecoveredShape, ReportShape};
use crate::app::report::{self, Query as Asked};
use crate::app::{App, reports};
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

/// Of which days, broken down by what, of which campaign and beside what a report is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// The first day, in the store's zone; an instant (RFC 3339) stands for its day. 30 days before `to` by default, of buyers and cohorts 365.
    from: Option<String>,
    /// The last day, which is part of the period; today by default.
    to: Option<String>,
    /// Performance: `campaign` (the default), `step`, `channel`, `variant`, `arm`, `device`, `shopper`, `country`, `language`, `product`, `price_tier`,
    /// `landing_page`, `utm_source`, `utm_medium`, `utm_campaign` or `day`. Cohorts: `first` (the default) or `recovered`.
    by: Option<String>,
    /// Of what this campaign did, by its id. Funnel and performance only.
    campaign: Option<String>,
    /// `before`: beside as many days right before. Funnel and performance only.
    compare: Option<String>,
}

async fn answer(app: &App, who: &Reader, name: &str, query: ReportQuery) -> Result<Json<ReportShape>, Problem> {
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    let by = query.by.as_deref().unwrap_or_default();
    let report = reports::Report::of(name, by).map_err(|e| Problem::parameter("by", e))?;
    let days = reports::period(app, &shop, report, (query.from.as_deref(), query.to.as_deref()))
        .map_err(|(name, why)| Problem::parameter(name, why))?;
    let campaign = parse("campaign", query.campaign.as_deref())?;
    let compare = match query.compare.as_deref() {
        None => false,
        Some("before") => true,
        Some(other) => return Err(Problem::parameter("compare", format!("{other:?} is no period to compare with; expected before"))),
    };
    if !report.is_of_carts() && (campaign.is_some() || compare) {
        let name = if campaign.is_some() { "campaign" } else { "compare" };
        return Err(Problem::parameter(name, "this report is of buyers: it can't be of one campaign or beside the period before"));
    }
    Ok(Json(reports::answer(app, &shop, reports::Asked { report, days, campaign, compare }).await?.into()))
}

/// From the checkout to the order: how many carts reached each step, at any time.
#[utoipa::path(get, path = "/reports/funnel", tag = "reports", params(ReportQuery), responses((status = 200, body = ReportShape)))]
pub async fn funnel(app: Data<App>, who: Reader, Query(query): Query<ReportQuery>) -> Result<Json<ReportShape>, Problem> {
    answer(&app, &who, "funnel", query).await
}

/// What became of carts, broken down: rates with their intervals, money, and how long it took.
#[utoipa::path(get, path = "/reports/performance", tag = "reports", params(ReportQuery), responses((status = 200, body = ReportShape)))]
pub async fn performance(app: Data<App>, who: Reader, Query(query): Query<ReportQuery>) -> Result<Json<ReportShape>, Problem> {
    answer(&app, &who, "performance", query).await
}

/// What recovered buyers did within some days of the recovered order, beside other buyers: a comparison, not a cause.
#[utoipa::path(get, path = "/reports/buyers", tag = "reports", params(ReportQuery), responses((status = 200, body = ReportShape)))]
pub async fn buyers(app: Data<App>, who: Reader, Query(query): Query<ReportQuery>) -> Result<Json<ReportShape>, Problem> {
    answer(&app, &who, "buyers", query).await
}

/// Buyers by the month in which they came, and what they brought month by month.
#[utoipa::path(get, path = "/reports/cohorts", tag = "reports", params(ReportQuery), responses((status = 200, body = ReportShape)))]
pub async fn cohorts(app: Data<App>, who: Reader, Query(query): Query<ReportQuery>) -> Result<Json<ReportShape>, Problem> {
    answer(&app, &who, "cohorts", query).await
}
