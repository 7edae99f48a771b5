//! The JSON API under `/api/v1`, and the page that documents it.

mod ad_costs;
mod alarms;
mod annotations;
mod attribution;
mod auth;
mod books;
mod campaigns;
mod carts;
mod channels;
mod consents;
mod deliveries;
mod docs;
mod events;
mod input;
mod lift;
mod lists;
mod messages;
mod once;
pub mod openapi;
mod policy;
mod preview;
mod problem;
mod reports;
mod routes;
mod sender_domain;
mod shapes;
mod suppressions;
mod templates;
mod webhooks;

pub use docs::routes as docs;
pub use openapi::document;
pub use routes::{operations, routes};
