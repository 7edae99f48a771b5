//! A store's colour and logo, for the pages of its shoppers: from this program, so that those pages load nothing from elsewhere.

use crate::app::{App, AppError, shop_look};
use crate::db;
use crate::db::shops::Shop;
use crate::domain::colour::Colour;
use crate::domain::ids::ShopId;
use actix_web::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpResponse, web};

/// The grounds of our cards, on which colours must be readable: see the shell's style sheet.
const LIGHT: Colour = Colour::WHITE;
const DARK: Colour = Colour::of(0x17, 0x1e, 0x25);
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Where a store's sheet and logo are.
#[derive(Debug, Default)]
pub struct Brand {
    /// Of a style sheet; none without a colour.
    pub sheet: Option<String>,
    /// Of its logo; none without one.
    pub logo: Option<String>,
}

/// A store's. Whoever can't be told of it looks at the page without.
pub async fn of(app: &App, shop: &Shop) -> Brand {
    let look = match shop_look::get(app, shop.id).await {
        Ok(look) => look,
        Err(error) => {
            tracing::warn!(%error, "a shopper's page is shown without the store's look");
            return Brand::default();
        }
    };
    Brand {
        sheet: look.colour.map(|colour| format!("/brand/{}.css", colour.trim_start_matches('#'))),
        logo: look.logo_url.map(|_| format!("/brand/{}/{}", shop.id, look.changed_at)),
    }
}

/// `GET /brand/{colour}.css`: the sheet of a colour, whoever's it is.
pub async fn sheet(colour: web::Path<String>) -> HttpResponse {
    let Ok(colour) = colour.parse::<Colour>() else { return HttpResponse::NotFound().finish() };
    let (light, dark, ink) = (colour.readable_on(LIGHT), colour.readable_on(DARK), colour.ink());
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((CACHE_CONTROL, FOR_GOOD))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(format!(":root:root {{ --cb-accent: {colour}; --cb-on-accent: {ink}; --cb-accent-text: light-dark({light}, {dark}); }}\n"))
}

/// `GET /brand/{shop}/{version}`: a store's logo. Its address changes with it.
pub async fn logo(app: web::Data<App>, path: web::Path<(String, String)>) -> HttpResponse {
    let Ok(shop) = path.0.parse::<ShopId>() else { return HttpResponse::NotFound().finish() };
    match db::looks::logo(&app.db, shop).await {
        Ok(Some(found)) => HttpResponse::Ok()
            .content_type(found.logo_kind)
            .insert_header((CACHE_CONTROL, FOR_GOOD))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header(("Content-Security-Policy", "default-src 'none'; sandbox"))
            .body(found.logo),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(error) => {
            let error = AppError::from(error);
            tracing::warn!(%error, "a logo could not be read");
            HttpResponse::ServiceUnavailable().finish()
        }
    }
}
