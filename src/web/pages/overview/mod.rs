//! The overview: how recovery does, and what needs attention.

pub mod attention;
pub mod page;

pub use attention::webhook_url;
pub use page::{Sums, last_days, sums};
