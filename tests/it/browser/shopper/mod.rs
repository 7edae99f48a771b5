//! Shoppers: the page behind a link, and the script on a store’s pages.

mod pixel;
mod unsubscribing;
