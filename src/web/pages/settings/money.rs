//! What counts as revenue.

use super::nav::{Subject, subjects};
use crate::app::money::{self, Counted};
use crate::domain::order::Basis;
use crate::web::pages::shell::frame::Frame;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use crate::words::{Said, say};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/settings/money.html")]
struct Page {
    frame: Frame,
    nav: Vec<Subject>,
    action: String,
    books: String,
    tax: bool,
    shipping: bool,
    words: Said,
    behind: i64,
}

/// What counts as revenue, as the end of a sentence.
pub fn basis_words(basis: Basis) -> Said {
    say(match (basis.tax_included, basis.shipping_included) {
        (true, true) => "settings-money-with-both",
        (true, false) => "settings-money-with-tax",
        (false, true) => "settings-money-with-shipping",
        (false, false) => "settings-money-with-neither",
    })
}

/// What is in force.
pub async fn show(signed: Signed) -> Result<HttpResponse, PageError> {
    let Counted { basis, orders_behind } = money::counted(&signed.app, signed.shop()?).await?;
    respond::page(&Page {
        frame: Frame::new(&signed, "/settings", say("settings-nav-money").to_string()),
        nav: subjects(&signed, "/settings/money"),
        action: signed.href("/settings/money"),
        books: signed.href("/reports/books"),
        tax: basis.basis.tax_included,
        shipping: basis.basis.shipping_included,
        words: basis_words(basis.basis),
        behind: orders_behind,
    })
}

/// Sets what the form says.
pub async fn save(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let on = |name: &str| posted.fields.get(name) == "on";
    let basis = Basis { tax_included: on("tax"), shipping_included: on("shipping") };
    money::set(&signed.app, signed.shop()?.id, basis, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/settings/money?done=money")))
}
