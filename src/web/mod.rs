//! The web server: every route.

pub mod pages;
