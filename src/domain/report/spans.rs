//! Lengths of time as a histogram, so that medians can be added up: buckets that grow by a fourth root of two, each a fifth wider than the one before it.

/// Everything shorter is in the first bucket, in seconds.
const FIRST_S: f64 = 60.0;
/// So many buckets double the length.
const PER_DOUBLING: f64 = 4.0;
/// The last bucket holds everything longer: some 120 days.
const LAST: i64 = 70;

/// The shortest length of a bucket, in seconds.
fn from(bucket: i64) -> f64 {
    let bucket = u32::try_from(bucket.clamp(0, LAST + 1)).unwrap_or(0);
    FIRST_S * (f64::from(bucket) / PER_DOUBLING).exp2()
}

/// The bucket of a length.
pub fn bucket(seconds: i64) -> i64 {
    let seconds = i32::try_from(seconds.max(0)).map_or(f64::from(i32::MAX), f64::from);
    (1..=LAST).rev().find(|b| from(*b) <= seconds).unwrap_or(0)
}

/// The length below which this part of all lies, in seconds; none of nothing. Inside of a bucket lengths are taken as spread evenly by their logarithm, so
/// that the answer is within a tenth of the exact one.
pub fn quantile(histogram: &[(i64, i64)], part: f64) -> Option<i64> {
    let mut counted: Vec<(i64, i64)> = histogram.iter().copied().filter(|(_, n)| *n > 0).collect();
    counted.sort_unstable();
    let as_f64 = |n: i64| i32::try_from(n).map_or(f64::from(i32::MAX), f64::from);
    let all: i64 = counted.iter().map(|(_, n)| n).sum();
    let wanted = as_f64(all) * part;
    let mut below = 0.0;
    for (bucket, n) in &counted {
        let n = as_f64(*n);
        if below + n >= wanted {
            let (low, high) = (if *bucket == 0 { 1.0 } else { from(*bucket) }, from(*bucket + 1));
            let within = ((wanted - below) / n).clamp(0.0, 1.0);
            return Some(rounded(low * (high / low).powf(within)));
        }
        below += n;
    }
    None
}

#[allow(clippy::cast_possible_truncation)] // lengths of at most some months
fn rounded(seconds: f64) -> i64 {
    seconds.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn buckets_follow_one_another_without_a_gap() {
        assert_eq!((bucket(0), bucket(59), bucket(60), bucket(71), bucket(72)), (0, 0, 0, 0, 1));
        assert_eq!((bucket(120), bucket(3600), bucket(i64::MAX)), (4, 23, LAST));
        assert_eq!(quantile(&[], 0.5), None);
    }

    proptest! {
        #[test]
        fn a_median_of_buckets_is_within_a_fifth_of_the_exact_one(mut lengths in proptest::collection::vec(60i64..5_000_000, 1..200)) {
            let histogram: Vec<(i64, i64)> = lengths.iter().map(|s| (bucket(*s), 1)).collect();
            lengths.sort_unstable();
            // Between the two in the middle every value is a median.
            let (low, high) = (lengths[(lengths.len() - 1) / 2], lengths[lengths.len() / 2]);
            let median = quantile(&histogram, 0.5).expect("something");
            prop_assert!(median * 100 >= low * 83 && median * 100 <= high * 120, "{median} of {low} to {high}");
        }
    }
}
