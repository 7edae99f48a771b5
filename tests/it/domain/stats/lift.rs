//! The comparison as a whole: what it says of a real experiment, of many in which nothing is caused, and of the odd ones.

use super::{Row, table};
use comeback::domain::lift::compare::{Lift, Split, Stratum, compare, split};
use comeback::domain::lift::tally::{Arm, Before};
use comeback::domain::lift::verdict::{Verdict, Wait, judge, wait};

const ALPHA: f64 = 0.05;

fn arm(row: &Row) -> Arm {
    let before =
        Before { sum: row.number("history_sum"), squares: row.number("history_sum_squares"), cross: row.number("history_x_spend") };
    Arm {
        shoppers: row.count("n"),
        converted: row.count("conversions"),
        revenue: row.number("spend_sum"),
        squares: row.number("spend_sum_squares"),
        before: Some(before),
    }
}

fn of(treated: Arm, held: Arm) -> Lift {
    compare(&[Stratum { share: 0.5, treated, held }], ALPHA)
}

#[test]
fn a_real_experiment_is_judged_as_published() {
    let rows = table("golden/incr_hillstrom_arms.csv");
    let Some([mens, none, _]) = rows.first_chunk::<3>() else { return };
    let lift = of(arm(mens), arm(none));
    let near = |got: f64, expected: f64| assert!((got - expected).abs() < 0.05, "{got} is not {expected}");
    let once = lift.orders.once.expect("orders");
    for (got, expected) in [(once.estimate, 145.0), (once.low, 106.8), (once.high, 184.1)] {
        near(got, expected);
    }
    near(lift.caused.expect("a part") * 100.0, 54.3);
    let anytime = lift.conversion.anytime.expect("a difference");
    near(anytime.low * 1000.0, 3.839);
    let revenue = lift.revenue.once.expect("net");
    for (got, expected) in [(revenue.estimate, 0.76744), (revenue.low, 0.48281), (revenue.high, 1.05206)] {
        near(got, expected);
    }
    let split = split(&[vec![vec![(mens.count("n"), 1.0), (none.count("n"), 1.0)]]]);
    let verdicts = judge(&lift, split, ALPHA);
    assert_eq!((verdicts.orders, verdicts.net), (Verdict::Caused, Verdict::Caused));
    // The other way round it did harm.
    assert_eq!(judge(&of(arm(none), arm(mens)), split, ALPHA).orders, Verdict::Harm);
    // And with a side that lost a tenth of its shoppers nothing may be said.
    let off = comeback::domain::lift::compare::split(&[vec![vec![(mens.count("n"), 1.0), (none.count("n") * 9 / 10, 1.0)]]]);
    assert_eq!(judge(&lift, off, ALPHA).orders, Verdict::Withheld);
    // Two halves under splits of their own add up to the whole.
    let half = |a: Arm| Arm {
        shoppers: a.shoppers / 2,
        converted: a.converted / 2,
        revenue: a.revenue / 2.0,
        squares: a.squares / 2.0,
        before: None,
    };
    let stratum = Stratum { share: 0.5, treated: half(arm(mens)), held: half(arm(none)) };
    let halves = compare(&[stratum, stratum], ALPHA).orders.once.expect("orders");
    assert!((halves.low - once.low).abs() < 1.0 && (halves.high - once.high).abs() < 1.0, "{halves:?}");
}

fn finite(lift: &Lift) -> bool {
    let all = [lift.conversion, lift.relative, lift.revenue, lift.orders, lift.net, lift.cost_net, lift.cost_orders];
    all.iter().flat_map(|e| [e.anytime, e.once]).flatten().all(comeback::domain::stats::Interval::is_finite)
        && lift.caused.is_none_or(f64::is_finite)
        && lift.anyway.is_none_or(|(share, revenue)| share.is_finite() && revenue.is_finite())
}

