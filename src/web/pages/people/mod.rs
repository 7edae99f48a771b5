//! Who the people are: signing in and out.

mod login;

use crate::app::access::Role::Viewer;
use crate::web::pages::shell::routes::Page;
use crate::web::pages::shell::routes::Scope::Public;
use actix_web::web::{get, post};

/// The routes of this area.
pub const PAGES: &[Page] = &[
    Page::get("/login", (Viewer, Public), || get().to(login::show)),
    Page::post("/login", (Viewer, Public), || post().to(login::sign_in)),
    Page::post("/logout", (Viewer, Public), || post().to(login::sign_out)),
];
