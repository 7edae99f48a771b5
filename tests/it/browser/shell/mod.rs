//! What holds for every page: keyboard, small screens, the way of a merchant through them.

mod accessible;
pub mod everything;
mod keyboard;
mod merchant;
pub mod screens;
