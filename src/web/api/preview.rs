//! What a campaign would do: with one cart, and with the past.

use super::auth::{Reader, Writer, actor, sees_people};
use super::input::{Body, Id, OptionalBody};
use super::problem::{Kind, Problem, Wrong};
use super::shapes::{PreviewBody, SequencePreviewShape, TrialBody, TrialShape};
use crate::app::preview::{Question, Which, Whose, preview};
use crate::app::{App, AppError, trials};
use crate::db;
use crate::domain::campaign::CampaignSpec;
use crate::domain::ids::{CampaignId, CartId};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};

type Answer<T> = Result<Json<T>, Problem>;

fn wrong(at: &str, problem: impl Into<String>) -> Problem {
    Problem::invalid(vec![Wrong { at: at.to_owned(), problem: problem.into(), line: None }])
}

/// Which campaign: an id, or all of its fields.
fn which(campaign: serde_json::Value) -> Result<Which, Problem> {
    if let Some(id) = campaign.as_str() {
        let id = id.parse().map_err(|_| wrong("campaign", "an id looks like 01890a5d-ac96-774b-bcce-b302099a8057"))?;
        return Ok(Which::Saved(id));
    }
    let spec = serde_json::from_value::<CampaignSpec>(campaign).map_err(|e| wrong("campaign", e.to_string()))?;
    Ok(Which::Draft(Box::new(spec)))
}

fn whose(cart: Option<&str>) -> Result<Whose, Problem> {
    match cart {
        None | Some("sample") => Ok(Whose::Sample),
        Some(id) => id.parse::<CartId>().map(Whose::Cart).map_err(|_| wrong("cart", "expected `sample` or a cart's id")),
    }
}

/// What a campaign would do with one cart: every step with its local times, what each rule says of it, and its message. Nothing is written or sent, and no link in
/// the messages works.
#[utoipa::path(post, path = "/campaigns/preview", tag = "campaigns", request_body = PreviewBody, responses((status = 200, body = SequencePreviewShape)))]
pub async fn show(app: Data<App>, who: Reader, Body(body): Body<PreviewBody>) -> Answer<SequencePreviewShape> {
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or(AppError::NotFound("store with that id"))?;
    let question =
        Question { campaign: which(body.campaign)?, cart: whose(body.cart.as_deref())?, left_at: body.at, names: sees_people(&who) };
    Ok(Json(preview(&app, &shop, &question).await?.into()))
}

/// Asks what the campaign as last saved would have done in the past, in place of what is at work. It is worked out beside everything else; ask for it with GET.
/// One at a time in a store: 409 while another is under way.
#[utoipa::path(post, path = "/campaigns/{id}/trial", tag = "campaigns", params(("id" = Uuid, Path)), request_body = Option<TrialBody>,
    responses((status = 202, body = TrialShape)))]
pub async fn ask(
    app: Data<App>,
    who: Writer,
    Id(id): Id,
    OptionalBody(body): OptionalBody<TrialBody>,
) -> Result<(Json<TrialShape>, StatusCode), Problem> {
    let body = body.unwrap_or_default();
    let trial = trials::ask(&app, who.shop_id, CampaignId(id), (body.from, body.to), &actor(&who)).await?;
    Ok((Json(trial.into()), StatusCode::ACCEPTED))
}

/// What came of the last trial of a campaign, or how far it is.
#[utoipa::path(get, path = "/campaigns/{id}/trial", tag = "campaigns", params(("id" = Uuid, Path)), responses((status = 200, body = TrialShape)))]
pub async fn told(app: Data<App>, who: Reader, Id(id): Id) -> Answer<TrialShape> {
    let trial = db::trials::get(&app.db, who.shop_id, CampaignId(id)).await?;
    Ok(Json(trial.ok_or_else(|| Problem::new(Kind::NotFound, "the campaign was not tried yet: ask for it with POST"))?.into()))
}
