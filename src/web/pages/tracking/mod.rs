//! What arrives: deliveries, those set aside, and the script for a store's pages.

mod page;
mod stream;

use crate::app::access::Role::{Editor, Owner, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::Store;
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/tracking", (Viewer, Store), || get().to(page::show)),
    Page::get("/tracking/stream", (Viewer, Store), || get().to(stream::open)),
    Page::post("/tracking/retry", (Editor, Store), || post().to(page::retry)),
    Page::get("/tracking/deliveries/{id}", (Owner, Store), || get().to(page::raw)),
];
