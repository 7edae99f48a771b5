//! The settings of a store.

mod channels;
mod data;
mod messages;
mod policy;
mod stores;
mod webhooks;
