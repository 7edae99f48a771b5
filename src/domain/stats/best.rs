//! Which of several shares is likely the best, and what is lost by taking one (beta-binomial, uniform priors).

use super::as_f64;
use super::distribution::beta;
use super::quadrature::integrate;
use super::two_proportions::Counted;
use statrs::function::beta::ln_beta;

/// Two are worked out exactly as long as this bounds the sum.
const EXACT_MAX: u64 = 20_000;
/// So many standard deviations hold everything that a double can tell.
const REACH: f64 = 40.0;
const PANELS: u32 = 400;

/// What is believable of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// How likely it is the best of all.
    pub best: f64,
    /// How much is lost on average by taking it: the best share less its own.
    pub loss: f64,
}

#[derive(Clone, Copy)]
struct Belief {
    hits: f64,
    misses: f64,
}

impl Belief {
    fn after(counted: Counted) -> Self {
        Self { hits: as_f64(counted.hits) + 1.0, misses: as_f64(counted.of - counted.hits) + 1.0 }
    }

    fn mean(self) -> f64 {
        self.hits / (self.hits + self.misses)
    }

    fn deviation(self) -> f64 {
        (self.mean() * (1.0 - self.mean()) / (self.hits + self.misses + 1.0)).sqrt()
    }

    fn up_to(self, value: f64) -> f64 {
        beta(value, self.hits, self.misses)
    }

    fn density(self, value: f64) -> f64 {
        ((self.hits - 1.0) * value.ln() + (self.misses - 1.0) * (-value).ln_1p() - ln_beta(self.hits, self.misses)).exp()
    }
}

/// Where each of several stands; none where one has more hits than it is of.
pub fn standings(arms: &[Counted]) -> Option<Vec<Standing>> {
    if arms.iter().any(|a| a.hits > a.of) {
        return None;
    }
    let beliefs: Vec<Belief> = arms.iter().map(|a| Belief::after(*a)).collect();
    match (beliefs.as_slice(), arms) {
        ([one, two], [first, second]) if first.hits.max(second.hits) < EXACT_MAX => Some(vec![against(*one, *two), against(*two, *one)]),
        _ => Some(by_integration(&beliefs)),
    }
}

/// One against another, exactly.
fn against(one: Belief, two: Belief) -> Standing {
    let more = |b: Belief| Belief { hits: b.hits + 1.0, ..b };
    // E[max(two - one, 0)], by what a factor of its own value makes of a beta density.
    let loss = two.mean() * beats(more(two), one) - one.mean() * (1.0 - beats(more(one), two));
    Standing { best: beats(one, two), loss: loss.max(0.0) }
}

/// How likely the first is greater, where its hits are whole: a finite sum (Evan Miller, "Formulas for Bayesian A/B testing").
fn beats(one: Belief, two: Belief) -> f64 {
    let whole = one.misses + two.misses;
    let mut log_term = ln_beta(two.hits, whole) - one.misses.ln() - ln_beta(1.0, one.misses) - ln_beta(two.hits, two.misses);
    let (mut sum, mut step) = (log_term.exp(), 0.0);
    while step + 1.0 < one.hits {
        // Each term from the one before: no function is asked twice.
        log_term += ((two.hits + step) / (two.hits + whole + step)).ln() + ((one.misses + step) / (step + 1.0)).ln();
        sum += log_term.exp();
        step += 1.0;
    }
    sum.min(1.0)
}

/// By integrals over what the best may be.
fn by_integration(beliefs: &[Belief]) -> Vec<Standing> {
    let ends = |of: &dyn Fn(&Belief) -> f64, pick: fn(f64, f64) -> f64| beliefs.iter().map(of).fold(f64::NAN, pick).clamp(0.0, 1.0);
    let low = ends(&|b| b.mean() - REACH * b.deviation(), f64::min);
    let high = ends(&|b| b.mean() + REACH * b.deviation(), f64::max);
    let all_below = |value: f64| beliefs.iter().map(|b| b.up_to(value)).product::<f64>();
    let greatest = low + integrate(|value| 1.0 - all_below(value), (low, high), PANELS);
    let standing = |(index, own): (usize, &Belief)| {
        let others = |value: f64| beliefs.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, b)| b.up_to(value)).product::<f64>();
        let best = integrate(|value| own.density(value) * others(value), (low, high), PANELS);
        Standing { best: best.clamp(0.0, 1.0), loss: (greatest - own.mean()).max(0.0) }
    };
    beliefs.iter().enumerate().map(standing).collect()
}
