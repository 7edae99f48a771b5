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

/// Of a form with a whole mail: by blocks its text travels twice, and beside it goes what is read where HTML isn't shown. Each is at most 100 KB, and each byte may
/// take three in a form. What is larger than a mail may be is then told with the place.
const FORM_MAX: usize = 2 << 20; // bytes

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/templates", (Viewer, Store), || get().to(list::list)),
    Page::get("/templates/look", (Viewer, Store), || get().to(look::show)),
    Page::post("/templates/look", (Editor, Store), || post().to(look::save)),
    Page::get("/templates/{id}", (Viewer, Store), || get().to(editor::show)),
    Page::post("/templates/{id}", (Editor, Store), || post().to(editor::save)).taking(FORM_MAX),
    Page::get("/templates/{id}/blocks", (Viewer, Store), || get().to(blocks::show)),
    Page::post("/templates/{id}/blocks", (Editor, Store), || post().to(blocks::go_on)).taking(FORM_MAX),
    Page::post("/templates/{id}/live", (Editor, Store), || post().to(live::live)).taking(FORM_MAX),
    Page::post("/templates/{id}/draft", (Editor, Store), || post().to(live::keep)).taking(FORM_MAX),
    Page::post("/templates/{id}/discard", (Editor, Store), || post().to(live::discard)).taking(FORM_MAX),
    Page::post("/templates/{id}/merge", (Editor, Store), || post().to(conflict::merge)).taking(FORM_MAX),
    Page::get("/templates/{id}/preview", (Viewer, Store), || get().to(preview::preview)),
    Page::post("/templates/{id}/preview", (Editor, Store), || post().to(preview::preview_draft)).taking(FORM_MAX),
    Page::post("/templates/{id}/test", (Editor, Store), || post().to(live::test)).taking(FORM_MAX),
    Page::get("/templates/{id}/version", (Viewer, Store), || get().to(compare::version)),
    Page::get("/templates/{id}/compare", (Viewer, Store), || get().to(compare::compare)),
    Page::post("/templates/{id}/restore", (Editor, Store), || post().to(compare::restore)),
    Page::get("/templates/{id}/languages", (Viewer, Store), || get().to(languages::show)),
    Page::post("/templates/{id}/languages", (Editor, Store), || post().to(languages::add)),
];
