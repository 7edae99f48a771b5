//! Two proportions: how far apart, and how many times.

use super::proportion::wilson;
use super::{Interval, Z95, as_f64};

/// `hits` of `of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The part.
    pub hits: u64,
    /// The whole.
    pub of: u64,
}

impl Counted {
    /// `hits` of `of`.
    pub const fn new(hits: u64, of: u64) -> Self {
        Self { hits, of }
    }
}

/// How much greater the first proportion is, by Newcombe's hybrid score interval of 95 % (Newcombe 1998, method 10). None where one is of nothing.
pub fn newcombe(first: Counted, second: Counted) -> Option<Interval> {
    let (one, two) = (wilson(first.hits, first.of)?, wilson(second.hits, second.of)?);
    let estimate = one.estimate - two.estimate;
    let low = estimate - (one.estimate - one.low).hypot(two.high - two.estimate);
    let high = estimate + (one.high - one.estimate).hypot(two.estimate - two.low);
    Some(Interval { estimate, low, high })
}

/// The same by Agresti and Caffo (2000): Wald's interval after a hit and a miss were added to either. The estimate is the plain difference.
pub fn agresti_caffo(first: Counted, second: Counted) -> Option<Interval> {
    if first.of == 0 || second.of == 0 || first.hits > first.of || second.hits > second.of {
        return None;
    }
    let padded = |c: Counted| (as_f64(c.hits) + 1.0) / (as_f64(c.of) + 2.0);
    let variance = |c: Counted| padded(c) * (1.0 - padded(c)) / (as_f64(c.of) + 2.0);
    let around = Interval::around(padded(first) - padded(second), Z95 * (variance(first) + variance(second)).sqrt());
    Some(Interval { estimate: as_f64(first.hits) / as_f64(first.of) - as_f64(second.hits) / as_f64(second.of), ..around })
}

/// By how much of the second the first is greater: their ratio less one, by Katz's log interval of 95 % (Katz and others 1978). None where either has no hits:
/// there is no ratio to speak of.
pub fn katz(first: Counted, second: Counted) -> Option<Interval> {
    if first.hits == 0 || second.hits == 0 || first.hits > first.of || second.hits > second.of {
        return None;
    }
    let part = |c: Counted| 1.0 / as_f64(c.hits) - 1.0 / as_f64(c.of);
    let ratio = (as_f64(first.hits) / as_f64(first.of)) / (as_f64(second.hits) / as_f64(second.of));
    let factor = (Z95 * (part(first) + part(second)).sqrt()).exp();
    Some(Interval { estimate: ratio - 1.0, low: ratio / factor - 1.0, high: ratio * factor - 1.0 })
}
