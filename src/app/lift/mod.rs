//! What was caused: outcomes kept by day, and the reports on them.

pub mod count;
pub mod experiments;
pub mod report;
pub mod settings;
pub mod words;
