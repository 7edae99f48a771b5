//! Campaigns: the list, the sequence as a picture, its JSON, its versions, the preview and the trial.

mod campaign;
mod canvas;
mod differences;
mod form;
mod json;
mod list;
mod preview;
mod trial;
mod versions;

pub use list::status;

use crate::app::access::Role::{Editor, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::Store;
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/campaigns", (Viewer, Store), || get().to(list::show)),
    Page::post("/campaigns", (Editor, Store), || post().to(list::create)),
    Page::get("/campaigns/{id}", (Viewer, Store), || get().to(campaign::show)),
    Page::post("/campaigns/{id}", (Editor, Store), || post().to(campaign::save)),
    Page::get("/campaigns/{id}/json", (Viewer, Store), || get().to(json::show)),
    Page::post("/campaigns/{id}/json", (Editor, Store), || post().to(json::save)),
    Page::get("/campaigns/{id}/preview", (Viewer, Store), || get().to(preview::show)),
    Page::get("/campaigns/{id}/preview/{step}", (Viewer, Store), || get().to(preview::mail)),
    Page::get("/campaigns/{id}/trial", (Viewer, Store), || get().to(trial::show)),
    Page::post("/campaigns/{id}/trial", (Editor, Store), || post().to(trial::ask)),
    Page::get("/campaigns/{id}/versions", (Viewer, Store), || get().to(versions::show)),
    Page::post("/campaigns/{id}/versions/{version}/restore", (Editor, Store), || post().to(versions::put_back)),
    Page::post("/campaigns/{id}/{act}", (Editor, Store), || post().to(list::act)),
];
