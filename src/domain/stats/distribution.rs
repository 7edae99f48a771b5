//! The distributions that everything here is worked out with: normal, Student's, chi-square, beta. Quantiles are polished on the distribution itself.

use statrs::function::beta::beta_reg;
use statrs::function::erf::erfc;
use statrs::function::gamma::gamma_ur;
use std::f64::consts::SQRT_2;

/// A bisection that has halved so often has every digit of a double.
const HALVINGS: usize = 200;

/// The standard normal distribution up to a value.
pub fn normal(value: f64) -> f64 {
    0.5 * erfc(-value / SQRT_2)
}

/// How likely it is to be farther from zero, on either side.
pub fn normal_two_sided(value: f64) -> f64 {
    erfc(value.abs() / SQRT_2)
}

/// Where the standard normal distribution reaches a probability.
pub fn normal_quantile(probability: f64) -> f64 {
    if probability > 0.5 { -lower(1.0 - probability, normal) } else { lower(probability, normal) }
}

/// How likely Student's distribution of so many degrees of freedom is farther from zero than a value, on either side.
pub fn student_two_sided(value: f64, freedom: f64) -> f64 {
    if value == 0.0 {
        return 1.0;
    }
    beta(freedom / (freedom + value * value), freedom / 2.0, 0.5)
}

/// Beyond which value, on either side, Student's distribution lies with this probability.
pub fn student_quantile_two_sided(probability: f64, freedom: f64) -> f64 {
    -lower(probability, |value| student_two_sided(value, freedom))
}

/// How likely chi-square of so many degrees of freedom is beyond a value.
pub fn chi_square_beyond(value: f64, freedom: f64) -> f64 {
    if !(freedom > 0.0 && value.is_finite()) {
        f64::NAN
    } else if value <= 0.0 {
        1.0
    } else {
        gamma_ur(freedom / 2.0, value / 2.0)
    }
}

/// The beta distribution up to a value: the regularised incomplete beta function.
pub fn beta(value: f64, alpha: f64, beta: f64) -> f64 {
    if value.is_nan() || !(alpha > 0.0 && beta > 0.0) {
        f64::NAN
    } else if value <= 0.0 {
        0.0
    } else if value >= 1.0 {
        1.0
    } else {
        beta_reg(alpha, beta, value)
    }
}

/// Where the beta distribution reaches a probability.
pub fn beta_quantile(probability: f64, alpha: f64, beta_: f64) -> f64 {
    bisect((0.0, 1.0), |value| beta(value, alpha, beta_) < probability)
}

/// Where a distribution that rises over the negative numbers reaches a probability of at most one half.
fn lower(probability: f64, distribution: impl Fn(f64) -> f64) -> f64 {
    let mut reach = 1.0;
    while distribution(-reach) > probability && reach < 1e12 {
        reach *= 2.0;
    }
    bisect((-reach, 0.0), |value| distribution(value) < probability)
}

/// The value from which on something holds no more.
pub fn bisect((mut low, mut high): (f64, f64), is_below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::stats::Z95;

    fn check(got: f64, expected: f64) {
        assert!((got - expected).abs() <= 1e-10 * expected.abs().max(1.0), "{got} is not {expected}");
    }

    #[test]
    fn quantiles_are_right_to_the_tenth_digit() {
        // z(0.975), z(0.8) and z(0.9): any table of the normal distribution with fifteen digits.
        check(normal_quantile(0.975), Z95);
        check(normal_quantile(0.8), 0.841_621_233_572_914_3);
        check(normal_quantile(0.1), -1.281_551_565_544_600_4);
        check(normal_quantile(0.5), 0.0);
        // With one degree of freedom Student's is Cauchy's: tan(pi (p - 1/2)). With two: closed form as well.
        check(student_quantile_two_sided(0.05, 1.0), (std::f64::consts::PI * 0.475).tan());
        check(student_quantile_two_sided(0.05, 2.0), 0.95 * (2.0_f64 / (1.0 - 0.95 * 0.95)).sqrt());
        // With two degrees of freedom chi-square is exponential.
        check(chi_square_beyond(3.0, 2.0), (-1.5_f64).exp());
        // Beta (2, 1) is the square of its value.
        check(beta_quantile(0.25, 2.0, 1.0), 0.5);
    }

    #[test]
    fn what_is_read_off_a_quantile_comes_back_from_the_distribution() {
        for probability in [1e-9, 0.001, 0.025, 0.2, 0.5, 0.8, 0.975, 0.999] {
            check(normal(normal_quantile(probability)), probability);
            check(student_two_sided(student_quantile_two_sided(probability, 7.5), 7.5), probability);
            check(beta(beta_quantile(probability, 3.5, 40.5), 3.5, 40.5), probability);
        }
    }
}
