//! What messages say: the list, the editor, and what a text costs.

mod editor;
mod text_bill;

use crate::app::access::Role::{Editor, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::Store;
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/templates", (Viewer, Store), || get().to(editor::list)),
    Page::get("/templates/{id}", (Viewer, Store), || get().to(editor::show)),
    Page::post("/templates/{id}", (Editor, Store), || post().to(editor::save)),
    Page::get("/templates/{id}/preview", (Viewer, Store), || get().to(editor::preview)),
    Page::post("/templates/{id}/preview", (Editor, Store), || post().to(editor::preview_draft)),
    Page::post("/templates/{id}/measure", (Editor, Store), || post().to(text_bill::measure)),
];
