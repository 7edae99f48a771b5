//! Everything that is tested from outside the modules, in one binary: one link, one run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that can't go on must fail at once, and say why"
)]

mod api;
mod browser;
mod channels;
mod chaos;
mod cli;
mod domain;
mod pages;
mod platforms;
mod replay;
mod reports;
mod simulation;
mod stories;
mod support;
mod tidy;
mod track;
mod watch;
mod who;
mod world;
