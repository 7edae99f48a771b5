//! The settings of a store.

mod channels;
mod data;
mod install;
mod messages;
mod policy;
mod stores;
mod webhooks;
