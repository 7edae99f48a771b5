//! Rules over whole lives of carts.

mod cart;
