//! Deliveries in: accepted and made durable before they are answered, then folded into carts, orders and contacts.

pub mod accept;
mod apply;
mod catalogue;
mod consents;
mod fold;
mod heard;
mod load;
mod save;
mod score;

pub use crate::platforms::Headers;
pub(super) use accept::keep;
pub use accept::{Incoming, Intake, IntakeError, accept};
pub use apply::{apply_due, apply_given, apply_shop};
pub use catalogue::TOPIC;
