//! A real, randomised mail experiment: from its 64,000 rows to its sums, and from them to every figure.

use super::{Row, same, table};
use comeback::domain::stats::mean::{Difference, Mean, Paired, Sums, cuped};
use comeback::domain::stats::two_proportions::{Counted, katz, newcombe};
use comeback::domain::stats::{Interval, proportion, sequential};
use std::collections::BTreeMap;

const TREATED: &str = "Mens E-Mail";
const CONTROL: &str = "No E-Mail";

#[derive(Default, Clone, Copy)]
struct Arm {
    n: u64,
    visits: u64,
    conversions: u64,
    /// spend, its square, spend before, its square, their product
    sums: [f64; 5],
}

impl Arm {
    fn paired(self) -> Paired {
        let [sum, squares, before, before_squares, cross] = self.sums;
        let outcome = Sums { count: self.n, sum, squares };
        Paired { outcome, before: Sums { count: self.n, sum: before, squares: before_squares }, cross }
    }
}

fn arms() -> BTreeMap<String, Arm> {
    let mut arms: BTreeMap<String, Arm> = BTreeMap::new();
    for row in table("data/hillstrom_email.csv") {
        let arm = arms.entry(row.text("segment").to_owned()).or_default();
        let (spend, before) = (row.number("spend"), row.number("history"));
        arm.n += 1;
        arm.visits += row.count("visit");
        arm.conversions += row.count("conversion");
        for (sum, part) in arm.sums.iter_mut().zip([spend, spend * spend, before, before * before, before * spend]) {
            *sum += part;
        }
    }
    arms
}

#[test]
fn rows_come_to_the_published_sums() {
    let arms = arms();
    if arms.is_empty() {
        return;
    }
    for row in table("golden/incr_hillstrom_arms.csv") {
        let arm = arms[row.text("arm")];
        assert_eq!((arm.n, arm.visits, arm.conversions), (row.count("n"), row.count("visits"), row.count("conversions")));
        let columns = ["spend_sum", "spend_sum_squares", "history_sum", "history_sum_squares", "history_x_spend"];
        for (sum, column) in arm.sums.into_iter().zip(columns) {
            same(sum, row.number(column), column);
        }
    }
}

fn check(row: &Row, got: Option<Interval>) {
    let of = format!("{} {}", row.text("metric"), row.text("method"));
    let got = got.unwrap_or_else(|| panic!("{of}: an interval"));
    for (value, column) in [(got.estimate, "estimate"), (got.low, "lower"), (got.high, "upper")] {
        if let Some(expected) = row.maybe(column) {
            same(value, expected, &format!("{of}, {column}"));
        }
    }
}

/// The reference's methods that are ours.
const OURS: [&str; 16] = [
    "rate_treated_wilson",
    "rate_control_wilson",
    "rate_treated_clopper_pearson",
    "rate_control_clopper_pearson",
    "diff_newcombe_hybrid_score",
    "relative_lift_log_katz",
    "incremental_conversions_newcombe",
    "diff_welch",
    "incremental_total_welch",
    "growthbook_t_absolute",
    "growthbook_sequential_absolute",
    "growthbook_t_relative",
    "growthbook_sequential_relative",
    "growthbook_cuped_history_absolute",
    "diff_cuped_history",
    "growthbook_cuped_sequential_history_absolute",
];

/// What one of them answers.
fn answer(metric: &str, method: &str, (treated, control): (Arm, Arm)) -> Option<Interval> {
    let hits = |arm: Arm| if metric == "visit" { arm.visits } else { arm.conversions };
    let [one, two] = [treated, control].map(|arm| Counted::new(hits(arm), arm.n));
    let share = |arm: Arm| Mean::of_share(hits(arm), arm.n).expect("a share");
    let means = || {
        let [one, two] = [treated, control].map(|arm| arm.paired().outcome.mean().expect("a mean"));
        if metric == "spend" { (one, two) } else { (share(treated), share(control)) }
    };
    let plain = || Difference::of(means().0, means().1);
    let relative = || Difference::relative(means().0, means().1).expect("a ratio");
    let adjusted = || cuped(treated.paired(), control.paired()).expect("a difference");
    let n = f64::from(u32::try_from(treated.n).expect("small"));
    let normal = |d: Difference, z: f64| Interval::around(d.estimate, z * d.squared_error.sqrt());
    match method {
        "rate_treated_wilson" => proportion::wilson(one.hits, one.of),
        "rate_control_wilson" => proportion::wilson(two.hits, two.of),
        "rate_treated_clopper_pearson" => proportion::clopper_pearson(one.hits, one.of),
        "rate_control_clopper_pearson" => proportion::clopper_pearson(two.hits, two.of),
        "diff_newcombe_hybrid_score" => newcombe(one, two),
        "relative_lift_log_katz" => katz(one, two),
        "incremental_conversions_newcombe" => newcombe(one, two).map(|i| i.times(n)),
        "diff_welch" | "growthbook_t_absolute" => plain().interval(),
        "incremental_total_welch" => Some(normal(plain(), comeback::domain::stats::Z95).times(n)),
        "growthbook_sequential_absolute" => sequential::interval(plain(), 0.05),
        "growthbook_t_relative" => relative().interval(),
        "growthbook_sequential_relative" => sequential::interval(relative(), 0.05),
        "diff_cuped_history" | "growthbook_cuped_history_absolute" => adjusted().interval(),
        "growthbook_cuped_sequential_history_absolute" => sequential::interval(adjusted(), 0.05),
        _ => None,
    }
}

#[test]
fn every_figure_of_the_experiment_comes_out_as_by_the_reference_implementations() {
    let arms = arms();
    if arms.is_empty() {
        return;
    }
    let pair = (arms[TREATED], arms[CONTROL]);
    let mut checked = 0;
    for row in table("golden/incr_hillstrom.csv").iter().filter(|r| r.text("comparison") == format!("{TREATED} - {CONTROL}")) {
        if OURS.contains(&row.text("method")) {
            check(row, answer(row.text("metric"), row.text("method"), pair));
            checked += 1;
        }
    }
    assert!(checked >= 25, "only {checked} rows were checked");
}

#[test]
fn whoever_looks_early_is_fooled_by_the_usual_interval_and_not_by_ours() {
    for row in table("golden/incr_hillstrom_sequential_looks.csv") {
        let share = |arm: &str| -> Mean {
            let hits = row.text(&format!("x_{arm}")).trim_end_matches(".0").parse().expect("a count");
            Mean::of_share(hits, row.count(&format!("n_{arm}"))).expect("a share")
        };
        let difference = Difference::of(share("treated"), share("control"));
        let (usual, ours) = (difference.interval().expect("usual"), sequential::interval(difference, 0.05).expect("ours"));
        for (value, column) in [(usual.low, "t_lower"), (usual.high, "t_upper"), (ours.low, "seq_lower"), (ours.high, "seq_upper")] {
            same(value, row.number(column), column);
        }
        if row.count("rows_seen") == 1000 {
            assert!(!usual.holds_zero() && ours.holds_zero());
        }
    }
}
