//! The pages in a real browser, on a server that listens, over a database that a story filled.

mod campaign;
mod doubt;
mod driver;
mod keyboard;
mod merchant;
mod pixel;
mod print;
mod screens;
mod shopper;
mod world;
