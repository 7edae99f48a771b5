//! Carts and their messages.

mod acts;
mod doubt;
mod filters;
