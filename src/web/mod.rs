//! What the program answers over HTTP.

pub mod api;
