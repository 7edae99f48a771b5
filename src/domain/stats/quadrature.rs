//! Integrals of smooth functions by Gauss and Legendre's rule, panel by panel.

use std::f64::consts::PI;

/// Nodes of a panel.
const NODES: u32 = 20;
/// Newton's method doubles the digits at every turn: this is plenty.
const TURNS: usize = 12;

/// The integral of a smooth function over a range, cut into so many panels.
pub fn integrate(function: impl Fn(f64) -> f64, (low, high): (f64, f64), panels: u32) -> f64 {
    let width = (high - low) / f64::from(panels.max(1));
    let rule = rule();
    let panel = |index: u32| {
        let middle = width.mul_add(f64::from(index) + 0.5, low);
        rule.iter().map(|(node, weight)| weight * function((width / 2.0).mul_add(*node, middle))).sum::<f64>()
    };
    (0..panels.max(1)).map(panel).sum::<f64>() * width / 2.0
}

/// The roots of the Legendre polynomial and their weights (Abramowitz and Stegun 25.4.29).
fn rule() -> Vec<(f64, f64)> {
    let count = f64::from(NODES);
    let node = |index: u32| {
        let mut root = (PI * (f64::from(index) + 0.75) / (count + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..TURNS {
            let (value, derivative) = legendre(root);
            slope = derivative;
            root -= value / derivative;
        }
        (root, 2.0 / ((1.0 - root * root) * slope * slope))
    };
    (0..NODES).map(node).collect()
}

/// The polynomial and its derivative.
fn legendre(at: f64) -> (f64, f64) {
    let (mut before, mut now) = (1.0, at);
    for degree in 2..=NODES {
        let degree = f64::from(degree);
        let next = ((2.0 * degree - 1.0) * at * now - (degree - 1.0) * before) / degree;
        before = now;
        now = next;
    }
    (now, f64::from(NODES) * (at * now - before) / (at * at - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_integrals_come_out_to_the_last_digits() {
        let check = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-13, "{got} is not {expected}");
        check(integrate(|x| x.powi(9), (0.0, 1.0), 1), 0.1);
        check(integrate(f64::exp, (-1.0, 1.0), 1), 1.0_f64.exp() - (-1.0_f64).exp());
        check(integrate(f64::sin, (0.0, 10.0 * PI), 10), 0.0);
    }
}
