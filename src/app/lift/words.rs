//! What a comparison came to, for people.

use super::report::{Line, Report};
use crate::domain::lift::compare::{Estimate, Split};
use crate::domain::lift::verdict::{Verdict, Wait};
use crate::domain::lift::{DEFINITIONS, as_f64};
use crate::domain::money::{Currency, Money};
use crate::domain::report::table::{Cell, Column, Line as Row, Ratio, Table, Unit};
use crate::domain::stats::Interval;

/// `310.00 USD`, from a number of main units.
pub fn money(value: f64, currency: Currency) -> Option<Money> {
    let digits = usize::try_from(currency.decimals()).unwrap_or_default();
    Money::parse(&format!("{value:.digits$}"), currency).ok()
}

fn between(interval: Interval, show: impl Fn(f64) -> String) -> String {
    format!("between {} and {}", show(interval.low), show(interval.high))
}

fn amount(value: f64, currency: Currency) -> String {
    money(value, currency).map_or_else(|| format!("{value:.2}"), |m| m.amount())
}

fn said(verdict: Verdict, (estimate, wait): (Estimate, Wait), (show, unit): (&dyn Fn(f64) -> String, &str)) -> String {
    match (verdict, estimate.anytime) {
        (Verdict::Caused, Some(i)) => format!("caused {} {unit}", between(i, show)),
        (Verdict::Harm, Some(i)) => format!("harm seen: {} {unit} lost", between(i.negated(), show)),
        (Verdict::NotEnoughData, _) if wait.words().is_empty() => verdict.words().to_owned(),
        (Verdict::NotEnoughData, _) => format!("{}: {}", verdict.words(), wait.words()),
        _ => verdict.words().to_owned(),
    }
}

/// What may be said of orders: `caused between 107 and 184 orders`.
pub fn orders(line: &Line) -> String {
    said(line.verdicts.orders, (line.lift.orders, line.waits.0), (&|n| format!("{n:.0}"), "orders"))
}

/// What may be said of their net: `caused between 310.00 and 905.00 USD`.
pub fn net(line: &Line, currency: Currency) -> String {
    said(line.verdicts.net, (line.lift.net, line.waits.1), (&|n| amount(n, currency), currency.code()))
}

/// Whether shoppers were split as was meant, in a sentence.
pub fn split(split: Option<Split>) -> Option<String> {
    let split = split.filter(|s| s.is_off())?;
    Some(format!(
        "Shoppers were not split as was meant (p = {:.2e}): something sorts them before they are counted, so that the two sides are not alike and no verdict is given. \
         Look for what began or ended for one side only, such as a channel that was off, a restore of the database, or another app that writes to the same shoppers.",
        split.once.min(split.anytime)
    ))
}

/// The report as a table.
pub fn table(report: &Report) -> Table {
    let columns = vec![
        Column::new("treated", "Written to: ordered", Unit::Ratio),
        Column::new("holdout", "Left alone: ordered", Unit::Ratio),
        Column::new("pending", "Waited for", Unit::Count),
        Column::new("treated_revenue", "Net per shopper, written to", Unit::Money),
        Column::new("holdout_revenue", "Net per shopper, left alone", Unit::Money),
        Column::new("conversion_difference", "Order more often by, points", Unit::Estimate),
        Column::new("conversion_difference_once", "The same, looked at once", Unit::Estimate),
        Column::new("relative_lift", "Of what is ordered anyway, %", Unit::Estimate),
        Column::new("revenue_difference", "Bring more each", Unit::Estimate),
        Column::new("revenue_difference_once", "The same, looked at once", Unit::Estimate),
        Column::new("incremental_orders", "Orders caused", Unit::Estimate),
        Column::new("incremental_revenue", "Net caused", Unit::Estimate),
        Column::new("attributable_fraction", "Of their orders, caused, %", Unit::Number),
        Column::new("holdout_cost", "Leaving alone cost", Unit::Estimate),
        Column::new("smallest_effect", "Smallest effect that would show, points", Unit::Number),
        Column::new("srm", "Split as meant, p", Unit::Number),
        Column::new("verdict", "Orders", Unit::Text),
        Column::new("revenue_verdict", "Net", Unit::Text),
    ];
    Table {
        name: "lift",
        title: "What was caused".to_owned(),
        by: "Campaign".to_owned(),
        columns,
        lines: report.lines.iter().map(|l| row(l, report.currency)).collect(),
        totals: report.total.iter().map(|l| row(l, report.currency)).collect(),
        notes: notes(report),
        definitions: DEFINITIONS.to_vec(),
    }
}

