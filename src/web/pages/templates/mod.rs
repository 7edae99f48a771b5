//! What messages say: the list, the editors by code and by blocks, previews, versions, languages, and how pages for shoppers look.

mod blocks;
mod compare;
mod conflict;
mod diffs;
mod editor;
mod languages;
mod list;
mod live;
mod look;
mod one;
mod preview;
mod text_bill;
mod view;

use crate::app::access::Role::{Editor, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::Store;
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/templates", (Viewer, Store), || get().to(list::list)),
    Page::get("/templates/look", (Viewer, Store), || get().to(look::show)),
    Page::post("/templates/look", (Editor, Store), || post().to(look::save)),
    Page::get("/templates/{id}", (Viewer, Store), || get().to(editor::show)),
    Page::post("/templates/{id}", (Editor, Store), || post().to(editor::save)),
    Page::get("/templates/{id}/blocks", (Viewer, Store), || get().to(blocks::show)),
    Page::post("/templates/{id}/blocks", (Editor, Store), || post().to(blocks::go_on)),
    Page::post("/templates/{id}/live", (Editor, Store), || post().to(live::live)),
    Page::post("/templates/{id}/draft", (Editor, Store), || post().to(live::keep)),
    Page::post("/templates/{id}/discard", (Editor, Store), || post().to(live::discard)),
    Page::post("/templates/{id}/merge", (Editor, Store), || post().to(conflict::merge)),
    Page::get("/templates/{id}/preview", (Viewer, Store), || get().to(preview::preview)),
    Page::post("/templates/{id}/preview", (Editor, Store), || post().to(preview::preview_draft)),
    Page::post("/templates/{id}/test", (Editor, Store), || post().to(live::test)),
    Page::get("/templates/{id}/version", (Viewer, Store), || get().to(compare::version)),
    Page::get("/templates/{id}/compare", (Viewer, Store), || get().to(compare::compare)),
    Page::post("/templates/{id}/restore", (Editor, Store), || post().to(compare::restore)),
    Page::get("/templates/{id}/languages", (Viewer, Store), || get().to(languages::show)),
    Page::post("/templates/{id}/languages", (Editor, Store), || post().to(languages::add)),
];
