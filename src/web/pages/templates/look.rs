//! How pages for shoppers look: the store's colour and logo.

use crate::app::access::Role;
use crate::app::{AppError, shop_look};
use crate::domain::template::LANGUAGES;
use crate::web::brand::{self, Brand};
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::heard::heard_sentence;
use crate::words::say;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// What was typed, and what is wrong with it.
#[derive(Debug, Default)]
struct Form {
    colour: String,
    logo: String,
    colour_fault: Option<String>,
    logo_fault: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/templates/look.html")]
struct LookPage {
    frame: Frame,
    list: String,
    action: String,
    editable: bool,
    form: Form,
    brand: Brand,
    languages: String,
}

/// The page.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let look = shop_look::get(&signed.app, signed.shop()?.id).await?;
    let form = Form { colour: look.colour.unwrap_or_default(), logo: look.logo_url.unwrap_or_default(), ..Form::default() };
    page(&signed, StatusCode::OK, form).await
}

async fn page(signed: &Signed, status: StatusCode, form: Form) -> Result<HttpResponse, PageError> {
    let names: Vec<String> = LANGUAGES.iter().map(|tag| super::one::language_name(tag)).collect();
    let page = LookPage {
        frame: Frame::new(signed, "/templates", say("templates-look-title").to_string()),
        list: signed.href("/templates"),
        action: signed.href("/templates/look"),
        editable: signed.may(Role::Editor),
        brand: brand::of(&signed.app, signed.shop()?).await,
        form,
        languages: names.join(", "),
    };
    respond::page_with(status, &page)
}

/// Sets both; what can be used is kept even where the other can't.
pub async fn save(posted: Posted) -> Result<HttpResponse, PageError> {
    let (signed, fields) = (&posted.signed, &posted.fields);
    let (shop, actor) = (signed.shop()?.id, signed.actor());
    let given = |name: &str| Some(fields.get(name)).filter(|text| !text.is_empty());
    let colour = shop_look::set_colour(&signed.app, shop, given("colour"), &actor).await;
    let before = shop_look::get(&signed.app, shop).await?.logo_url;
    // The same address is fetched again only where that is asked for.
    let same = before.as_deref() == given("logo") && fields.get("again") != "on";
    let logo = if same { Ok(()) } else { shop_look::set_logo(&signed.app, shop, given("logo"), &actor).await };
    let (colour_fault, logo_fault) = (fault(colour)?, fault(logo)?);
    if colour_fault.is_none() && logo_fault.is_none() {
        return Ok(respond::see_other(&signed.href("/templates/look?done=template-look")));
    }
    let form = Form { colour: fields.get("colour").to_owned(), logo: fields.get("logo").to_owned(), colour_fault, logo_fault };
    page(signed, StatusCode::UNPROCESSABLE_ENTITY, form).await
}

fn fault(set: Result<(), AppError>) -> Result<Option<String>, PageError> {
    match set {
        Ok(()) => Ok(None),
        Err(AppError::Invalid(what)) => Ok(Some(heard_sentence(&what))),
        Err(error) => Err(error.into()),
    }
}
