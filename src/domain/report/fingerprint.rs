//! A number that two ways to the same sums share, whatever their order: so that millions of them are compared without being held.

use super::figure::{ByPlace, Place, Sums};
use super::{buyer, days};
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// Every sum is weighed by where it stands, and all are added up: sums that are put together of parts come out as their parts do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fingerprint(u64);

impl Fingerprint {
    fn weigh(&mut self, place: impl Hash, amount: i64) {
        let mut hasher = DefaultHasher::new();
        place.hash(&mut hasher);
        // Odd, so that no amount is lost to a weight that shares its factors with the number of all numbers.
        let weight = hasher.finish() | 1;
        self.0 = self.0.wrapping_add(weight.wrapping_mul(amount.cast_unsigned()));
    }

    /// A sum over carts, of a day (0) or a month (1).
    pub fn add(&mut self, (grain, day): (i64, i64), place: &Place, sums: &Sums) {
        for (i, amount) in sums.columns().into_iter().enumerate() {
            self.weigh((grain, day, place, i), amount);
        }
    }

    /// What a cart adds to a day and its month.
    pub fn add_cart(&mut self, day: i64, places: &ByPlace) {
        for (place, sums) in places {
            self.add((0, day), place, sums);
            self.add((1, days::month_of(day)), place, sums);
        }
    }

    /// A sum over buyers.
    pub fn add_buyers(&mut self, place: &buyer::Place, sums: &buyer::Sums) {
        for (i, amount) in [sums.buyers, sums.again, sums.orders, sums.net_minor].into_iter().enumerate() {
            self.weigh((place, i), amount);
        }
    }
}
