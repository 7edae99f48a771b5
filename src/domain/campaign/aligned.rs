//! Two lists side by side, such as the steps of two versions: which of one is which of the other, what came and what went.

use super::Step;

/// One place of two lists that are set side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair {
    /// In both, at these places.
    Both(usize, usize),
    /// Only in the first.
    Gone(usize),
    /// Only in the second.
    New(usize),
}

/// How much two steps have to do with each other: 0 is nothing, so that they are told as one that went and one that came.
pub fn likeness(a: &Step, b: &Step) -> u32 {
    if a == b {
        return 100;
    }
    let same = [
        (a.channel == b.channel && a.template == b.template, 8),
        (a.delay == b.delay && a.after == b.after, 4),
        (a.path == b.path, 2),
        (a.channel == b.channel, 2),
        (!a.variants.is_empty() && a.variants == b.variants, 4),
    ];
    let sum: u32 = same.iter().filter(|(is, _)| *is).map(|(_, worth)| *worth).sum();
    // The same path and channel alone have most steps in common with each other.
    if sum > 4 { sum } else { 0 }
}

/// Sets two lists side by side in the order of both, so that what is alike stands together as much as it can. `alike` is 0 for what is never the same thing.
pub fn aligned<T>(old: &[T], new: &[T], alike: impl Fn(&T, &T) -> u32) -> Vec<Pair> {
    // best[i][j]: the most likeness that can be had of what follows place i of the old and place j of the new.
    let mut best = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    let at = |best: &[Vec<u32>], i: usize, j: usize| best.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let together = match alike(a, b) {
                0 => 0,
                worth => worth + at(&best, i + 1, j + 1),
            };
            let most = together.max(at(&best, i + 1, j)).max(at(&best, i, j + 1));
            if let Some(place) = best.get_mut(i).and_then(|row| row.get_mut(j)) {
                *place = most;
            }
        }
    }
    let (mut pairs, mut i, mut j) = (Vec::new(), 0, 0);
    while i < old.len() || j < new.len() {
        let worth = old.get(i).zip(new.get(j)).map_or(0, |(a, b)| alike(a, b));
        let here = at(&best, i, j);
        if worth > 0 && here == worth + at(&best, i + 1, j + 1) {
            pairs.push(Pair::Both(i, j));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j >= new.len() || here == at(&best, i + 1, j)) {
            pairs.push(Pair::Gone(i));
            i += 1;
        } else {
            pairs.push(Pair::New(j));
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::duration::Length;
    use crate::domain::event::ChannelKind;
    use proptest::prelude::*;

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "as lists are looked at")]
    fn equal(a: &char, b: &char) -> u32 {
        u32::from(a == b)
    }

    fn check(old: &str, new: &str, expected: &[Pair]) {
        let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
        assert_eq!(aligned(&old, &new, equal), expected, "{old:?} {new:?}");
    }

    #[test]
    fn what_stays_stands_beside_itself_wherever_others_came_and_went() {
        use Pair::{Both, Gone, New};
        check("", "", &[]);
        check("ab", "ab", &[Both(0, 0), Both(1, 1)]);
        check("ab", "xab", &[New(0), Both(0, 1), Both(1, 2)]);
        check("abc", "ac", &[Both(0, 0), Gone(1), Both(2, 1)]);
        check("a", "x", &[Gone(0), New(0)]);
    }

    #[test]
    fn a_step_that_waits_longer_is_the_same_step_and_another_message_at_another_time_is_not() {
        let mail = |hours: i64, template: &str| Step::new(Length::hours(hours), ChannelKind::Email, template);
        assert!(likeness(&mail(1, "a"), &mail(5, "a")) > 0);
        assert!(likeness(&mail(1, "a"), &mail(1, "b")) > 0);
        assert_eq!(likeness(&mail(1, "a"), &mail(5, "b")), 0);
        let (old, new) = ([mail(1, "a"), mail(24, "b")], [mail(2, "new"), mail(3, "a"), mail(24, "b")]);
        assert_eq!(aligned(&old, &new, likeness), [Pair::New(0), Pair::Both(0, 1), Pair::Both(1, 2)]);
    }

    proptest! {
        #[test]
        fn everything_of_both_lists_stands_once_and_in_order(old in "[a-d]{0,9}", new in "[a-d]{0,9}") {
            let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
            let pairs = aligned(&old, &new, equal);
            let left: Vec<usize> = pairs.iter().filter_map(|p| match p { Pair::Both(i, _) | Pair::Gone(i) => Some(*i), Pair::New(_) => None }).collect();
            let right: Vec<usize> = pairs.iter().filter_map(|p| match p { Pair::Both(_, j) | Pair::New(j) => Some(*j), Pair::Gone(_) => None }).collect();
            prop_assert_eq!(left, (0..old.len()).collect::<Vec<_>>());
            prop_assert_eq!(right, (0..new.len()).collect::<Vec<_>>());
            for pair in &pairs {
                if let Pair::Both(i, j) = pair {
                    prop_assert_eq!(old[*i], new[*j]);
                }
            }
            if old == new {
                prop_assert!(pairs.iter().all(|p| matches!(p, Pair::Both(..))));
            }
        }
    }
}
