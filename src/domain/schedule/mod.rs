//! When a message may leave: the merchant's hours and the law's, in every zone where the shopper may be.

pub mod holidays;
mod hours;
pub mod law;
mod next;

pub use hours::{Hours, HoursError, Open, STORE, hours_of_quiet};
pub use law::{Law, LegalCap, Place, legal_caps, legal_hours};
pub use next::{closed_by, next_local, next_open};

/// The most zones a shopper's address may stand for; more means that we don't know where they are.
pub const ZONES_MAX: usize = 16;
