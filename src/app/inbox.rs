//! The demo's inbox, as pages may read it.

pub use crate::channels::inbox::{Caught, Inbox};
