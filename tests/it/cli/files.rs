//! Reports and lists as files, as a shell gets them; Parquet is read back by the library's own reader.

use super::program::Program;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// Facts about the file, and its rows by column.
fn read(path: &Path) -> (BTreeMap<String, String>, Vec<BTreeMap<String, Field>>) {
    let reader = SerializedFileReader::new(File::open(path).expect("the file")).expect("a Parquet file");
    let facts = reader.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let facts = facts.into_iter().map(|f| (f.key, f.value.unwrap_or_default())).collect();
    let rows = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row").into_columns().into_iter().collect()).collect();
    (facts, rows)
}

#[test]
fn a_report_as_parquet_has_minor_units_its_currency_its_period_and_its_definitions() {
    let program = Program::new();
    let shop = program.add_shop();
    let asked = ["report", "recovered", "--shop", &shop, "--from", "2026-07-01", "--to", "2026-07-02", "--format", "parquet"];
    let nameless = program.run(&asked);
    assert!(nameless.code == 2 && nameless.err.contains("add --output FILE"), "{}", nameless.err);
    let written = program.run(&[&asked[..], &["--output", "report.parquet"]].concat());
    assert_eq!((written.code, written.out.as_str()), (0, ""), "{}", written.err);
    let (facts, rows) = read(&program.path("report.parquet"));
    assert_eq!(
        (facts["report"].as_str(), facts["from"].as_str(), facts["to"].as_str()),
        ("recovered", "2026-07-01T04:00:00Z", "2026-07-03T04:00:00Z")
    );
    assert_eq!(facts["definition net"], "Gross less refunds.");
    assert_eq!(rows.len(), 1, "the total of nothing");
    let total = &rows[0];
    assert_eq!(
        (&total["net_minor"], &total["currency"], &total["is_total"]),
        (&Field::Long(0), &Field::Str("USD".into()), &Field::Bool(true))
    );
    let csv = program.run(&["report", "recovered", "--shop", &shop, "--format", "csv"]);
    assert!(csv.out.starts_with("key,label,currency,nudges,") && csv.out.ends_with("true\r\n"), "{}", csv.out);
}

#[test]
fn carts_orders_credits_and_nudges_leave_whole_in_every_format() {
    let program = Program::new();
    let shop = program.add_shop();
    for (what, first) in [("carts", "cart_id,"), ("orders", "order_id,"), ("credits", "order_id,model,"), ("nudges", "nudge_id,")] {
        let csv = program.run(&["export", what, "--shop", &shop]);
        assert!(csv.code == 0 && csv.out.starts_with(first) && csv.out.ends_with("\r\n"), "{what}: {}{}", csv.out, csv.err);
        let lines = program.run(&["export", what, "--shop", &shop, "--format", "jsonl"]);
        assert_eq!((lines.code, lines.out.as_str()), (0, ""), "{what} of a new store: {}", lines.err);
        let name = format!("{what}.parquet");
        let written = program.run(&["export", what, "--shop", &shop, "--format", "parquet", "--output", &name]);
        assert_eq!(written.code, 0, "{what}: {}", written.err);
        assert!(read(&program.path(&name)).1.is_empty());
    }
    let people = program.run(&["export", "contacts", "--shop", &shop, "--format", "parquet", "--output", "x"]);
    assert_eq!(people.code, 2, "{}", people.err);
}

#[test]
fn costs_of_advertising_go_in_and_bad_lines_are_told_by_number() {
    let program = Program::new();
    let shop = program.add_shop();
    let list = "Day,utm_source,utm_medium,utm_campaign,Cost,Currency,Clicks\n2026-07-01,google,cpc,summer,12.34,USD,9\n2026-07-01,google,cpc,x,many,USD,\n";
    std::fs::write(program.path("costs.csv"), list).expect("written");
    let taken = program.run(&["import", "ad-costs", "costs.csv", "--shop", &shop]);
    assert!(taken.code == 1 && taken.out.contains("costs.csv line 3: cost:"), "{}{}", taken.out, taken.err);
    assert!(taken.out.contains("1 taken, 0 known before, 1 refused"), "{}", taken.out);
    let again = program.run(&["import", "ad-costs", "costs.csv", "--shop", &shop]);
    assert!(again.out.contains("0 taken, 1 known before, 1 refused"), "{}", again.out);
}

#[test]
fn a_person_is_given_the_weeks_figures_and_freed_of_them() {
    let program = Program::new();
    let shop = program.add_shop();
    let add = ["user", "add", "--email", "jo@acme.example", "--role", "viewer", "--password-stdin"];
    assert_eq!(program.run_with(&add, "correct horse battery").code, 0);
    let set = |switch: &[&str]| program.run(&[&["user", "digest", "--email", "jo@acme.example", "--shop", &shop], switch].concat()).out;
    assert_eq!(set(&[]), "weekly: off\nmonthly: off\n", "nothing unless somebody chooses it");
    assert_eq!(set(&["--weekly", "on"]), "weekly: on\nmonthly: off\n");
    assert_eq!(set(&["--weekly", "off", "--monthly", "on"]), "weekly: off\nmonthly: on\n");
}
