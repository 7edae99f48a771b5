//! The command line as a shell sees it, and the demo's story.

mod commands;
mod key_file;
mod program;
mod replay;
mod serving;
mod story;
