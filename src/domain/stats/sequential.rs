//! Intervals that hold at every look, however often one looks: whoever stops when it pleases them is not fooled more often than 1 in 20.

use super::Interval;
use super::as_f64;
use super::distribution::bisect;
use super::mean::Difference;
use statrs::function::beta::ln_beta;

/// For how many in both groups the interval is at its best, as GrowthBook sets it.
pub const TUNING: f64 = 5000.0;

/// The asymptotic confidence sequence of a difference (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2021, equation 155 of its seventh version), as GrowthBook
/// computes it: normal mixture, tuned to [`TUNING`]. It misses at any look with a probability of at most `alpha`. None where nothing varies.
pub fn interval(difference: Difference, alpha: f64) -> Option<Interval> {
    half_width(difference.squared_error, as_f64(difference.count), (alpha, TUNING)).map(|half| Interval::around(difference.estimate, half))
}

/// Half of its width, from the squared standard error of what was seen of so many.
pub fn half_width(squared_error: f64, count: f64, (alpha, tuning): (f64, f64)) -> Option<f64> {
    let mixed = count.mul_add(rho_squared(alpha, tuning), 1.0);
    let variance = squared_error * count;
    let half = (variance * 2.0 * mixed * (mixed.sqrt() / alpha).ln() / (count * count * rho_squared(alpha, tuning))).sqrt();
    (half.is_finite() && squared_error > 0.0).then_some(half)
}

/// How strongly the sequence so far speaks against no difference: a p-value that holds at every look.
pub fn p_value(difference: Difference, (alpha, tuning): (f64, f64)) -> Option<f64> {
    let count = as_f64(difference.count);
    let (rho, variance) = (rho_squared(alpha, tuning), difference.squared_error * count);
    let mixed = count.mul_add(rho, 1.0);
    let evidence = rho * (count * difference.estimate).powi(2) / variance / (2.0 * mixed) - mixed.ln() / 2.0;
    (evidence.is_finite()).then(|| (-evidence).exp().min(1.0))
}

fn rho_squared(alpha: f64, tuning: f64) -> f64 {
    let twice = -2.0 * alpha.ln();
    (twice + twice.ln_1p()) / tuning
}

/// The two-sided normal mixture's boundary (Howard, Ramdas, McAuliffe and Sekhon 2021, proposition 5) at an intrinsic time, at its best at `best`: a sum of
/// increments of that total variance crosses it ever with a probability of at most `alpha`.
pub fn normal_mixture(time: f64, (alpha, best): (f64, f64)) -> f64 {
    let rho = normal_mixture_rho(alpha, best);
    ((time + rho) * ((time + rho) / (rho * alpha * alpha)).ln()).sqrt()
}

fn normal_mixture_rho(alpha: f64, best: f64) -> f64 {
    let twice = -2.0 * alpha.ln();
    best / (twice + twice.ln_1p())
}

/// A share's confidence sequence that needs no large numbers: the sub-Bernoulli beta mixture of Howard and others (2021), tuned to `best` of them. None of nothing.
pub fn bernoulli(hits: u64, of: u64, (alpha, best): (f64, f64)) -> Option<Interval> {
    if of == 0 || hits > of {
        return None;
    }
    let share = as_f64(hits) / as_f64(of);
    let threshold = -alpha.ln();
    let speaks_against = |truth: f64| bernoulli_evidence((as_f64(hits), as_f64(of)), truth, (alpha, best)) >= threshold;
    let low = if hits == 0 { 0.0 } else { bisect((0.0, share), speaks_against) };
    let high = if hits == of { 1.0 } else { bisect((share, 1.0), |truth| !speaks_against(truth)) };
    Some(Interval { estimate: share, low, high })
}

/// The log of the evidence that the mixture has against a true share.
fn bernoulli_evidence((hits, of): (f64, f64), truth: f64, (alpha, best): (f64, f64)) -> f64 {
    let miss = 1.0 - truth;
    let spread = truth * miss;
    let prior = (normal_mixture_rho(alpha, best * spread) - spread).max(1e-3 * spread);
    let (sum, time) = (hits - of * truth, of * spread);
    ln_beta((prior + time - truth * sum) / truth, (prior + time + miss * sum) / miss)
        - ln_beta(prior / truth, prior / miss)
        - (time + miss * sum) / miss * truth.ln()
        - (time - truth * sum) / truth * miss.ln()
}
