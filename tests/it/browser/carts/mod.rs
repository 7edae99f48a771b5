//! Carts in a real browser.

mod acts;
mod doubt;
mod filters;
