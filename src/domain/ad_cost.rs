//! What advertising cost, as its platforms report it, and what came of it: return on ad spend and cost per order, by UTM.

use super::money::{Currency, Money};
use super::report::table::{Cell, Column, Line, Table, Unit};
use super::report::{Definition, define};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a source, medium or campaign.
const WORD_MAX: usize = 200;

/// By what an advertisement is known in addresses: `utm_source`, `utm_medium`, `utm_campaign`; empty for none.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Utm {
    /// `google`.
    pub source: String,
    /// `cpc`.
    pub medium: String,
    /// `spring-sale`.
    pub campaign: String,
}

/// What an advertisement cost on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdCost {
    /// As the ad platform counts days.
    pub day: Date,
    /// Of which advertisement.
    pub utm: Utm,
    /// How much.
    pub cost: Money,
    /// How often it was clicked, where that is told.
    pub clicks: Option<i64>,
    /// How often it was shown, where that is told.
    pub impressions: Option<i64>,
}

/// Orders that an advertisement brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Which advertisement: the last arrival before the order that was not direct.
    pub utm: Utm,
    /// How many orders.
    pub orders: i64,
    /// What stayed of them, in one currency.
    pub net: Money,
}

/// Reads a line of a file or of a request: `day`, `utm_source`, `utm_medium`, `utm_campaign`, `cost`, `currency`, `clicks`, `impressions`.
///
/// # Errors
/// What is wrong with it.
pub fn read(fields: &BTreeMap<String, String>) -> Result<AdCost, String> {
    let field = |name: &str| fields.get(name).map(|t| t.trim()).filter(|t| !t.is_empty());
    let need = |name: &str| field(name).ok_or_else(|| format!("{name} is missing"));
    let day = need("day")?;
    let day: Date = Date::strptime("%Y-%m-%d", day).map_err(|_| format!("day: {:?} is not a day such as 2026-07-01", shown(day)))?;
    let currency: Currency = need("currency")?.parse().map_err(|e| format!("currency: {e}"))?;
    let cost = Money::parse(need("cost")?, currency).map_err(|e| format!("cost: {e}"))?;
    if cost.minor < 0 {
        return Err("cost: an amount below zero is no cost".to_owned());
    }
    let word = |name: &str| match field(name) {
        Some(text) if text.chars().count() > WORD_MAX => Err(format!("{name}: at most {WORD_MAX} characters")),
        text => Ok(text.unwrap_or_default().to_owned()),
    };
    need("utm_source")?;
    let count = |name: &str| match field(name) {
        None => Ok(None),
        Some(text) => match text.parse::<i64>() {
            Ok(count) if count >= 0 => Ok(Some(count)),
            _ => Err(format!("{name}: {:?} is not a number of them", shown(text))),
        },
    };
    let utm = Utm { source: word("utm_source")?, medium: word("utm_medium")?, campaign: word("utm_campaign")? };
    Ok(AdCost { day, utm, cost, clicks: count("clicks")?, impressions: count("impressions")? })
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

/// What the figures of advertising mean.
pub const DEFINITIONS: &[Definition] = &[
    define("cost", "What the ad platforms say that the advertisement cost on the days of the period, as imported, in their currency."),
    define(
        "net",
        "What stayed of the orders placed in the period whose shopper last arrived by that advertisement: direct visits in between don't count.",
    ),
    define("roas", "Return on ad spend: net over cost, both in one currency. No data where either is missing."),
    define("cpa", "Cost per order: cost over the orders of that advertisement. No data where either is missing."),
];

const COLUMNS: [Column; 8] = [
    Column::new("source", "Source", Unit::Text),
    Column::new("medium", "Medium", Unit::Text),
    Column::new("cost", "Cost", Unit::Money),
    Column::new("clicks", "Ad clicks", Unit::Count),
    Column::new("orders", "Orders", Unit::Count),
    Column::new("net", "Net", Unit::Money),
    Column::new("roas", "ROAS", Unit::Number),
    Column::new("cpa", "Cost per order", Unit::Money),
];

/// What is known of one advertisement in one currency.
#[derive(Default)]
struct Known {
    cost_minor: Option<i64>,
    clicks: Option<i64>,
    orders: Option<i64>,
    net_minor: Option<i64>,
}

/// Costs beside what they brought, a line per advertisement and currency; `brought` is none where orders are not known by their arrivals.
pub fn report(costs: &[AdCost], brought: Option<&[Brought]>) -> Table {
    let mut known: BTreeMap<(Utm, Currency), Known> = BTreeMap::new();
    for cost in costs {
        let line = known.entry((cost.utm.clone(), cost.cost.currency)).or_default();
        *line.cost_minor.get_or_insert_default() += cost.cost.minor;
        if let Some(clicks) = cost.clicks {
            *line.clicks.get_or_insert_default() += clicks;
        }
    }
    let paid: BTreeSet<Utm> = known.keys().map(|(utm, _)| utm.clone()).collect();
    // Arrivals that nobody paid for are no matter of this report.
    for one in brought.unwrap_or_default().iter().filter(|one| paid.contains(&one.utm)) {
        let line = known.entry((one.utm.clone(), one.net.currency)).or_default();
        *line.orders.get_or_insert_default() += one.orders;
        *line.net_minor.get_or_insert_default() += one.net.minor;
    }
    if brought.is_some() {
        // Where orders are known by their arrivals, an advertisement without one brought none; but not where its orders came in another currency.
        let sold: BTreeSet<Utm> = known.iter().filter(|(_, line)| line.orders.is_some()).map(|((utm, _), _)| utm.clone()).collect();
        for (_, line) in known.iter_mut().filter(|((utm, _), _)| !sold.contains(utm)) {
            (line.orders, line.net_minor) = (Some(0), Some(0));
        }
    }
    let mut notes = vec!["Currencies are never added up or converted: costs in one and orders in another are told apart.".to_owned()];
    if brought.is_none() {
        notes.push(
            "By which advertisement shoppers arrived is not known of the orders: return on ad spend and cost per order can't be told."
                .to_owned(),
        );
    }
    Table {
        name: "ad-costs",
        title: "Advertising".to_owned(),
        by: "Campaign".to_owned(),
        columns: COLUMNS.to_vec(),
        lines: known.into_iter().map(|(key, known)| line(key, &known)).collect(),
        totals: Vec::new(),
        notes,
        definitions: DEFINITIONS.to_vec(),
    }
}

fn line((utm, currency): (Utm, Currency), known: &Known) -> Line {
    let count = |n: Option<i64>| n.map_or(Cell::None, Cell::Count);
    let money = |minor: Option<i64>| minor.map_or(Cell::None, |minor| Cell::Money(Money::new(minor, currency)));
    let roas = match (known.net_minor, known.cost_minor) {
        (Some(net), Some(cost)) if cost > 0 => Cell::Number(as_f64(net) / as_f64(cost)),
        _ => Cell::None,
    };
    let cpa = match (known.cost_minor, known.orders) {
        (Some(cost), Some(orders)) if orders > 0 => money(Some(rounded(cost, orders))),
        _ => Cell::None,
    };
    let label = if utm.campaign.is_empty() { "(no campaign)".to_owned() } else { utm.campaign.clone() };
    Line {
        key: format!("{}/{}/{}", utm.source, utm.medium, utm.campaign),
        label,
        currency: Some(currency),
        cells: vec![
            Cell::Text(utm.source),
            Cell::Text(utm.medium),
            money(known.cost_minor),
            count(known.clicks),
            count(known.orders),
            money(known.net_minor),
            roas,
            cpa,
        ],
        carts: None,
    }
}

/// Half a minor unit is rounded up; neither is below zero.
fn rounded(of: i64, by: i64) -> i64 {
    of.saturating_add(by / 2) / by
}

/// Amounts are far below 2^53 minor units: exact.
#[allow(clippy::cast_precision_loss)]
fn as_f64(minor: i64) -> f64 {
    minor as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> BTreeMap<String, String> {
        text.split(';').filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
    }

    #[test]
    fn a_line_says_what_is_wrong_with_it() {
        let check = |text: &str, expected: &str| assert_eq!(read(&fields(text)).err().unwrap_or_default(), expected, "{text}");
        check("day=2026-07-01;utm_source=google;utm_medium=cpc;utm_campaign=a;cost=12.34;currency=USD;clicks=5", "");
        check("utm_source=google;cost=1;currency=USD", "day is missing");
        check("day=07/01/2026;utm_source=google;cost=1;currency=USD", "day: \"07/01/2026\" is not a day such as 2026-07-01");
        check("day=2026-07-01;cost=1;currency=USD", "utm_source is missing");
        check("day=2026-07-01;utm_source=g;cost=-1;currency=USD", "cost: an amount below zero is no cost");
        check("day=2026-07-01;utm_source=g;cost=1;currency=USD;clicks=few", "clicks: \"few\" is not a number of them");
    }

    fn cost(campaign: &str, amount: &str, currency: &str) -> AdCost {
        let text =
            format!("day=2026-07-01;utm_source=google;utm_medium=cpc;utm_campaign={campaign};cost={amount};currency={currency};clicks=10");
        read(&fields(&text)).expect("a cost")
    }

    fn brought(campaign: &str, orders: i64, minor: i64, currency: &str) -> Brought {
        let utm = Utm { source: "google".into(), medium: "cpc".into(), campaign: campaign.into() };
        Brought { utm, orders, net: Money::new(minor, currency.parse().expect("a currency")) }
    }

    /// `[cost, orders, net, roas, cpa]` of each line, as files write them.
    fn cells(table: &Table) -> Vec<(String, Vec<String>)> {
        let flat = crate::domain::report::flat::flat(table);
        let shown = |row: &Vec<_>| [5, 7, 8, 9, 10].map(|i: usize| crate::domain::report::csv::line(&row[i..=i])).to_vec();
        flat.rows.iter().zip(&table.lines).map(|(row, line)| (line.label.clone(), shown(row))).collect()
    }

    #[test]
    fn return_and_cost_per_order_are_told_within_one_currency_only() {
        let costs =
            [cost("spring", "20.00", "USD"), cost("spring", "10.00", "USD"), cost("autumn", "5.00", "USD"), cost("euro", "8.00", "EUR")];
        let orders = [brought("spring", 4, 12_000, "USD"), brought("euro", 1, 9_000, "USD"), brought("unpaid", 1, 500, "USD")];
        let line = |label: &str, cells: [&str; 5]| (label.to_owned(), cells.map(str::to_owned).to_vec());
        let expected = [
            line("autumn", ["5.00", "0", "0.00", "0", ""]),
            // The orders came in dollars and the cost in euros: nothing is told of either against the other.
            line("euro", ["", "1", "90.00", "", ""]),
            line("euro", ["8.00", "", "", "", ""]),
            // 120.00 over 30.00, and 30.00 over 4.
            line("spring", ["30.00", "4", "120.00", "4", "7.50"]),
        ];
        let mut got = cells(&report(&costs, Some(&orders)));
        got.sort();
        assert_eq!(got, expected);
    }

    #[test]
    fn without_known_arrivals_nothing_is_told_of_the_return() {
        let table = report(&[cost("spring", "20.00", "USD")], None);
        assert_eq!(cells(&table), [("spring".to_owned(), ["20.00", "", "", "", ""].map(str::to_owned).to_vec())]);
        assert!(table.notes.iter().any(|note| note.contains("not known")));
    }
}
