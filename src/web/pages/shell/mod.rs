//! What every page stands on: who asks, what stands around the page, how it leaves, how values are written.

pub mod assets;
pub mod fields;
pub mod format;
pub mod frame;
pub mod leave;
pub mod live;
pub mod problem;
pub mod respond;
pub mod routes;
pub mod signed;

use crate::app::access::Role::Viewer;
use actix_web::web::get;
use routes::Page;
use routes::Scope::Public;

/// The routes of this area.
pub const PAGES: &[Page] = &[Page::get("/assets/{version}/{name}", (Viewer, Public), || get().to(assets::serve))];
