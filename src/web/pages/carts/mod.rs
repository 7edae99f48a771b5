//! Carts: the list, a cart's story, and messages in doubt.

mod cart;
mod doubt;
mod list;

pub use list::UNKNOWN;

use crate::app::access::Role::{Editor, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::Store;
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/carts", (Viewer, Store), || get().to(list::show)),
    Page::post("/carts", (Viewer, Store), || post().to(list::search)),
    Page::get("/carts/{id}", (Viewer, Store), || get().to(cart::show)),
    Page::post("/carts/{id}/fake", (Editor, Store), || post().to(cart::say_fake)),
    Page::get("/carts/{id}/messages/{nudge}", (Viewer, Store), || get().to(cart::message)),
    Page::post("/carts/{id}/messages/{nudge}/settle", (Editor, Store), || post().to(doubt::settle)),
];
