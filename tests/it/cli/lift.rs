//! What was caused, for anybody's sums and by the shell.

use super::program::Program;

/// The sums of a published experiment's two arms.
const SUMS: &str = "arm,n,conversions,revenue_sum,revenue_sum_squares,prior_sum,prior_sum_squares,prior_x_revenue\n\
    treated,1000,120,6000,360000,20000,900000,140000\nholdout,500,40,2000,120000,10000,450000,50000\n";

#[test]
fn anybody_can_have_their_sums_worked_out() {
    let program = Program::new();
    std::fs::write(program.path("arms.csv"), SUMS).expect("written");
    let answer = program.run(&["report", "lift", "--arms", "arms.csv", "--format", "json"]).json();
    let figure = |name: &str, end: &str| {
        let all = answer["figures"].as_array().expect("figures");
        all.iter().find(|f| f["figure"] == name).unwrap_or_else(|| panic!("{name}"))[end].as_f64()
    };
    // 120/1000 - 40/500, of 1,000 shoppers; 6 - 4 per shopper.
    assert!(figure("incremental_orders", "estimate").is_some_and(|n| (n - 40.0).abs() < 1e-9));
    assert!(figure("revenue_difference_welch", "estimate").is_some_and(|n| (n - 2.0).abs() < 1e-9));
    assert!(figure("attributable_fraction", "estimate").is_some_and(|n| (n - 1.0 / 3.0).abs() < 1e-9));
    assert_eq!(figure("srm_p", "estimate"), None, "nobody said how they were to be split");
    assert_eq!(answer["verdict"]["orders"], "not_enough_data");
    let off = program.run(&["report", "lift", "--arms", "arms.csv", "--holdout-percent", "10", "--format", "csv"]);
    assert!(off.out.contains("verdict_orders,no verdict: shoppers were not split as meant"), "{}{}", off.out, off.err);
    let table = program.run(&["report", "lift", "--arms", "arms.csv"]);
    assert!(table.code == 0 && table.out.contains("conversion_difference_newcombe"), "{}", table.out);
}

#[test]
fn sums_that_cannot_be_are_refused_with_what_is_wrong() {
    let program = Program::new();
    for (text, told) in [
        ("arm,n,conversions,revenue_sum,revenue_sum_squares\na,1,2,0,0\nb,1,0,0,0\n", "more conversions than shoppers"),
        ("arm\nx\n", "missing field"),
    ] {
        std::fs::write(program.path("arms.csv"), text).expect("written");
        let answer = program.run(&["report", "lift", "--arms", "arms.csv"]);
        assert!(answer.code == 2 && answer.err.contains(told), "{}", answer.err);
    }
    assert_eq!(program.run(&["report", "lift"]).code, 2);
}

#[test]
fn a_store_without_shoppers_has_no_verdict_and_no_nonsense() {
    let program = Program::new();
    let shop = program.add_shop();
    let table = program.run(&["report", "lift", "--shop", &shop]);
    assert!(table.code == 0 && !table.out.contains("NaN"), "{}{}", table.out, table.err);
    let csv = program.run(&["report", "lift", "--shop", &shop, "--format", "csv"]);
    assert!(csv.out.starts_with("key,label,currency,treated,treated_numerator,"), "{}", csv.out);
    let columns = program.run(&["report", "lift", "--shop", &shop, "--format", "parquet"]);
    assert!(columns.code == 2 && columns.err.contains("--output"), "{}", columns.err);
    let written = program.run(&["report", "lift", "--shop", &shop, "--format", "parquet", "--output", "lift.parquet"]);
    assert_eq!(written.code, 0, "{}", written.err);
    assert!(std::fs::read(program.path("lift.parquet")).expect("a file").starts_with(b"PAR1"));
    assert_eq!(program.run(&["report", "lift", "--arms", "arms.csv", "--output", "x"]).code, 2, "sums are printed");
}
