//! Reports as pictures that need no script: bars, intervals beside a zero, and heat. Places and widths are worked out here, by functions that know nothing of a page; what is
//! drawn says the same as the table beneath it.

pub mod bars;
pub mod forest;
pub mod heat;
mod of_table;

pub use of_table::{breakdown, cohorts, funnel, intervals, models};

use bars::Bars;
use forest::Forest;

/// What stands in a figure.
pub enum Drawing {
    /// Bars that begin at zero.
    Bars(Bars),
    /// Intervals on one axis.
    Forest(Forest),
}

/// A figure.
pub struct Picture {
    /// What it shows.
    pub title: String,
    /// What is to be known to read it.
    pub note: String,
    pub drawing: Drawing,
}

/// A line that numbers are put on: from one end to the other, with zero on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// That holds all of these, and zero. What is no number is left out.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let finite = values.into_iter().filter(|v| v.is_finite());
        let (low, high) = finite.fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
        // Without anything but zero there is a line all the same.
        if low < high { Self { low, high } } else { Self { low: 0.0, high: 1.0 } }
    }

    /// Where a number is, from 0 to 100.
    pub fn place(self, value: f64) -> f64 {
        // Halves, so that the ends of the largest numbers don't go beyond what a number can be.
        let (value, low, high) = (value / 2.0, self.low / 2.0, self.high / 2.0);
        let part = (value - low) / (high - low);
        if part.is_finite() { rounded(part.clamp(0.0, 1.0) * 100.0) } else { 0.0 }
    }

    /// Where zero is.
    pub fn zero(self) -> f64 {
        self.place(0.0)
    }
}

/// To a hundredth of a hundredth: a screen shows no more.
fn rounded(percent: f64) -> f64 {
    (percent * 100.0).round() / 100.0
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "places are rounded to hundredths")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zero_is_on_every_line() {
        assert_eq!(Scale::of([10.0, 20.0]).zero(), 0.0);
        assert_eq!(Scale::of([-5.0]).zero(), 100.0);
        assert_eq!(Scale::of([-10.0, 30.0]).zero(), 25.0);
        assert_eq!((Scale::of([]).zero(), Scale::of([0.0]).place(0.0)), (0.0, 0.0));
        assert_eq!(Scale::of([f64::NAN, f64::INFINITY, 4.0]).place(2.0), 50.0);
    }

    proptest! {
        #[test]
        fn every_number_has_a_place_on_its_line_and_the_greater_is_further(values in proptest::collection::vec(proptest::num::f64::ANY, 1..20)) {
            let scale = Scale::of(values.iter().copied());
            let mut places: Vec<(f64, f64)> = values.iter().filter(|v| v.is_finite()).map(|v| (*v, scale.place(*v))).collect();
            places.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (value, place) in &places {
                prop_assert!((0.0..=100.0).contains(place), "{value} is at {place}");
            }
            prop_assert!(places.windows(2).all(|w| w[0].1 <= w[1].1));
            prop_assert!(scale.place(f64::NAN).is_finite() && scale.zero().is_finite());
        }
    }
}
