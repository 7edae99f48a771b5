//! Carts: the list, a cart's story, and messages in doubt.

mod acts;
mod cart;
mod doubt;
mod filter;
mod list;

pub use cart::basis;
pub use list::UNKNOWN;

use crate::app::access::Role::{Editor, Owner, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::Store;
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/carts", (Viewer, Store), || get().to(list::show)),
    Page::post("/carts", (Viewer, Store), || post().to(list::search)),
    Page::get("/carts/new", (Viewer, Store), || get().to(list::fresh)),
    Page::get("/carts/{id}", (Viewer, Store), || get().to(cart::show)),
    Page::post("/carts/{id}/fake", (Editor, Store), || post().to(cart::say_fake)),
    Page::post("/carts/{id}/stop", (Editor, Store), || post().to(acts::stop)),
    Page::post("/carts/{id}/go-on", (Editor, Store), || post().to(acts::go_on)),
    Page::post("/carts/{id}/send-now", (Editor, Store), || post().to(acts::send_now)),
    Page::get("/carts/{id}/erase", (Owner, Store), || get().to(acts::ask_erase)),
    Page::post("/carts/{id}/erase", (Owner, Store), || post().to(acts::erase)),
    Page::get("/carts/{id}/messages/{nudge}", (Viewer, Store), || get().to(cart::message)),
    Page::post("/carts/{id}/messages/{nudge}/settle", (Editor, Store), || post().to(doubt::settle)),
];
