//! Stand-ins for the outside world.

pub mod authenticator;
pub mod dns;
pub mod heard;
pub mod http_server;
pub mod mail_api;
pub mod moto;
pub mod postgres;
pub mod prism;
pub mod proxy;
pub mod replay;
pub mod rig;
pub mod shopify_admin;
pub mod shopify_discounts;
pub mod shopify_install;
pub mod shopify_orders;
pub mod shopper;
pub mod smtp;
pub mod specs;
pub mod text_api;
pub mod tools;
pub mod twilio;
mod twilio_list;
