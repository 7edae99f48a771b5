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
pub mod words;
pub mod worker;

/// For templates: the sentence with this key, as in `{{ crate::say("shell-show") }}`, and what a rule says, in the reader's language.
pub(crate) use words::{heard, heard_word, say};
