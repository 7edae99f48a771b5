//! The settings in a real browser.

mod data;
mod install;
