//! The overview: how recovery does, and what needs attention.

mod attention;
mod page;
mod rates;

pub use attention::webhook_url;
pub use page::{Sums, last_days, sums};

use crate::app::access::Role::{Editor, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::Store;
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/", (Viewer, Store), || get().to(page::show)),
    Page::post("/alarms/{id}/dismiss", (Editor, Store), || post().to(attention::dismiss)),
    Page::post("/replies/{id}/reviewed", (Editor, Store), || post().to(attention::reviewed)),
];
