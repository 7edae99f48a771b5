//! Campaigns in a real browser.

mod editing;
mod keyboard;
