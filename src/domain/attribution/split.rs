//! Splitting without loss: weights into whole parts, parts into minor units, each by largest remainder.

/// One order's money, as a whole number of parts, so that sharing is exact.
pub const WHOLE: u64 = 1_000_000_000_000;

/// Weights that add up to one, as parts of [`WHOLE`] that add up to it.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Parts are below 2^40, and never negative.
pub fn parts(weights: &[f64]) -> Vec<u64> {
    let exact: Vec<f64> = weights.iter().map(|w| w.clamp(0.0, 1.0) * WHOLE as f64).collect();
    let mut parts: Vec<u64> = exact.iter().map(|e| e.floor() as u64).collect();
    let missing = WHOLE.saturating_sub(parts.iter().sum());
    let mut by_remainder: Vec<usize> = (0..parts.len()).filter(|i| exact[*i] > 0.0).collect();
    by_remainder.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    for i in by_remainder.into_iter().take(usize::try_from(missing).unwrap_or(usize::MAX)) {
        parts[i] += 1;
    }
    parts
}

/// Splits an amount by parts, to the last minor unit: what rounding leaves over goes to the largest remainders, first come first.
pub fn split_minor(amount: i64, parts: &[u64]) -> Vec<i64> {
    let total: u64 = parts.iter().sum();
    if total == 0 {
        return vec![0; parts.len()];
    }
    let exact = |p: u64| i128::from(amount) * i128::from(p);
    let floors: Vec<i128> = parts.iter().map(|&p| exact(p).div_euclid(i128::from(total))).collect();
    let left = i128::from(amount) - floors.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|&i| std::cmp::Reverse(exact(parts[i]).rem_euclid(i128::from(total))));
    let extra: std::collections::BTreeSet<usize> = by_remainder.into_iter().take(usize::try_from(left).unwrap_or(0)).collect();
    floors.iter().enumerate().map(|(i, &f)| i64::try_from(f).unwrap_or(0) + i64::from(extra.contains(&i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn splits_add_up_to_the_last_minor_unit(amount in -1_000_000_000i64..1_000_000_000, parts in proptest::collection::vec(0u64..1000, 1..12)) {
            let split = split_minor(amount, &parts);
            prop_assume!(parts.iter().sum::<u64>() > 0);
            prop_assert_eq!(split.iter().sum::<i64>(), amount);
            for (share, part) in split.iter().zip(&parts) {
                let exact = i128::from(amount) * i128::from(*part) / i128::from(parts.iter().sum::<u64>());
                prop_assert!((i128::from(*share) - exact).abs() <= 1);
            }
        }

        #[test]
        fn equal_parts_differ_by_one_minor_unit_at_most_and_the_first_have_more(amount in 0i64..1_000_000, n in 1usize..12) {
            let split = split_minor(amount, &vec![7; n]);
            prop_assert!(split.windows(2).all(|w| w[0] >= w[1]) && split[0] - split[n - 1] <= 1);
        }

        #[test]
        fn parts_of_weights_add_up_to_the_whole(raw in proptest::collection::vec(0.0f64..1.0, 1..12)) {
            let sum: f64 = raw.iter().sum();
            prop_assume!(sum > 0.0);
            let weights: Vec<f64> = raw.iter().map(|w| w / sum).collect();
            let parts = parts(&weights);
            prop_assert_eq!(parts.iter().sum::<u64>(), WHOLE);
            prop_assert!(weights.iter().zip(&parts).all(|(w, p)| *w > 0.0 || *p == 0));
        }
    }
}
