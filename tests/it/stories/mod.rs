//! Stories: what users live through, end to end, each on both engines.

mod connections;
mod http;
mod intake;
mod main_job;
mod never;
mod real_channels;
mod sending;
