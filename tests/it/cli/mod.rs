//! The command line as a shell sees it, and the demo's story.

mod attribution;
mod backup;
mod books;
mod commands;
mod dkim;
mod files;
mod key_file;
mod lift;
mod lists;
pub mod program;
mod replay;
pub mod serving;
mod shop_access;
mod shop_channels;
mod story;
