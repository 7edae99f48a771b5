//! The command line as a shell sees it, and the demo's story.

mod backup;
mod commands;
mod key_file;
mod program;
mod serving;
mod story;
