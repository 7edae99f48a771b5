//! Carts and their messages.

mod doubt;
