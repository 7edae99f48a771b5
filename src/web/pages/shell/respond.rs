//! How a page leaves: every answer goes through here, so that every answer has the security headers.

use super::problem::PageError;
use crate::app::files::{self, Format, Period};
use crate::domain::report::table::Table;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;
use jiff::civil::Date;
use std::convert::Infallible;

/// Pages of the web app: own styles and scripts only, nothing inline.
const APP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: data:; connect-src 'self'; frame-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Pages for shoppers: no scripts at all.
const SHOPPER: &str =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A mail shown in a frame: mails style inline; it can run, send and open nothing.
const FRAMED: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

fn secured(status: StatusCode, policy: &'static str) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    let frames = if policy == FRAMED { "SAMEORIGIN" } else { "DENY" };
    response
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((X_FRAME_OPTIONS, frames))
        .insert_header((REFERRER_POLICY, if policy == APP { "same-origin" } else { "no-referrer" }))
        .insert_header(("Cross-Origin-Opener-Policy", "same-origin"))
        .insert_header(("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"))
        .insert_header((CACHE_CONTROL, "no-store"));
    response
}

fn rendered(template: &impl Template) -> Result<String, PageError> {
    template.render().map_err(|_| PageError::Internal)
}

/// A page of the web app.
pub fn page(template: &impl Template) -> Result<HttpResponse, PageError> {
    page_with(StatusCode::OK, template)
}

/// A page of the web app with another status.
pub fn page_with(status: StatusCode, template: &impl Template) -> Result<HttpResponse, PageError> {
    Ok(secured(status, APP).content_type("text/html; charset=utf-8").body(rendered(template)?))
}

/// A page that leads on to another site by itself. A redirect would not do: browsers hold what follows a form to the policy of its page, which allows this site alone.
pub fn leading(template: &impl Template, to: &str) -> Result<HttpResponse, PageError> {
    let body = rendered(template)?;
    Ok(secured(StatusCode::OK, APP).insert_header(("Refresh", format!("0;url={to}"))).content_type("text/html; charset=utf-8").body(body))
}

/// A part of a page, to be put into one that is open: with the headers of a page, since its address can be opened as well.
pub fn fragment(template: &impl Template) -> Result<HttpResponse, PageError> {
    page(template)
}

/// A page for shoppers.
pub fn shopper(status: StatusCode, template: &impl Template) -> HttpResponse {
    let body = template.render().unwrap_or_default();
    secured(status, SHOPPER).insert_header(("X-Robots-Tag", "noindex")).content_type("text/html; charset=utf-8").body(body)
}

/// A mail or text as HTML, to be shown in a frame.
pub fn framed(html: String) -> HttpResponse {
    secured(StatusCode::OK, FRAMED).content_type("text/html; charset=utf-8").body(html)
}

/// A file to keep, never to show.
pub fn download(content_type: &'static str, file: &str, body: impl Into<Vec<u8>>) -> HttpResponse {
    secured(StatusCode::OK, APP)
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header(("Content-Disposition", format!("attachment; filename=\"{file}\"")))
        .body(body.into())
}

/// A file to keep that is too long to be held: piece by piece. Where a piece can't be had the answer breaks off, so that nobody takes what came for the whole.
pub fn download_pieces<E: std::error::Error + 'static>(
    (content_type, file): (&'static str, &str),
    bytes: u64,
    pieces: impl futures_util::Stream<Item = Result<Bytes, E>> + 'static,
) -> HttpResponse {
    secured(StatusCode::OK, APP)
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header(("Content-Disposition", format!("attachment; filename=\"{file}\"")))
        .no_chunking(bytes)
        .streaming(pieces)
}

/// What happens, as it happens. Proxies are asked not to hold it back.
pub fn events(pieces: impl futures_util::Stream<Item = Result<Bytes, Infallible>> + 'static) -> HttpResponse {
    secured(StatusCode::OK, APP).content_type("text/event-stream").insert_header(("X-Accel-Buffering", "no")).streaming(pieces)
}

/// A report as a file to keep, named after the report and its first and last day.
pub fn table(format: Format, table: &Table, (first, last): (Date, Date), period: Period) -> Result<HttpResponse, PageError> {
    let bytes = files::of_table(format, table, period).map_err(|_| PageError::Internal)?;
    Ok(download(format.media_type(), &format!("{}-{first}-{last}.{}", table.name, format.as_str()), bytes))
}

/// What a script of ours has asked for.
pub fn json(value: &serde_json::Value) -> HttpResponse {
    secured(StatusCode::OK, APP).content_type("application/json").body(value.to_string())
}

/// On to another page, by GET.
pub fn see_other(to: &str) -> HttpResponse {
    see_other_builder(to).finish()
}

/// The same, for those that add a cookie.
pub fn see_other_builder(to: &str) -> HttpResponseBuilder {
    let mut response = secured(StatusCode::SEE_OTHER, APP);
    response.insert_header((LOCATION, to));
    response
}
