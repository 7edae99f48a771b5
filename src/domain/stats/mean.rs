//! Means and their difference, from sums alone; and the same with what was known before taken out.

use super::distribution::{student_quantile_two_sided, student_two_sided};
use super::{ALPHA, Interval, as_f64};

/// What is known of a group's numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sums {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The sum of their squares.
    pub squares: f64,
}

/// The same with a second number of each, known before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// Of what is compared.
    pub outcome: Sums,
    /// Of what was known before; of the same count.
    pub before: Sums,
    /// The sum of their products.
    pub cross: f64,
}

/// A mean and how much it would vary from sample to sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// Of how many.
    pub count: u64,
    /// The mean.
    pub mean: f64,
    /// Of one of them; with one less than their count below.
    pub variance: f64,
}

impl Sums {
    /// Their mean; none of fewer than two, of which nothing can be said.
    pub fn mean(self) -> Option<Mean> {
        if self.count < 2 {
            return None;
        }
        let count = as_f64(self.count);
        let mean = self.sum / count;
        // What cancels to less than nothing is nothing.
        let variance = ((self.squares - self.sum * mean) / (count - 1.0)).max(0.0);
        Some(Mean { count: self.count, mean, variance })
    }

    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self { count: self.count + other.count, sum: self.sum + other.sum, squares: self.squares + other.squares }
    }
}

impl Mean {
    /// Of a share of so many, with the variance of what is or isn't: `p (1 - p)`.
    pub fn of_share(hits: u64, of: u64) -> Option<Self> {
        if of == 0 || hits > of {
            return None;
        }
        let share = as_f64(hits) / as_f64(of);
        Some(Self { count: of, mean: share, variance: share * (1.0 - share) })
    }

    /// Of the mean itself.
    pub fn squared_error(self) -> f64 {
        self.variance / as_f64(self.count)
    }
}

/// A difference of two means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// How much greater the first is.
    pub estimate: f64,
    /// Of the estimate, squared.
    pub squared_error: f64,
    /// Degrees of freedom (Welch 1947, Satterthwaite 1946).
    pub freedom: f64,
    /// How many in both.
    pub count: u64,
}

impl Difference {
    /// Of two means.
    pub fn of(first: Mean, second: Mean) -> Self {
        let (one, two) = (first.squared_error(), second.squared_error());
        Self::with_errors(first.mean - second.mean, (one, first.count), (two, second.count))
    }

    /// By how much of the second mean the first is greater, by the delta method. None where the second is zero.
    pub fn relative(first: Mean, second: Mean) -> Option<Self> {
        if second.mean == 0.0 {
            return None;
        }
        let scale = second.mean * second.mean;
        let one = first.squared_error() / scale;
        let two = second.squared_error() * first.mean * first.mean / (scale * scale);
        let plain = Self::of(first, second);
        let estimate = (first.mean - second.mean) / second.mean.abs();
        Some(Self { estimate, squared_error: one + two, ..plain })
    }

    fn with_errors(estimate: f64, (one, count): (f64, u64), (two, other): (f64, u64)) -> Self {
        let whole = one + two;
        let freedom = whole * whole / (one * one / (as_f64(count) - 1.0) + two * two / (as_f64(other) - 1.0));
        Self { estimate, squared_error: whole, freedom, count: count + other }
    }

    /// Welch's interval of 95 %; none where nothing varies.
    pub fn interval(self) -> Option<Interval> {
        self.varies().then(|| Interval::around(self.estimate, student_quantile_two_sided(ALPHA, self.freedom) * self.squared_error.sqrt()))
    }

    /// How often as much would be seen if there were no difference; none where nothing varies.
    pub fn p_value(self) -> Option<f64> {
        self.varies().then(|| student_two_sided(self.estimate / self.squared_error.sqrt(), self.freedom))
    }

    fn varies(self) -> bool {
        self.squared_error > 0.0 && self.squared_error.is_finite() && self.freedom > 0.0 && self.estimate.is_finite()
    }
}

/// The difference with what was known before taken out (CUPED, Deng and others 2013): theta is the slope of outcome on what was before, over both groups. The
/// plain difference where nothing varied before.
pub fn cuped(first: Paired, second: Paired) -> Option<Difference> {
    let theta = theta(first, second);
    let adjusted = |p: Paired| {
        let (outcome, before) = (p.outcome.mean()?, p.before.mean()?);
        let covariance = covariance(p);
        let variance = (outcome.variance - 2.0 * theta * covariance + theta * theta * before.variance).max(0.0);
        Some(Mean { mean: outcome.mean - theta * before.mean, variance, ..outcome })
    };
    Some(Difference::of(adjusted(first)?, adjusted(second)?))
}

/// The slope of outcome on what was known before, over both groups; zero where nothing varied.
pub fn theta(first: Paired, second: Paired) -> f64 {
    let both =
        Paired { outcome: first.outcome.and(second.outcome), before: first.before.and(second.before), cross: first.cross + second.cross };
    match both.before.mean() {
        Some(before) if before.variance > 0.0 => covariance(both) / before.variance,
        _ => 0.0,
    }
}

fn covariance(p: Paired) -> f64 {
    let count = as_f64(p.outcome.count);
    (p.cross - p.outcome.sum * p.before.sum / count) / (count - 1.0)
}
