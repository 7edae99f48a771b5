//! Integration tests: one binary.

mod channels;
mod support;
