//! What holds for every page: keyboard, small screens, the way of a merchant through them.

pub mod accessible;
pub mod everything;
pub mod keyboard;
mod merchant;
pub mod screens;
