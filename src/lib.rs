//! Comeback: cart-abandonment recovery for online stores, self-hosted.

pub mod app;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod http_client;
pub mod platforms;
pub mod telemetry;
pub mod web;
pub mod worker;

/// The sentence with this key, for templates: `{{ crate::say("shell-show") }}`.
pub(crate) use web::words::say;
