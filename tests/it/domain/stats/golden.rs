//! Every method against the table of its reference implementation.

use super::{Row, same, table, within};
use comeback::domain::stats::best::standings;
use comeback::domain::stats::mean::{Difference, Mean, Sums};
use comeback::domain::stats::power::{self, Plan};
use comeback::domain::stats::srm::{self, ChiSquare};
use comeback::domain::stats::two_proportions::{Counted, agresti_caffo, newcombe};
use comeback::domain::stats::{Interval, proportion, sequential};

fn check(got: Option<Interval>, row: &Row, columns: (&str, &str)) {
    let got = got.unwrap_or_else(|| panic!("an interval for {columns:?}"));
    for (end, column) in [(got.low, columns.0), (got.high, columns.1)] {
        same(end, row.number(column), column);
    }
}

#[test]
fn intervals_of_one_proportion() {
    for row in table("golden/exp_one_proportion_intervals.csv") {
        let (hits, of) = (row.count("x"), row.count("n"));
        check(proportion::wilson(hits, of), &row, ("wilson_lo", "wilson_hi"));
        check(proportion::clopper_pearson(hits, of), &row, ("clopper_pearson_lo", "clopper_pearson_hi"));
        check(proportion::jeffreys(hits, of), &row, ("jeffreys_lo", "jeffreys_hi"));
        check(proportion::agresti_coull(hits, of), &row, ("agresti_coull_lo", "agresti_coull_hi"));
    }
}

#[test]
fn intervals_of_two_proportions() {
    for row in table("golden/exp_two_proportion_intervals.csv") {
        let [first, second] = ["1", "0"].map(|arm| Counted::new(row.count(&format!("x{arm}")), row.count(&format!("n{arm}"))));
        check(newcombe(first, second), &row, ("newcombe_lo", "newcombe_hi"));
        check(agresti_caffo(first, second), &row, ("agresti_caffo_lo", "agresti_caffo_hi"));
        same(newcombe(first, second).expect("an interval").estimate, row.number("diff"), "diff");
    }
}

#[test]
fn two_means_from_their_sums() {
    for row in table("golden/exp_summary_statistics_tests.csv") {
        let mean = |arm: &str| -> Mean {
            let (sum, squares) = (row.number(&format!("sum{arm}")), row.number(&format!("sumsq{arm}")));
            Sums { count: row.count(&format!("n{arm}")), sum, squares }.mean().expect("a mean")
        };
        let difference = Difference::of(mean("1"), mean("0"));
        same(difference.estimate, row.number("diff"), "diff");
        same(difference.squared_error.sqrt(), row.number("se"), "se");
        same(difference.freedom, row.number("df"), "df");
        check(difference.interval(), &row, ("t_lo", "t_hi"));
        same(difference.p_value().expect("p"), row.number("p"), "p");
        for tuning in [1000.0, 5000.0] {
            let name = |what: &str| format!("cs{tuning}_{what}");
            let half = sequential::half_width(difference.squared_error, 0.0_f64.max(count(&row)), (0.05, tuning)).expect("a width");
            check(Some(Interval::around(difference.estimate, half)), &row, (&name("lo"), &name("hi")));
            same(sequential::p_value(difference, (0.05, tuning)).expect("p"), row.number(&name("p")), &name("p"));
        }
        let relative = Difference::relative(mean("1"), mean("0")).expect("a ratio");
        same(relative.estimate, row.number("rel_expected"), "rel_expected");
        check(relative.interval(), &row, ("rel_lo", "rel_hi"));
        same(relative.p_value().expect("p"), row.number("rel_p"), "rel_p");
    }
}

fn count(row: &Row) -> f64 {
    row.number("n0") + row.number("n1")
}

#[test]
fn boundaries_that_hold_at_every_look() {
    for row in table("golden/exp_confseq_boundaries.csv") {
        let got = sequential::normal_mixture(row.number("v"), (row.number("alpha"), row.number("v_opt")));
        same(got, row.number("normal_mixture_two_sided"), "normal mixture");
    }
    for row in table("golden/exp_confseq_bernoulli.csv") {
        let tuning = (row.number("alpha"), row.number("t_opt"));
        // The reference's own root finder stops at 2^-40.
        let got = sequential::bernoulli(row.count("successes"), row.count("n"), tuning).expect("an interval");
        within(got.low, row.number("lo"), 1e-11, "lo");
        within(got.high, row.number("hi"), 1e-11, "hi");
    }
}

