//! A store's settings: channels, policy, messages, money, tokens.

pub mod channels;
pub mod messages;
pub mod money;
pub mod page;
pub mod policy;
mod policy_form;
pub mod sender_domain;