fn row(line: &Line, currency: Currency) -> Row {
    let l = &line.lift;
    // A verdict that is withheld is not to be read off the figures beside it either.
    let is_open = line.verdicts.orders != Verdict::Withheld;
    let estimate =
        |i: Option<Interval>, times: f64| i.filter(|i| is_open && i.is_finite()).map_or(Cell::None, |i| Cell::Estimate(i.times(times)));
    let number = |n: Option<f64>| n.filter(|n| n.is_finite()).map_or(Cell::None, Cell::Number);
    let per = |arm: crate::domain::lift::tally::Arm| arm.per_shopper().and_then(|n| money(n, currency)).map_or(Cell::None, Cell::Money);
    let smallest = l.sureness.and_then(|s| s.smallest_effect(1.0, crate::domain::stats::ALPHA)).map(|n| n * 100.0);
    let cells = vec![
        Cell::Ratio(Ratio::new(l.treated.converted, l.treated.shoppers)),
        Cell::Ratio(Ratio::new(l.held.converted, l.held.shoppers)),
        Cell::Count(line.pending.0 + line.pending.1),
        per(l.treated),
        per(l.held),
        estimate(l.conversion.anytime, 100.0),
        estimate(l.conversion.once, 100.0),
        estimate(l.relative.anytime, 100.0),
        estimate(l.revenue.anytime, 1.0),
        estimate(l.revenue.once, 1.0),
        estimate(l.orders.anytime, 1.0),
        estimate(l.net.anytime, 1.0),
        number(l.caused.filter(|_| is_open).map(|n| n * 100.0)),
        estimate(l.cost_net.anytime, 1.0),
        number(smallest),
        number(line.split.map(|s| s.once)),
        Cell::Text(orders(line)),
        Cell::Text(net(line, currency)),
    ];
    Row { key: line.key.clone(), label: line.label.clone(), currency: Some(currency), cells, carts: None }
}

fn notes(report: &Report) -> Vec<String> {
    let mut notes = vec![format!(
        "Shoppers are compared once their {} days for ordering are over: before that, those who were counted early had more time to order than the others. Days are whole days of the store's zone.",
        report.outcome_days
    )];
    let all = report.lines.iter().chain(&report.total);
    for line in &report.lines {
        notes.extend(split(line.split).map(|words| format!("{}: {words}", line.label)));
        let alone = line.lift.treated.shoppers - line.lift.compared;
        if alone > 0 {
            notes.push(format!("{}: {alone} shoppers were written to while nobody was left alone; they are in no comparison.", line.label));
        }
        if line.elsewhere > 0 {
            notes.push(format!(
                "{}: {} shoppers also ordered in another currency; that is counted as an order, and is in no sum of money.",
                line.label, line.elsewhere
            ));
        }
    }
    if all.clone().any(|l| l.verdicts.orders == Verdict::NotEnoughData || l.verdicts.net == Verdict::NotEnoughData) {
        notes.push("How long it takes is worked out from the effect seen so far, as if it were the true one. A greater part left alone shortens it.".to_owned());
    }
    if report.lines.len() > 1 {
        notes.push("Campaigns are each compared for themselves and then added up. One that shines among many may do so by chance: take it as a hint to try again, not as proof.".to_owned());
    }
    if report.counting > 0 {
        notes.push(format!(
            "Of {} shoppers something came in just now that is still being counted.",
            as_f64(u64::try_from(report.counting).unwrap_or_default())
        ));
    }
    notes
}
