//! Carts in a real browser.

mod doubt;
