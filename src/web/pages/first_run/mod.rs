//! The first run: the first owner's account by a link, and the guided way from there to the first message.

mod guide;
mod owner;

use crate::app::access::Role::{Owner, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::{Installation, Public, Store};
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/start", (Owner, Store), || get().to(guide::show)),
    Page::get("/start/domain", (Owner, Store), || get().to(guide::domain)),
    Page::post("/start/store", (Owner, Installation), || post().to(guide::add_store)),
    Page::post("/start/secret", (Owner, Store), || post().to(guide::add_secret)),
    Page::post("/start/campaign", (Owner, Store), || post().to(guide::choose_campaign)),
    Page::post("/start/simulate", (Owner, Store), || post().to(guide::simulate)),
    Page::post("/start/publish", (Owner, Store), || post().to(guide::publish)),
    Page::get("/start/{secret}", (Viewer, Public), || get().to(owner::show)),
    Page::post("/start/{secret}", (Viewer, Public), || post().to(owner::make)),
];
