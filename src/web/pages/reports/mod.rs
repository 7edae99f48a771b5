//! Reports: on pages, as files, in print and by mail, with notes and costs of advertising.

mod ads;
pub mod annotations;
mod attribution;
mod books;
pub mod caused;
mod digest;
mod frame;
mod lift;
mod pages;
mod picture;
mod print;
mod recovered;
mod table;
pub mod trend;

pub use table::{of as ratio_words, slugged};

use crate::app::access::Role::{Editor, Viewer};
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::Store;
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/reports", (Viewer, Store), || get().to(recovered::show)),
    Page::get("/reports/recovered.csv", (Viewer, Store), || get().to(recovered::csv)),
    Page::get("/reports/attribution", (Viewer, Store), || get().to(attribution::show)),
    Page::post("/reports/attribution/model", (Editor, Store), || post().to(attribution::set_model)),
    Page::get("/reports/books", (Viewer, Store), || get().to(books::show)),
    Page::post("/reports/books", (Editor, Store), || post().to(books::ask)),
    Page::post("/reports/books/take-in", (Editor, Store), || post().to(books::take_in)),
    Page::get("/reports/lift", (Viewer, Store), || get().to(lift::show)),
    Page::post("/reports/lift", (Editor, Store), || post().to(lift::set_days)),
    Page::get("/reports/funnel", (Viewer, Store), || get().to(pages::funnel)),
    Page::get("/reports/performance", (Viewer, Store), || get().to(pages::performance)),
    Page::get("/reports/buyers", (Viewer, Store), || get().to(pages::buyers)),
    Page::get("/reports/cohorts", (Viewer, Store), || get().to(pages::cohorts)),
    Page::get("/reports/recovered.parquet", (Viewer, Store), || get().to(recovered::parquet)),
    Page::get("/reports/print", (Viewer, Store), || get().to(print::show)),
    Page::get("/reports/ads", (Viewer, Store), || get().to(ads::show)),
    Page::get("/reports/ads.csv", (Viewer, Store), || get().to(ads::csv)),
    Page::get("/reports/annotations", (Viewer, Store), || get().to(annotations::show)),
    Page::post("/reports/annotations", (Editor, Store), || post().to(annotations::add)),
    Page::post("/reports/annotations/{id}/remove", (Editor, Store), || post().to(annotations::remove)),
    Page::get("/reports/digest", (Viewer, Store), || get().to(digest::show)),
    Page::get("/reports/digest/preview", (Viewer, Store), || get().to(digest::preview)),
    Page::post("/reports/digest", (Viewer, Store), || post().to(digest::save)),
    Page::post("/reports/digest/send", (Viewer, Store), || post().to(digest::send)),
];
