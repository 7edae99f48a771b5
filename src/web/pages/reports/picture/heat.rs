//! How warm a figure is among others: one of ten steps, as a class beside the figure itself.

/// The warmest.
pub const WARMEST: u8 = 9;

/// Each number's step, against the greatest; none for what isn't known. Nothing and less than nothing are cold.
pub fn heat(values: &[Option<f64>]) -> Vec<Option<u8>> {
    let greatest = values.iter().flatten().copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    let step = |value: f64| {
        let part = value / greatest;
        // From a part that is above 0 the first step is left, and the whole is the last.
        let warm = (1..=WARMEST).rev().find(|step| part > f64::from(*step - 1) / f64::from(WARMEST));
        if value > 0.0 && part.is_finite() { warm.unwrap_or(0) } else { 0 }
    };
    values.iter().map(|v| v.filter(|v| v.is_finite()).map(step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_greatest_is_the_warmest_and_nothing_is_cold() {
        assert_eq!(
            heat(&[Some(90.0), Some(45.0), Some(0.0), None, Some(-3.0), Some(0.1)]),
            [Some(9), Some(5), Some(0), None, Some(0), Some(1)]
        );
        assert_eq!(heat(&[Some(0.0), None]), [Some(0), None]);
    }

    proptest! {
        #[test]
        fn the_greater_is_never_colder(values in proptest::collection::vec(proptest::option::of(proptest::num::f64::ANY), 0..30)) {
            let steps = heat(&values);
            let mut known: Vec<(f64, u8)> = values.iter().zip(&steps).filter_map(|(v, s)| Some(((*v)?, (*s)?))).collect();
            known.sort_by(|a, b| a.0.total_cmp(&b.0));
            prop_assert!(known.windows(2).all(|w| w[0].1 <= w[1].1));
            prop_assert!(known.iter().all(|k| k.1 <= WARMEST && (k.0 > 0.0 || k.1 == 0)));
        }
    }
}
