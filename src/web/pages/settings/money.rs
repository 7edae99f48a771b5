//! What counts as revenue, on the page of settings.

use crate::app::money::{self, Counted};
use crate::domain::order::Basis;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::respond;
use crate::web::pages::shell::signed::{Posted, Signed};
use actix_web::HttpResponse;

/// The section.
pub struct Section {
    pub action: String,
    pub books: String,
    pub tax: bool,
    pub shipping: bool,
    pub words: &'static str,
    pub behind: i64,
}

/// Of what is in force; none while there is no store.
pub async fn section(signed: &Signed) -> Result<Option<Section>, PageError> {
    let Ok(shop) = signed.shop() else { return Ok(None) };
    let Counted { basis, orders_behind } = money::counted(&signed.app, shop).await?;
    Ok(Some(Section {
        action: signed.href("/settings/money"),
        books: signed.href("/reports/books"),
        tax: basis.basis.tax_included,
        shipping: basis.basis.shipping_included,
        words: basis.basis.words(),
        behind: orders_behind,
    }))
}

/// Sets what the form says.
pub async fn save(posted: Posted) -> Result<HttpResponse, PageError> {
    let signed = &posted.signed;
    let on = |name: &str| posted.fields.get(name) == "on";
    let basis = Basis { tax_included: on("tax"), shipping_included: on("shipping") };
    money::set(&signed.app, signed.shop()?.id, basis, &signed.actor()).await?;
    Ok(respond::see_other(&signed.href("/settings?done=money#money")))
}
