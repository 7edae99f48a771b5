//! The pages: for the people of a store, and for its shoppers. Rendered here, readable without scripts, safe against what strangers put into carts.

mod campaigns;
mod carts;
mod first_run;
mod overview;
mod people;
mod reports;
mod settings;
mod shell;
pub mod shopper;
mod templates;
mod tracking;

pub use shell::problem::not_found;
pub use shell::routes::{Page, Scope};

use actix_web::middleware::from_fn;
use actix_web::web::ServiceConfig;
use shell::leave::leave;

/// Literal addresses stand before those with a parameter in the same place: the first that fits answers.
const AREAS: [&[Page]; 10] = [
    shell::PAGES,
    people::PAGES,
    first_run::PAGES,
    overview::PAGES,
    carts::PAGES,
    campaigns::PAGES,
    templates::PAGES,
    reports::PAGES,
    tracking::PAGES,
    settings::PAGES,
];

/// Every page. What isn't among them isn't served, and the only check of roles reads this list.
pub fn all() -> impl Iterator<Item = &'static Page> {
    AREAS.into_iter().flatten()
}

/// Adds the pages and their assets. The application's data must hold `Data<App>`.
pub fn routes(cfg: &mut ServiceConfig) {
    for page in all() {
        cfg.route(page.path, (page.route)().wrap(from_fn(leave)));
    }
}
