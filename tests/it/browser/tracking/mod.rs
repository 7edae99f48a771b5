//! What arrives, in a real browser.

mod live;
