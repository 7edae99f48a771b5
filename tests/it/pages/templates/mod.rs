//! The editor of messages.

mod letters;
