//! Rules over whole lives of carts.

mod cart;
mod order;
