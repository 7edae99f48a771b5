//! Sums over shoppers: exact while they are kept, as numbers once they are compared.

use super::outcome::Outcome;
use crate::domain::stats::mean::{Paired, Sums};
use crate::domain::stats::two_proportions::Counted;

/// Sums of one side of a comparison, in minor units; exact, so that what is added can be taken away again without a trace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many shoppers.
    pub shoppers: i64,
    /// Of them, those who ordered.
    pub converted: i64,
    /// Of them, those who also ordered in another currency, which is in no sum.
    pub elsewhere: i64,
    /// Net of what they ordered.
    pub net: i128,
    /// Of each one's net, squared.
    pub squares: i128,
    /// Net of what they had bought before.
    pub before: i128,
    /// Of each one's, squared.
    pub before_squares: i128,
    /// Of each one's two, multiplied.
    pub cross: i128,
}

impl Tally {
    /// Of one shopper.
    pub fn of(outcome: &Outcome) -> Self {
        let (net, before) = (i128::from(outcome.net_minor), i128::from(outcome.before_minor));
        Self {
            shoppers: 1,
            converted: i64::from(outcome.converted),
            elsewhere: i64::from(outcome.elsewhere),
            net,
            squares: net * net,
            before,
            before_squares: before * before,
            cross: net * before,
        }
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        self.with(other, i64::saturating_add, i128::saturating_add)
    }

    /// Without the other, which was added before.
    pub fn minus(self, other: Self) -> Self {
        self.with(other, i64::saturating_sub, i128::saturating_sub)
    }

    fn with(self, other: Self, count: fn(i64, i64) -> i64, sum: fn(i128, i128) -> i128) -> Self {
        Self {
            shoppers: count(self.shoppers, other.shoppers),
            converted: count(self.converted, other.converted),
            elsewhere: count(self.elsewhere, other.elsewhere),
            net: sum(self.net, other.net),
            squares: sum(self.squares, other.squares),
            before: sum(self.before, other.before),
            before_squares: sum(self.before_squares, other.before_squares),
            cross: sum(self.cross, other.cross),
        }
    }

    /// In the currency's main unit, to be compared.
    pub fn arm(self, decimals: u32) -> Arm {
        let unit = 10.0_f64.powi(i32::try_from(decimals).unwrap_or_default());
        let whole = |count: i64| u64::try_from(count).unwrap_or_default();
        Arm {
            shoppers: whole(self.shoppers),
            converted: whole(self.converted),
            revenue: float(self.net) / unit,
            squares: float(self.squares) / (unit * unit),
            before: Some(Before {
                sum: float(self.before) / unit,
                squares: float(self.before_squares) / (unit * unit),
                cross: float(self.cross) / (unit * unit),
            }),
        }
    }
}

/// Rounded to the nearest double.
#[allow(clippy::cast_precision_loss)]
fn float(sum: i128) -> f64 {
    sum as f64
}

/// One side of a comparison: sums in main units.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Arm {
    /// How many shoppers.
    pub shoppers: u64,
    /// Of them, those who ordered.
    pub converted: u64,
    /// Net of what they ordered.
    pub revenue: f64,
    /// Of each one's net, squared.
    pub squares: f64,
    /// What was known before; none where it isn't told.
    pub before: Option<Before>,
}

/// What is known of a side's shoppers from before they counted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Before {
    /// Net of what they had bought.
    pub sum: f64,
    /// Of each one's, squared.
    pub squares: f64,
    /// Of each one's net before and after, multiplied.
    pub cross: f64,
}

impl Arm {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        let before = self.before.zip(other.before).map(|(a, b)| Before {
            sum: a.sum + b.sum,
            squares: a.squares + b.squares,
            cross: a.cross + b.cross,
        });
        Self {
            shoppers: self.shoppers + other.shoppers,
            converted: self.converted + other.converted,
            revenue: self.revenue + other.revenue,
            squares: self.squares + other.squares,
            before,
        }
    }

    /// Those who ordered, of all.
    pub fn counted(self) -> Counted {
        Counted::new(self.converted, self.shoppers)
    }

    /// Net per shopper; none of nobody.
    pub fn per_shopper(self) -> Option<f64> {
        (self.shoppers > 0).then(|| self.revenue / super::as_f64(self.shoppers))
    }

    pub(super) fn outcome(self) -> Sums {
        Sums { count: self.shoppers, sum: self.revenue, squares: self.squares }
    }

    pub(super) fn paired(self) -> Option<Paired> {
        let before = self.before?;
        let sums = Sums { count: self.shoppers, sum: before.sum, squares: before.squares };
        Some(Paired { outcome: self.outcome(), before: sums, cross: before.cross })
    }
}
