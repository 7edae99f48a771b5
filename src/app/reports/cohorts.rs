//! Buyers by the month in which they came, and what they brought month by month.

use super::lines::per;
use crate::app::{App, AppError};
use crate::db::rollups;
use crate::db::shops::Shop;
use crate::domain::money::Currency;
use crate::domain::report::buyer::{Basis, Grain, MONTHS, Sums};
use crate::domain::report::days::{self, Days};
use crate::domain::report::reports::COHORTS;
use crate::domain::report::table::{Cell, Column, Line, Ratio, Table, Unit};
use std::collections::BTreeMap;

/// Whether buyers came again is told within so many days.
const AGAIN_WITHIN: i64 = 90;
const COLUMNS: [Column; 2] =
    [Column::new("buyers", "Buyers", Unit::Count), Column::new("repeat_rate", "Again within 90 days", Unit::Ratio)];
const OF_MONTHS: [(&str, &str); 13] = [
    ("month_0", "Net per buyer, month 0"),
    ("month_1", "Month 1"),
    ("month_2", "Month 2"),
    ("month_3", "Month 3"),
    ("month_4", "Month 4"),
    ("month_5", "Month 5"),
    ("month_6", "Month 6"),
    ("month_7", "Month 7"),
    ("month_8", "Month 8"),
    ("month_9", "Month 9"),
    ("month_10", "Month 10"),
    ("month_11", "Month 11"),
    ("month_12", "Month 12"),
];

/// Of the buyers of one month.
#[derive(Default)]
struct Cohort {
    again: Sums,
    months: BTreeMap<i64, Sums>,
}

/// The table.
///
/// # Errors
/// `Db`.
pub async fn table(app: &App, shop: &Shop, (basis, asked): (Basis, Days)) -> Result<Table, AppError> {
    let today = days::number(days::of(app.now(), &shop.zone()));
    // Whole months: those in which the period begins and ends are part of it.
    let end = days::date(asked.end - 1).last_of_month();
    let period = (days::month_of(asked.first), days::number(end) + 1);
    let mut cohorts: BTreeMap<(i64, Currency), Cohort> = BTreeMap::new();
    for (place, sums) in rollups::cohorts(&app.db, shop.id, (basis, AGAIN_WITHIN), period).await? {
        let cohort = cohorts.entry((days::month_of(place.day), place.currency)).or_default();
        match place.grain {
            Grain::Days => cohort.again.join(&sums, 1),
            Grain::Month => cohort.months.entry(place.span).or_default().join(&sums, 1),
        }
    }
    let mut columns = COLUMNS.to_vec();
    columns.extend(OF_MONTHS.map(|(key, label)| Column::new(key, label, Unit::Money)));
    Ok(Table {
        name: "cohorts",
        title: "Cohorts".to_owned(),
        by: if basis == Basis::Recovered { "Month of the first recovered order" } else { "Month of the first order" }.to_owned(),
        columns,
        lines: cohorts.iter().map(|((month, currency), cohort)| line(shop, (*month, *currency), cohort, today)).collect(),
        totals: Vec::new(),
        notes: vec!["Months are the store's. The last month shown of a line may still be under way.".to_owned()],
        definitions: COHORTS.to_vec(),
    })
}

fn line(shop: &Shop, (month, currency): (i64, Currency), cohort: &Cohort, today: i64) -> Line {
    let name = days::date(month).strftime("%Y-%m").to_string();
    let label = if currency == shop.currency { name.clone() } else { format!("{name}, {currency}") };
    let buyers = cohort.again.buyers;
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    let last = days::number(days::date(month).last_of_month());
    let again = if last + AGAIN_WITHIN < today { Cell::Ratio(Ratio::new(number(cohort.again.again), number(buyers))) } else { Cell::None };
    let so_far = days::months_between(month, today);
    let of_month = |span: i64| {
        let net = cohort.months.get(&span).map_or(0, |s| s.net_minor);
        if span > so_far { Cell::None } else { per(net, buyers, currency) }
    };
    let mut cells = vec![Cell::Count(buyers), again];
    cells.extend((0..=MONTHS).map(of_month));
    Line { key: name, label, currency: Some(currency), cells, carts: None }
}
