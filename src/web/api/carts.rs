//! Carts with their stories, and nudges.

use super::auth::{Reader, Writer, actor, sees_people};
use super::input::{Body, Id, Query, limit, parse, read_cursor};
use super::problem::{Kind, Problem};
use super::shapes::{CartShape, CartStoryShape, FakeBody, NudgeShape, Page, SettleBody, SettleOutcome, Viewer};
use crate::app::reports::{carts_behind, carts_of};
use crate::app::send::{ByHand, SettledByHand, by_hand};
use crate::app::{App, AppError, bots, timeline};
use crate::db;
use crate::db::lists::{CartFilter, NudgeFilter};
use crate::db::rollups::CartsOf;
use crate::domain::ids::{CartId, NudgeId};
use actix_web::web::{Data, Json};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

type Answer<T> = Result<Json<T>, Problem>;

/// What is looked for among carts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CartsQuery {
    /// `open`, `abandoned`, `recovered`, `purchased`, `lost`, `invalid` or `erased`.
    state: Option<String>,
    /// The shopper's e-mail address, phone number or customer id, or one of the cart's tokens; to the letter.
    q: Option<String>,
    /// From 1 to 200; 50 by default.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Begun on this day in the store's zone or later.
    from: Option<String>,
    /// Begun on this day or earlier.
    to: Option<String>,
    /// That entered this campaign, by its id.
    campaign: Option<String>,
    /// That came this far, several with commas: `checkout`, `identified`, `abandoned`, `nudged`, `delivered`, `clicked`, `bought`, `recovered`.
    reached: Option<String>,
    /// With a message of this step: the campaign's id, `/` and the step's number from 1.
    step: Option<String>,
    /// With a message by this channel: `email`, `sms`, `whatsapp`.
    channel: Option<String>,
    /// With this text of a step: the step, `/` and the text's name.
    variant: Option<String>,
    /// `treated` or `holdout`.
    arm: Option<String>,
    /// On what the shopper came.
    device: Option<String>,
    /// `new` or `returning`.
    shopper: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
    /// ISO 639.
    language: Option<String>,
    /// With this product in it, by the platform's id.
    product: Option<String>,
    /// As the report on performance names it.
    price_tier: Option<String>,
    /// The path of the page that the visit began on.
    landing_page: Option<String>,
    /// `utm_source` of that page.
    utm_source: Option<String>,
    /// `utm_medium` of that page.
    utm_medium: Option<String>,
    /// `utm_campaign` of that page.
    utm_campaign: Option<String>,
}

impl CartsQuery {
    /// What asks for the carts behind a figure of a report.
    fn behind(&self, name: &str) -> Option<&str> {
        let value = match name {
            "from" => &self.from,
            "to" => &self.to,
            "campaign" => &self.campaign,
            "reached" => &self.reached,
            "step" => &self.step,
            "channel" => &self.channel,
            "variant" => &self.variant,
            "arm" => &self.arm,
            "device" => &self.device,
            "shopper" => &self.shopper,
            "country" => &self.country,
            "language" => &self.language,
            "product" => &self.product,
            "price_tier" => &self.price_tier,
            "landing_page" => &self.landing_page,
            "utm_source" => &self.utm_source,
            "utm_medium" => &self.utm_medium,
            "utm_campaign" => &self.utm_campaign,
            _ => return None,
        };
        value.as_deref()
    }
}

fn viewer(who: &Reader) -> Viewer {
    Viewer { shop: who.shop_id, sees_people: sees_people(who) }
}

/// Addresses are kept in lower case; tokens are as their platform made them.
fn as_stored(search: &str) -> String {
    if search.contains('@') { search.to_lowercase() } else { search.to_owned() }
}

