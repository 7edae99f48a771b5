//! Campaigns: the list, the form, its JSON, the preview and the trial.

pub mod campaign;
mod form;
pub mod json;
pub mod list;
pub mod preview;
pub mod trial;

pub use list::status;
