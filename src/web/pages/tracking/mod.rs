//! What arrives: deliveries, those set aside, and the script for a store's pages.

pub mod page;