/// Carts, the most recently active first. With any of the parameters from `from` on: those that a figure of a report counts, the last begun first; a
/// parameter that is there and empty asks for carts of which it is not known.
#[utoipa::path(get, path = "/carts", tag = "carts", params(CartsQuery), responses((status = 200, body = Page<CartShape>)))]
pub async fn list(app: Data<App>, who: Reader, Query(query): Query<CartsQuery>) -> Answer<Page<CartShape>> {
    let most = limit(query.limit.as_deref())?;
    let search = query.q.as_deref().map(|q| as_stored(q.trim())).filter(|q| !q.is_empty());
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or_else(|| Problem::new(Kind::NotFound, "the store is gone"))?;
    if let Some(of) = carts_of(&shop, |name| query.behind(name)).map_err(|(name, why)| Problem::parameter(name, why))? {
        if search.is_some() {
            return Err(Problem::parameter("q", "look for a shopper, or for the carts behind a figure, not for both"));
        }
        let of = CartsOf { after: read_cursor(query.cursor.as_deref())?, ..of };
        let rows = carts_behind(&app, &shop, of, parse("state", query.state.as_deref())?, most + 1).await?;
        let mut carts = Vec::with_capacity(rows.len());
        for row in &rows {
            carts.push((row.day, viewer(&who).cart(&row.cart)?));
        }
        return Ok(Json(Page::of(carts, most, |(day, cart)| (*day, cart.started_at, cart.id), |(_, cart)| cart)));
    }
    let filter =
        CartFilter { state: parse("state", query.state.as_deref())?, search, message: None, after: read_cursor(query.cursor.as_deref())? };
    let rows = db::lists::carts(&app.db, who.shop_id, &filter, most + 1).await?;
    let carts = rows.iter().map(|row| viewer(&who).cart(row)).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(Page::of(carts, most, |cart| (cart.active_at, cart.id), |cart| cart)))
}

/// One cart, with everything that happened and was decided, and why. A cart that was merged answers as the one it became.
#[utoipa::path(get, path = "/carts/{id}", tag = "carts", params(("id" = Uuid, Path)), responses((status = 200, body = CartStoryShape)))]
pub async fn get(app: Data<App>, who: Reader, Id(id): Id) -> Answer<CartStoryShape> {
    Ok(Json(viewer(&who).story(timeline::story(&app, who.shop_id, CartId(id)).await?)))
}

/// Says that a cart's checkout is fake, or isn't: that goes before its score. Nothing is sent for a fake one.
#[utoipa::path(post, path = "/carts/{id}/fake", tag = "carts", params(("id" = Uuid, Path)), request_body = FakeBody,
    responses((status = 200, body = CartStoryShape)))]
pub async fn say_fake(app: Data<App>, who: Writer, Id(id): Id, Body(body): Body<FakeBody>) -> Answer<CartStoryShape> {
    let cart = bots::say(&app, who.shop_id, CartId(id), (body.fake, &actor(&who))).await?;
    let viewer = Viewer { shop: who.shop_id, sees_people: sees_people(&who) };
    Ok(Json(viewer.story(timeline::story(&app, who.shop_id, cart).await?)))
}

/// What is looked for among nudges.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NudgesQuery {
    /// `scheduled`, `sending`, `sent`, `delivered`, `failed`, `cancelled` or `unknown`.
    state: Option<String>,
    /// A campaign's id.
    campaign: Option<String>,
    /// From 1 to 200; 50 by default.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Nudges, newest first, each with the last that was decided about it.
#[utoipa::path(get, path = "/nudges", tag = "carts", params(NudgesQuery), responses((status = 200, body = Page<NudgeShape>)))]
pub async fn nudges(app: Data<App>, who: Reader, Query(query): Query<NudgesQuery>) -> Answer<Page<NudgeShape>> {
    let most = limit(query.limit.as_deref())?;
    let filter = NudgeFilter {
        state: parse("state", query.state.as_deref())?,
        campaign: parse("campaign", query.campaign.as_deref())?,
        after: read_cursor::<Uuid>(query.cursor.as_deref())?,
    };
    let rows = db::lists::nudges(&app.db, who.shop_id, &filter, most + 1).await?;
    Ok(Json(Page::of(rows, most, |row| row.id.0, NudgeShape::from)))
}

/// Says what became of a message whose outcome is `unknown`. One that is to be sent again is decided anew by every rule; the shopper may get it twice.
#[utoipa::path(post, path = "/nudges/{id}/settle", tag = "carts", params(("id" = Uuid, Path)), request_body = SettleBody,
    responses((status = 200, body = NudgeShape)))]
pub async fn settle(app: Data<App>, who: Writer, Id(id): Id, Body(body): Body<SettleBody>) -> Answer<NudgeShape> {
    let word = match body.outcome {
        SettleOutcome::Arrived => ByHand::Arrived,
        SettleOutcome::SendAgain => ByHand::SendAgain,
    };
    if by_hand(&app, who.shop_id, NudgeId(id), (word, &actor(&who))).await? == SettledByHand::SaidBefore {
        return Err(Problem::new(Kind::Conflict, "this was said of the message before: there is nothing left to settle"));
    }
    let nudge = db::lists::nudge(&app.db, who.shop_id, NudgeId(id)).await?;
    Ok(Json(nudge.map(NudgeShape::from).ok_or(AppError::NotFound("message with that id"))?))
}
