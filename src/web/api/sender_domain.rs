//! The sender's domain: what DNS says of it, and what it should say.

use super::auth::Reader;
use super::problem::Problem;
use super::shapes::SenderDomainShape;
use crate::app::{App, AppError, sender_domain};
use crate::db;
use actix_web::web::{Data, Json};

/// What DNS says of the domain that the store's mails come from: SPF, DKIM, DMARC and MX, and what to publish. Looked up now, which takes seconds.
#[utoipa::path(get, path = "/sender-domain", tag = "store", responses((status = 200, body = SenderDomainShape)))]
pub async fn show(app: Data<App>, who: Reader) -> Result<Json<SenderDomainShape>, Problem> {
    let shop = db::shops::get(&app.db, who.shop_id).await?.ok_or(AppError::NotFound("store with that id"))?;
    Ok(Json(match sender_domain::sender_of(&app, Some(&shop)).await? {
        Some(sender) => SenderDomainShape::of(&sender.domain, sender_domain::look(&app.config, &sender).await),
        None => SenderDomainShape { domain: None, findings: Vec::new() },
    }))
}
