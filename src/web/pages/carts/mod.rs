//! Carts: the list, a cart's story, and messages in doubt.

pub mod cart;
pub mod doubt;
pub mod list;

pub use list::UNKNOWN;
