//! What must hold of any interval: it holds its estimate, mirrors when the groups change places, shrinks with numbers, and misses no more often than it says.

use comeback::domain::stats::mean::{Difference, Mean};
use comeback::domain::stats::srm::{self, ChiSquare};
use comeback::domain::stats::two_proportions::{Counted, agresti_caffo, katz, newcombe};
use comeback::domain::stats::{Interval, best, proportion, sequential};
use proptest::prelude::*;

fn counted() -> impl Strategy<Value = Counted> {
    (1u64..5_000).prop_flat_map(|of| (0..=of).prop_map(move |hits| Counted::new(hits, of)))
}

fn holds(i: Interval) -> bool {
    i.low <= i.estimate + 1e-12 && i.estimate <= i.high + 1e-12 && i.is_finite()
}

fn mirrors(one: Interval, other: Interval) -> bool {
    (one.low + other.high).abs() < 1e-12 && (one.high + other.low).abs() < 1e-12
}

fn difference(one: Counted, two: Counted) -> Difference {
    let share = |c: Counted| Mean::of_share(c.hits, c.of).expect("a share");
    Difference::of(share(one), share(two))
}

proptest! {
    #[test]
    fn intervals_hold_their_estimates(one in counted(), two in counted()) {
        for i in [proportion::wilson(one.hits, one.of), proportion::clopper_pearson(one.hits, one.of), proportion::agresti_coull(one.hits, one.of)] {
            prop_assert!(i.is_some_and(holds), "{i:?}");
        }
        prop_assert!(newcombe(one, two).is_some_and(holds));
        prop_assert!(katz(one, two).is_none_or(holds));
        prop_assert!(sequential::interval(difference(one, two), 0.05).is_none_or(holds));
        prop_assert!(sequential::bernoulli(one.hits, one.of, (0.05, 100.0)).is_some_and(holds));
    }

    #[test]
    fn groups_that_change_places_turn_the_sign(one in counted(), two in counted()) {
        let both = [newcombe, agresti_caffo].map(|f| (f(one, two).expect("there"), f(two, one).expect("there")));
        prop_assert!(both.iter().all(|(a, b)| mirrors(*a, *b)), "{both:?}");
        if let (Some(a), Some(b)) = (sequential::interval(difference(one, two), 0.05), sequential::interval(difference(two, one), 0.05)) {
            prop_assert!(mirrors(a, b));
        }
        let standings = best::standings(&[one, two]).expect("standings");
        let turned = best::standings(&[two, one]).expect("standings");
        prop_assert!((standings[0].best - turned[1].best).abs() < 1e-9);
        prop_assert!((standings.iter().map(|s| s.best).sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn more_of_the_same_says_more(one in counted(), two in counted()) {
        let tenfold = |c: Counted| Counted::new(c.hits * 10, c.of * 10);
        let width = |i: Interval| i.high - i.low;
        prop_assert!(width(newcombe(tenfold(one), tenfold(two)).expect("there")) < width(newcombe(one, two).expect("there")));
        if let (Some(a), Some(b)) = (sequential::interval(difference(tenfold(one), tenfold(two)), 0.05), sequential::interval(difference(one, two), 0.05)) {
            prop_assert!(width(a) < width(b));
        }
    }

    #[test]
    fn the_weighted_sum_of_one_is_itself_and_of_two_is_between(one in counted(), two in counted(), weight in 0.0..1.0_f64) {
        let (a, b) = (newcombe(one, two).expect("there"), newcombe(two, one).expect("there"));
        let alone = Interval::weighted_sum(&[(1.0, a)]);
        prop_assert!((alone.low - a.low).abs() < 1e-12 && (alone.high - a.high).abs() < 1e-12);
        let sum = Interval::weighted_sum(&[(weight, a), (1.0 - weight, b)]);
        prop_assert!(holds(sum) && sum.high - sum.low <= (a.high - a.low).max(b.high - b.low) + 1e-12);
    }

    #[test]
    fn a_split_exactly_as_meant_raises_no_alarm(n in 1u64..100_000, percent in 1u64..100) {
        let weights = [99.0_f64.min(f64::from(u32::try_from(percent).expect("small"))), f64::from(u32::try_from(100 - percent).expect("small"))];
        let counts = [(n * percent, weights[0]), (n * (100 - percent), weights[1])];
        prop_assert!(ChiSquare::of(&counts).expect("a statistic").p_value() > 0.99);
        prop_assert!(srm::log_odds(&counts) < 0.0);
    }
}

/// SplitMix64: the same on every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from(u32::try_from((z ^ (z >> 31)) >> 32).expect("32 bits")) / 4_294_967_296.0
    }

    fn hits(&mut self, of: u64, share: f64) -> u64 {
        (0..of).filter(|_| self.next() < share).count() as u64
    }
}

const TIMES: u32 = 2_000;

/// Misses in so many experiments, at most as often as promised: within five standard deviations of chance.
fn at_most(misses: u32, promised: f64, times: u32) {
    let times = f64::from(times);
    let bound = times * promised + 5.0 * (times * promised * (1.0 - promised)).sqrt();
    assert!(f64::from(misses) <= bound, "{misses} of {times} missed, promised {promised}");
}

#[test]
fn intervals_miss_no_more_often_than_they_say() {
    let mut dice = Dice(7);
    let (mut of_one, mut of_two) = (0, 0);
    for _ in 0..TIMES {
        let (hits, other) = (dice.hits(300, 0.08), dice.hits(150, 0.05));
        let i = proportion::clopper_pearson(hits, 300).expect("there");
        of_one += u32::from(!(i.low <= 0.08 && 0.08 <= i.high));
        let i = newcombe(Counted::new(hits, 300), Counted::new(other, 150)).expect("there");
        of_two += u32::from(!(i.low <= 0.03 && 0.03 <= i.high));
    }
    at_most(of_one, 0.05, TIMES);
    at_most(of_two, 0.05, TIMES);
}

/// Nothing is caused, and somebody looks after every 50 shoppers: the usual interval cries wolf far more often than 1 in 20, ours doesn't.
#[test]
fn whoever_looks_every_day_is_not_fooled() {
    const LOOKS: u64 = 100;
    const EXPERIMENTS: u32 = 400;
    let mut dice = Dice(11);
    let (mut usual, mut ours, mut exact) = (0, 0, 0);
    for _ in 0..EXPERIMENTS {
        let (mut one, mut two) = (Counted::new(0, 0), Counted::new(0, 0));
        let (mut usual_cried, mut ours_cried, mut exact_cried) = (false, false, false);
        for _ in 0..LOOKS {
            one = Counted::new(one.hits + dice.hits(40, 0.1), one.of + 40);
            two = Counted::new(two.hits + dice.hits(10, 0.1), two.of + 10);
            if one.hits.min(two.hits) < 5 {
                continue;
            }
            let seen = difference(one, two);
            usual_cried |= seen.interval().is_some_and(|i| !i.holds_zero());
            ours_cried |= sequential::interval(seen, 0.05).is_some_and(|i| !i.holds_zero());
            exact_cried |= sequential::bernoulli(one.hits, one.of, (0.05, 1000.0)).is_some_and(|i| i.low > 0.1 || i.high < 0.1);
        }
        usual += u32::from(usual_cried);
        ours += u32::from(ours_cried);
        exact += u32::from(exact_cried);
    }
    at_most(ours, 0.05, EXPERIMENTS);
    at_most(exact, 0.05, EXPERIMENTS);
    assert!(f64::from(usual) > 0.15 * f64::from(EXPERIMENTS), "the usual interval was fooled {usual} times only: this shows nothing");
}

#[test]
fn the_split_can_be_looked_at_every_day() {
    const EXPERIMENTS: u32 = 1_000;
    let mut dice = Dice(13);
    let mut alarms = 0;
    for _ in 0..EXPERIMENTS {
        let (mut treated, mut held, mut looks) = (0, 0, Vec::new());
        for _ in 0..50 {
            let day = dice.hits(20, 0.1);
            (treated, held) = (treated + 20 - day, held + day);
            looks.push(srm::log_odds(&[(treated, 0.9), (held, 0.1)]));
        }
        alarms += u32::from(srm::anytime_p(looks) < 0.01);
    }
    at_most(alarms, 0.01, EXPERIMENTS);
}
