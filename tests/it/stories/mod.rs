//! Stories: what users live through, end to end, each on both engines.

mod annotations;
mod clicks;
mod connections;
mod consent;
mod digest;
mod discounts;
mod engine;
mod flow;
mod fresh;
mod held;
mod http;
mod intake;
mod main_job;
mod moving;
mod never;
mod pauses;
mod real_channels;
mod receipts;
mod reporting;
mod restore;
mod sending;
mod texts;
mod unknown;
mod unknown_mails;
mod verify;
mod whatsapp;
