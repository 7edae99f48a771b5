//! A store's sending policy: read, and set as a whole.

use super::auth::{Reader, Writer, actor, sees_people};
use super::input::{Body, Id};
use super::problem::Problem;
use super::shapes::{PolicyFields, PolicyShape};
use crate::app::access::{Program, Scope};
use crate::app::policies::{self, By};
use crate::app::{App, AppError};
use crate::domain::policy::Policy;
use actix_web::web::{Data, Json};
use uuid::Uuid;

type Answer<T> = Result<Json<T>, Problem>;

/// A token is of one store: of others it knows nothing.
fn own(who: &Program, id: Uuid) -> Result<(), Problem> {
    if who.shop_id.0 == id { Ok(()) } else { Err(AppError::NotFound("store with that id, for this token").into()) }
}

/// What holds over all campaigns of the store. The addresses of a test store are left out with the scope `read`.
#[utoipa::path(get, path = "/shops/{id}/policy", tag = "store", params(("id" = Uuid, Path)), responses((status = 200, body = PolicyShape)))]
pub async fn get(app: Data<App>, who: Reader, Id(id): Id) -> Answer<PolicyShape> {
    own(&who, id)?;
    let (mut policy, row) = policies::get(&app, who.shop_id).await?;
    if let Some(test) = policy.test.as_mut().filter(|_| !sees_people(&who)) {
        test.allow.clear();
    }
    Ok(Json(PolicyShape::of(policy, row)))
}

/// Sets it, as a whole: what is left out takes its default. Consent rules change with the scope `admin` only. Messages that are decided from now on follow it.
#[utoipa::path(put, path = "/shops/{id}/policy", tag = "store", params(("id" = Uuid, Path)), request_body = PolicyFields,
    responses((status = 200, body = PolicyShape)))]
pub async fn set(app: Data<App>, who: Writer, Id(id): Id, Body(policy): Body<Policy>) -> Answer<PolicyShape> {
    own(&who, id)?;
    let actor = actor(&who);
    let by = By { actor: &actor, is_owner: who.scope >= Scope::Admin };
    let (policy, row) = policies::set(&app, who.shop_id, policy, by).await?;
    Ok(Json(PolicyShape::of(policy, row)))
}
