//! Pure rules: no I/O, no clock, no randomness. Time and chance are arguments; decisions are values.

pub mod attribution;
pub mod campaign;
pub mod cart;
pub mod catalogue;
pub mod consent;
pub mod contact;
pub mod duration;
pub mod event;
pub mod experiment;
pub mod ids;
pub mod joined;
pub mod link;
pub mod money;
pub mod nudge;
pub mod order;
pub mod period;
pub mod report;
pub mod restore;
pub mod retry;
pub mod schedule;
pub mod settle;
pub mod template;
pub mod watch;
pub mod zones;
