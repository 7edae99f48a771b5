//! A store's data: how long it is kept, a shopper erased by address, lists that leave and files that are taken in, and what is at work in the background.

mod show;
mod upload;

use crate::app::erase::by_address::{self, Found};
use crate::app::files::import::Brought;
use crate::app::files::jobs;
use crate::app::files::lists::{List, ListFormat};
use crate::app::{AppError, retention};
use crate::domain::retention::{Kept, Thing};
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Said, say};
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use futures_util::stream;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use show::{At, Typed, view};
use upload::{Sent, Upload};
use uuid::Uuid;

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    respond::page(&view(&signed, Typed::default()).await?)
}

/// The page with what was typed, and what is wrong with it.
async fn again(signed: &Signed, typed: Typed, (at, said): (At, Said)) -> Result<HttpResponse, PageError> {
    let page = view(signed, Typed { problem: Some((at, said)), ..typed }).await?;
    respond::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn done(signed: &Signed, word: &str) -> HttpResponse {
    respond::see_other(&signed.href(&format!("/settings/data?done=data-{word}")))
}

/// Sets for how long things are kept.
pub async fn keep(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let months = |thing: Thing| match posted.fields.get(thing.as_str()) {
        "ever" => Some(None),
        text => text.parse::<i64>().ok().map(Some),
    };
    let (Some(raw), Some(browser), Some(shoppers)) = (months(Thing::Raw), months(Thing::Browser), months(Thing::Shoppers)) else {
        return again(signed, Typed::default(), (At::Keep, say("data-keep-wrong"))).await;
    };
    let kept = Kept { raw, browser, shoppers };
    if !kept.faults().is_empty() {
        return again(signed, Typed { kept: Some(kept), ..Typed::default() }, (At::Keep, say("data-keep-wrong"))).await;
    }
    retention::set(&signed.app, signed.shop()?.id, kept, &signed.actor()).await?;
    Ok(done(signed, "kept"))
}

/// Shows how much there is of whoever has an address, and asks once more.
pub async fn look_up(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let typed = Typed { address: posted.fields.get("address").to_owned(), ..Typed::default() };
    match by_address::look_up(&signed.app, signed.shop()?.id, &typed.address).await {
        Ok(found) => respond::page(&view(signed, Typed { found: Some(found), ..typed }).await?),
        Err(AppError::Invalid(_)) => again(signed, typed, (At::Erase, say("data-erase-no-address"))).await,
        Err(other) => Err(other.into()),
    }
}

/// Erases whoever has an address.
pub async fn erase(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let typed = Typed { address: posted.fields.get("address").to_owned(), ..Typed::default() };
    match by_address::erase(&signed.app, signed.shop()?.id, &typed.address, &signed.actor()).await {
        Ok(_) => Ok(done(signed, "erased")),
        Err(AppError::Invalid(_)) => again(signed, typed, (At::Erase, say("data-erase-no-address"))).await,
        // Somebody else was quicker, or it is nobody's by now.
        Err(AppError::NotFound(_)) => {
            let found = Some(Found::Nobody { masked: String::new(), is_forbidden: false });
            respond::page_with(StatusCode::NOT_FOUND, &view(signed, Typed { found, ..typed }).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// From the beginning of one day to the end of another, in the store's zone.
fn period(signed: &Signed, fields: &Fields) -> Option<(Timestamp, Timestamp)> {
    let zone = signed.shop().ok()?.zone();
    let (first, last): (Date, Date) = (fields.get("from").parse().ok()?, fields.get("to").parse().ok()?);
    let begin = |day: Date| day.to_zoned(zone.clone()).ok().map(|z| z.timestamp());
    Some((begin(first)?, begin(last.checked_add(1.day()).ok()?)?))
}

/// Asks for a list as a file.
pub async fn export(posted: Posted) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    let asked = |name: &str| fields.get(name).to_owned();
    let typed = Typed { list: asked("list"), format: asked("format"), from: asked("from"), to: asked("to"), ..Typed::default() };
    let what = (typed.list.parse::<List>(), typed.format.parse::<ListFormat>(), period(signed, fields));
    let (Ok(list), Ok(format), Some(period)) = what else {
        return again(signed, typed, (At::Export, say("data-export-wrong"))).await;
    };
    match jobs::ask_export(&signed.app, signed.shop()?.id, (list, format), period, &signed.actor()).await {
        Ok(_) => Ok(done(signed, "asked")),
        Err(AppError::Invalid(_)) => again(signed, typed, (At::Export, say("data-export-wrong"))).await,
        Err(AppError::Conflict(_)) => again(signed, typed, (At::Export, say("data-too-many"))).await,
        Err(other) => Err(other.into()),
    }
}

/// Takes a file, to be taken in.
pub async fn import(upload: Upload) -> Result<HttpResponse, PageError> {
    let signed = &upload.signed;
    let typed = Typed { what: upload.fields.get("what").to_owned(), ..Typed::default() };
    if upload.is_too_long {
        return again(signed, typed, (At::Import, too_long())).await;
    }
    let (Ok(what), Some(Sent { name, bytes })) = (typed.what.parse::<Brought>(), &upload.file) else {
        return again(signed, typed, (At::Import, say("data-import-none"))).await;
    };
    match jobs::ask_import(&signed.app, signed.shop()?.id, what, (name, bytes), &signed.actor()).await {
        Ok(_) => Ok(done(signed, "taken-in")),
        Err(AppError::Invalid(_)) if bytes.is_empty() => again(signed, typed, (At::Import, say("data-import-none"))).await,
        Err(AppError::Invalid(_)) => again(signed, typed, (At::Import, too_long())).await,
        Err(AppError::Conflict(_)) => again(signed, typed, (At::Import, say("data-too-many"))).await,
        Err(other) => Err(other.into()),
    }
}

fn too_long() -> Said {
    say("data-import-too-long").with("megabytes", i64::try_from(jobs::UPLOAD_MAX >> 20).unwrap_or(i64::MAX))
}

/// Breaks a file off.
pub async fn cancel(posted: Posted, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    jobs::cancel(&signed.app, signed.shop()?.id, *id, &signed.actor()).await?;
    Ok(done(signed, "cancelled"))
}

/// A file that was made, part by part.
pub async fn download(signed: Signed, id: web::Path<Uuid>) -> Result<HttpResponse, PageError> {
    let shop = signed.shop()?;
    let job = jobs::open(&signed.app, shop.id, *id, &signed.actor()).await?;
    let format: ListFormat = job.format.parse().map_err(|_| PageError::Internal)?;
    let day = job.asked_at.to_zoned(shop.zone()).date();
    let name = format!("{}-{day}.{}", job.what, format.as_str());
    let bytes = u64::try_from(job.reached.bytes).unwrap_or_default();
    let pieces = stream::unfold((signed.app.clone(), job, 0_i64), |(app, job, place)| async move {
        match jobs::part(&app, &job, place).await {
            Ok(Some(part)) => Some((Ok(Bytes::from(part)), (app, job, place + 1))),
            Ok(None) => None,
            Err(error) => Some((Err(error), (app, job, i64::MAX))),
        }
    });
    Ok(respond::download_pieces((format.media_type(), &name), bytes, pieces))
}
