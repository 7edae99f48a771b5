//! Sums by day of what the report on recovered revenue tells, and how a period is read from them: days on which nothing changed since they were summed from their
//! sums, the rest from its rows, all of it in one snapshot.

mod marks;
mod read;
mod state;
mod sums;

pub use crate::db::replay::snapshot;
pub use marks::{Mark, done, marked, of_carts, of_credits, of_nudges, of_turned, taken};
pub use read::{Reading, Shape};
pub use state::{State, claim, put, release, shops_waiting, state};
pub use sums::{Day, Part, Place, Sum, as_stored, of_rows, replace, stored, with_rows, with_sums};

pub(super) use marks::of_touch;
