//! Texts of messages, written in a browser: by code, by blocks, by two at once.

mod blocks;
mod seen;
mod support;
mod writing;
