//! What recovered buyers did after the recovered order, beside other buyers.

use super::lines::per;
use crate::app::{App, AppError};
use crate::db::rollups;
use crate::db::shops::Shop;
use crate::domain::report::buyer::{Basis, Place, Sums, WITHIN_DAYS};
use crate::domain::report::days::{self, Days};
use crate::domain::report::reports::BUYERS;
use crate::domain::report::table::{Cell, Column, Line, Ratio, Table, Unit};

const COLUMNS: [Column; 4] = [
    Column::new("buyers", "Buyers", Unit::Count),
    Column::new("repeat_rate", "Ordered again", Unit::Ratio),
    Column::new("orders_after", "Further orders per buyer", Unit::Number),
    Column::new("net_per_buyer", "Net per buyer", Unit::Money),
];

/// The table.
///
/// # Errors
/// `Db`.
pub async fn table(app: &App, shop: &Shop, asked: Days) -> Result<Table, AppError> {
    let today = days::number(days::of(app.now(), &shop.zone()));
    let mut lines = Vec::new();
    for span in WITHIN_DAYS {
        // Of whoever ordered later it can't be known yet.
        let end = asked.end.min(today - span);
        let found = rollups::within(&app.db, shop.id, span, (asked.first, end)).await?;
        lines.extend(found.iter().map(|(place, sums)| line(shop, (place, sums))));
    }
    Ok(Table {
        name: "buyers",
        title: "Buyers".to_owned(),
        by: "Buyers, and within how many days".to_owned(),
        columns: COLUMNS.to_vec(),
        lines,
        totals: Vec::new(),
        notes: vec![
            "Only buyers count for whom all of the days have passed.".to_owned(),
            "Two groups side by side, not cause and effect: whoever comes back by a message differs from others in more than the message."
                .to_owned(),
        ],
        definitions: BUYERS.to_vec(),
    })
}

fn line(shop: &Shop, (place, sums): (&Place, &Sums)) -> Line {
    let who = if place.basis == Basis::Recovered { "Recovered buyers" } else { "Other buyers" };
    let currency = if place.currency == shop.currency { String::new() } else { format!(", {}", place.currency) };
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    let ratio = Ratio::new(number(sums.again), number(sums.buyers));
    let as_f64 = |n: i64| i32::try_from(n).map_or(f64::from(i32::MAX), f64::from);
    let orders = if sums.buyers > 0 { Cell::Number(as_f64(sums.orders) / as_f64(sums.buyers)) } else { Cell::None };
    Line {
        key: format!("{}/{}", place.basis.as_str(), place.span),
        label: format!("{who}, within {} days{currency}", place.span),
        currency: Some(place.currency),
        cells: vec![Cell::Count(sums.buyers), Cell::Ratio(ratio), orders, per(sums.net_minor, sums.buyers, place.currency)],
        carts: None,
    }
}
