//! A campaign as text: what the form can't say can be said here.

use super::campaign::{FaultLine, editable, fault_lines, find, is_stale, saved_at, seen};
use super::list;
use crate::app::campaigns::update_seen;
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::domain::campaign::CampaignSpec;
use crate::domain::ids::CampaignId;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::say;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/campaigns/campaign_json.html")]
struct JsonPage {
    frame: Frame,
    name: String,
    list: String,
    campaign: String,
    action: String,
    editable: bool,
    text: String,
    saved_at: String,
    faults: Vec<FaultLine>,
    /// Why it can't be read.
    unread: Option<String>,
    /// Somebody else saved it meanwhile.
    stale: bool,
}

/// The page.
pub async fn show(signed: Signed, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    let row = find(&signed, *id).await?;
    let text = serde_json::to_string_pretty(&row.spec).map_err(|_| PageError::Internal)?;
    respond::page(&view(&signed, row, text).await?)
}

/// Saves the text.
pub async fn save(posted: Posted, id: web::Path<CampaignId>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let row = find(signed, *id).await?;
    let text = posted.fields.raw("json").replace("\r\n", "\n");
    if is_stale(&posted.fields, &row) {
        return respond::page_with(StatusCode::CONFLICT, &JsonPage { stale: true, ..view(signed, row, text).await? });
    }
    match serde_json::from_str::<CampaignSpec>(&text) {
        Ok(spec) => {
            let id = (row.id, seen(&posted.fields));
            if update_seen(&signed.app, signed.shop()?.id, id, spec, &signed.actor()).await?.is_none() {
                let row = find(signed, row.id).await?;
                return respond::page_with(StatusCode::CONFLICT, &JsonPage { stale: true, ..view(signed, row, text).await? });
            }
            Ok(respond::see_other(&signed.href(&format!("/campaigns/{}/json?done=saved", row.id))))
        }
        Err(error) => {
            let page = JsonPage { unread: Some(error.to_string()), ..view(signed, row, text).await? };
            respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn view(signed: &Signed, row: CampaignRow, text: String) -> Result<JsonPage, PageError> {
    let templates = db::templates::list(&signed.app.db, signed.shop()?.id).await?;
    let here = signed.href(&format!("/campaigns/{}", row.id));
    Ok(JsonPage {
        frame: Frame::new(signed, "/campaigns", say("campaigns-json-title").with("name", &row.spec.name).to_string()),
        list: signed.href("/campaigns"),
        campaign: here,
        action: signed.href(&format!("/campaigns/{}/json", row.id)),
        editable: editable(signed, &row),
        saved_at: saved_at(&row),
        faults: fault_lines(&list::faults(&row.spec, &templates)),
        name: row.spec.name,
        text,
        unread: None,
        stale: false,
    })
}
