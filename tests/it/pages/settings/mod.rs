//! The settings of a store.

mod channels;
mod messages;
mod policy;
mod stores;
mod webhooks;
