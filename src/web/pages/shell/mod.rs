//! What every page stands on: who asks, what stands around the page, how it leaves, how values are written.

pub mod assets;
pub mod fields;
pub mod format;
pub mod frame;
pub mod problem;
pub mod respond;
pub mod signed;