/// `9100|900`
fn list<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Vec<T> {
    text.split('|').map(|part| part.parse().expect("a number")).collect()
}

#[test]
fn a_split_that_is_not_as_meant_is_seen() {
    for row in table("golden/exp_srm.csv") {
        let counts: Vec<(u64, f64)> = list(row.text("observed")).into_iter().zip(list(row.text("weights"))).collect();
        let got = ChiSquare::of(&counts).expect("a statistic");
        same(got.value, row.number("chi2"), "chi2");
        same(got.freedom, row.number("df"), "df");
        same(got.p_value(), row.number("p_value"), "p");
        assert_eq!(got.p_value() < srm::ALARM, row.text("srm_at_0_001") == "True");
    }
    let mut looks: Vec<(String, Vec<f64>)> = Vec::new();
    for row in table("golden/exp_sequential_srm.csv") {
        let counts: Vec<(u64, f64)> = list(row.text("cumulative")).into_iter().zip(list(row.text("theta0"))).collect();
        let odds = srm::log_odds(&counts);
        same(odds, row.number("log_odds_closed_form"), "log odds");
        let case = row.text("case").to_owned();
        match looks.last_mut() {
            Some((name, all)) if *name == case => all.push(odds),
            _ => looks.push((case, vec![odds])),
        }
        let p = srm::anytime_p(looks.last().expect("a case").1.iter().copied());
        within(p, row.number("p_anytime"), 1e-9 * row.number("p_anytime").max(1e-9), "p at any time");
    }
}

#[test]
fn which_is_likely_the_best_and_what_is_lost_by_taking_it() {
    let rows = table("golden/exp_beta_binomial_best_arm.csv");
    for arms in rows.chunk_by(|a, b| a.text("case") == b.text("case")) {
        let counted: Vec<Counted> = arms.iter().map(|r| Counted::new(r.count("successes"), r.count("trials"))).collect();
        for (got, row) in standings(&counted).expect("standings").iter().zip(arms) {
            // The reference integrates, and cancels near 0 and 1.
            within(got.best, row.number("prob_best"), 1e-9, "the probability");
            within(got.loss, row.number("expected_loss"), 1e-10, "the loss");
            within(got.best, row.number("prob_best_monte_carlo_400k"), 3.0 * 0.5 / 400_000.0_f64.sqrt(), "the simulated probability");
        }
    }
}

#[test]
fn how_many_are_needed_to_see_an_effect() {
    for row in table("golden/exp_sample_size_proportions.csv") {
        let plan = Plan { alpha: row.number("alpha"), power: row.number("power"), ratio: row.number("ratio_treated_to_control") };
        let (control, treated) = (row.number("p_control"), row.number("p_treated"));
        let got = power::sample_size_of_shares(control, treated, plan).expect("a size");
        same(got, row.number("n_control_pooled_normal"), "the size");
        if let Some(published) = row.maybe("published") {
            within(got, published, 0.05, "as published");
        }
        // And back: with so many that rise is the smallest that is seen.
        same(power::smallest_rise(control, got, plan).expect("a rise"), treated - control, "the rise");
    }
    for row in table("golden/exp_sample_size_means.csv") {
        let (effect, each) = (row.number("effect_size_d"), row.number("n_each"));
        let got = power::power_of_means(effect, each, row.number("alpha"));
        same(got, row.number("power"), "the power");
        same(power::sample_size_of_means(effect, row.number("alpha"), got).expect("a size"), each, "the size");
        if let Some(published) = row.maybe("published") {
            within(got, published, 1e-6, "as published");
        }
    }
    for row in table("golden/exp_mde.csv") {
        let plan = Plan { alpha: row.number("alpha"), power: row.number("power"), ratio: row.number("ratio_treated_to_control") };
        let got = power::smallest_rise(row.number("p_control"), row.number("n_control"), plan).expect("a rise");
        same(got, row.number("mde_absolute"), "the smallest rise");
    }
}