#[test]
fn odd_comparisons_give_words_and_never_nonsense() {
    let some = |shoppers, converted: u64| {
        let revenue = comeback::domain::stats::as_f64(converted) * 50.0;
        Arm { shoppers, converted, revenue, squares: revenue * 50.0, before: Some(Before::default()) }
    };
    let check = |treated: Arm, held: Arm, expected: Verdict| {
        let lift = of(treated, held);
        let split = split(&[vec![vec![(treated.shoppers, 90.0), (held.shoppers, 10.0)]]]);
        let verdicts = judge(&lift, split.filter(|s| !s.is_off()), ALPHA);
        assert!(finite(&lift), "{lift:?}");
        assert_eq!(verdicts.orders, expected, "{treated:?} {held:?}");
        let left = wait(verdicts.orders, (lift.conversion.value(), lift.sureness), 10.0);
        assert!(!left.words().contains("NaN") && !left.words().contains("inf"), "{left:?}");
    };
    check(some(0, 0), some(0, 0), Verdict::NotCompared);
    check(some(500, 50), some(0, 0), Verdict::NotCompared);
    check(some(0, 0), some(500, 50), Verdict::NotCompared);
    check(some(1, 1), some(1, 0), Verdict::NotCompared);
    check(some(2, 2), some(2, 0), Verdict::NotEnoughData);
    check(some(5_000, 0), some(500, 0), Verdict::NotEnoughData);
    check(some(5_000, 5_000), some(500, 500), Verdict::NotEnoughData);
    // Nobody of fifty who were left alone bought: that is chance, not proof.
    check(some(450, 45), some(50, 0), Verdict::NotEnoughData);
    check(some(1_000_000, 100_000), some(1_000_000, 100_000), Verdict::NoEffect);
    // A split of which one side can't be drawn can't be off.
    assert_eq!(split(&[vec![vec![(100, 100.0), (0, 0.0)]]]), None);
    let fair = Split { once: 0.5, anytime: 1.0 };
    assert!(!fair.is_off());
}

#[test]
fn the_time_until_a_verdict_is_what_it_turns_out_to_take() {
    let side = |times: u64, converted: u64| {
        let converted = converted * times;
        let revenue = comeback::domain::stats::as_f64(converted) * 50.0;
        Arm { shoppers: 1_000 * times, converted, revenue, squares: revenue * 50.0, before: None }
    };
    let at = |times| of(side(times, 120), side(times, 100));
    let first = at(1);
    let Wait::Days(days) = wait(Verdict::NotEnoughData, (first.conversion.value(), first.sureness), 10.0) else { panic!("some days") };
    // After so many times the shoppers the same effect is seen, with room for chance; well before it isn't.
    let times = |part: f64| 1 + format!("{:.0}", days * part / 10.0).parse::<u64>().expect("a number");
    assert_eq!(judge(&at(times(1.05)), None, ALPHA).orders, Verdict::Caused, "{days}");
    assert_ne!(judge(&at(times(0.3)), None, ALPHA).orders, Verdict::Caused, "{days}");
    let none = of(side(1, 100), side(1, 100));
    assert_eq!(wait(Verdict::NotEnoughData, (none.conversion.value(), none.sureness), 10.0), Wait::Never);
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

    /// So many shoppers of whom a share buys, for sums that differ as carts do: most small, few large.
    fn day(&mut self, arm: &mut Arm, shoppers: u64, share: f64) {
        for _ in 0..shoppers {
            arm.shoppers += 1;
            if self.next() < share {
                let spent = 20.0 / (1.0 - 0.98 * self.next()).powf(0.7);
                arm.converted += 1;
                arm.revenue += spent;
                arm.squares += spent * spent;
            }
        }
    }
}

/// Nothing is caused in any of them, one in ten is left alone, and somebody looks every day.
#[test]
fn of_many_experiments_without_an_effect_at_most_one_in_twenty_is_judged_wrong() {
    const EXPERIMENTS: u32 = 300;
    let mut dice = Dice(3);
    let (mut orders, mut net) = (0, 0);
    for _ in 0..EXPERIMENTS {
        let (mut treated, mut held) = (Arm::default(), Arm::default());
        let (mut on_orders, mut on_net) = (false, false);
        for _ in 0..60 {
            dice.day(&mut treated, 90, 0.08);
            dice.day(&mut held, 10, 0.08);
            let verdicts = judge(&of(treated, held), None, ALPHA);
            on_orders |= matches!(verdicts.orders, Verdict::Caused | Verdict::Harm);
            on_net |= matches!(verdicts.net, Verdict::Caused | Verdict::Harm);
        }
        orders += u32::from(on_orders);
        net += u32::from(on_net);
    }
    assert!(orders <= EXPERIMENTS / 20 && net <= EXPERIMENTS / 20, "{orders} and {net} of {EXPERIMENTS} were judged wrong");
}

#[test]
fn an_effect_that_is_there_is_found_and_its_size_is_within_the_interval() {
    const EXPERIMENTS: u32 = 60;
    let mut dice = Dice(17);
    let (mut found, mut missed) = (0, 0);
    for _ in 0..EXPERIMENTS {
        let (mut treated, mut held) = (Arm::default(), Arm::default());
        dice.day(&mut treated, 4_000, 0.16);
        dice.day(&mut held, 1_000, 0.08);
        let lift = of(treated, held);
        found += u32::from(judge(&lift, None, ALPHA).orders == Verdict::Caused);
        missed += u32::from(lift.conversion.anytime.is_none_or(|i| i.low > 0.08 || i.high < 0.08));
    }
    assert!(found >= EXPERIMENTS - 1 && missed <= 3, "{found} found, {missed} missed");
}
