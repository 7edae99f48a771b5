//! How many are needed to see an effect, and how small an effect can be seen.

use super::distribution::{bisect, normal, normal_quantile, student_quantile_two_sided};
use super::quadrature::integrate;

/// What a test is planned for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// How often it may see what isn't there, two-sided.
    pub alpha: f64,
    /// How often it sees what is there.
    pub power: f64,
    /// How many are treated for each one who isn't.
    pub ratio: f64,
}

/// How many to leave alone so that a difference of two shares is seen: the usual normal approximation with a pooled variance under no difference (Fleiss, Levin
/// and Paik 2003, 4.14), as R's `power.prop.test`. Not rounded. None for shares that can't be.
pub fn sample_size_of_shares(control: f64, treated: f64, plan: Plan) -> Option<f64> {
    let spread = |share: f64| share * (1.0 - share);
    let pooled = (control + plan.ratio * treated) / (1.0 + plan.ratio);
    let none = normal_quantile(1.0 - plan.alpha / 2.0) * (spread(pooled) * (1.0 + 1.0 / plan.ratio)).sqrt();
    let some = normal_quantile(plan.power) * (spread(control) + spread(treated) / plan.ratio).sqrt();
    let size = ((none + some) / (treated - control)).powi(2);
    ((0.0..=1.0).contains(&control) && (0.0..=1.0).contains(&treated) && size.is_finite()).then_some(size)
}

/// The smallest rise of a share that is seen when so many are left alone. None where even all of them would not do.
pub fn smallest_rise(control: f64, left_alone: f64, plan: Plan) -> Option<f64> {
    let needed = |rise: f64| sample_size_of_shares(control, control + rise, plan).unwrap_or(f64::INFINITY);
    let most = 1.0 - control;
    (most > 0.0 && needed(most) <= left_alone).then(|| bisect((0.0, most), |rise| needed(rise) > left_alone))
}

/// How often Student's test of two groups of so many each sees a difference of so many standard deviations (non-central t, both sides).
pub fn power_of_means(effect: f64, each: f64, alpha: f64) -> f64 {
    let freedom = 2.0 * each - 2.0;
    let (critical, shift) = (student_quantile_two_sided(alpha, freedom), effect * (each / 2.0).sqrt());
    // Given how the variance was estimated, what is left is normal; over that it is integrated.
    let spread = 12.0 / (2.0 * freedom).sqrt();
    let seen = |scale: f64| (normal(shift - critical * scale) + normal(-shift - critical * scale)) * scale_density(scale, freedom);
    integrate(seen, ((1.0 - spread).max(0.0), 1.0 + spread), 40)
}

/// The density of an estimated standard deviation over the true one.
fn scale_density(scale: f64, freedom: f64) -> f64 {
    if scale <= 0.0 {
        return 0.0;
    }
    let half = freedom / 2.0;
    let exponent = std::f64::consts::LN_2 + half * half.ln() - statrs::function::gamma::ln_gamma(half) + (freedom - 1.0) * scale.ln()
        - half * scale * scale;
    exponent.exp()
}

/// How many in each group so that Student's test sees a difference of so many standard deviations. Not rounded. None for no difference.
pub fn sample_size_of_means(effect: f64, alpha: f64, power: f64) -> Option<f64> {
    const MOST: f64 = 1e12;
    (effect != 0.0 && power_of_means(effect, MOST, alpha) >= power)
        .then(|| bisect((2.0, MOST), |each| power_of_means(effect, each, alpha) < power))
}
