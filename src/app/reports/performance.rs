//! What became of carts, broken down: rates, money, and how long it took.

use super::Asked;
use super::lines::{Behind, Names, Value, Values, count, per, ratio, values};
use crate::app::{App, AppError};
use crate::db::rollups;
use crate::db::shops::Shop;
use crate::domain::money::{Currency, Money};
use crate::domain::report::change::points;
use crate::domain::report::days::{self, Days};
use crate::domain::report::figure::{Dimension, Figure};
use crate::domain::report::reports::{Breakdown, LINES_MAX, PERFORMANCE};
use crate::domain::report::spans::quantile;
use crate::domain::report::table::{Cell, Column, Line, Table, Unit};
use crate::domain::sms::Price;
use std::cmp::Reverse;

/// Of carts: where a line has any, and not only those with a message.
const OF_CARTS: [Column; 4] = [
    Column::new("carts", "Carts", Unit::Count),
    Column::new("abandoned", "Abandoned", Unit::Count),
    Column::new("abandonment_rate", "Abandonment rate", Unit::Ratio),
    Column::new("left_behind", "Left behind", Unit::Money),
];
const OF_MESSAGES: [Column; 5] = [
    Column::new("nudged", "With a message", Unit::Count),
    Column::new("messages", "Messages", Unit::Count),
    Column::new("delivered", "Arrived", Unit::Count),
    Column::new("click_rate", "Click rate", Unit::Ratio),
    Column::new("recovered", "Recovered", Unit::Count),
];
const RECOVERY: Column = Column::new("recovery_rate", "Recovery rate", Unit::Ratio);
const OF_ORDERS: [Column; 11] = [
    Column::new("order_rate", "Order rate", Unit::Ratio),
    Column::new("orders", "Orders", Unit::Count),
    Column::new("gross", "Gross", Unit::Money),
    Column::new("refunds", "Refunds", Unit::Money),
    Column::new("net", "Net", Unit::Money),
    Column::new("cost", "Cost", Unit::Money),
    Column::new("average_order", "Average order, net", Unit::Money),
    Column::new("per_recipient", "Net per recipient", Unit::Money),
    Column::new("time_to_order_p25", "Time to order, a quarter", Unit::Seconds),
    Column::new("time_to_order_p50", "Time to order, half", Unit::Seconds),
    Column::new("time_to_order_p75", "Time to order, three quarters", Unit::Seconds),
];
const COMPARED: [Column; 3] = [
    Column::new("net_before", "Net, period before", Unit::Money),
    Column::new("rate_before", "Rate, period before", Unit::Ratio),
    Column::new("change", "Change of the rate, points", Unit::Estimate),
];

/// How lines are made.
struct Making<'a> {
    shop: &'a Shop,
    asked: &'a Asked,
    by: Breakdown,
    names: Names,
    before: Option<Values>,
}

/// The table.
///
/// # Errors
/// `Db`.
pub async fn table(app: &App, shop: &Shop, (by, asked): (Breakdown, &Asked)) -> Result<Table, AppError> {
    let sought = |dimension: Dimension, days: Days| {
        let daily = by == Breakdown::Day && dimension == by.dimension();
        rollups::Asked { shop: shop.id, campaign: asked.campaign.filter(|_| dimension != Dimension::Campaign), dimension, days, daily }
    };
    let whole = |days| rollups::Asked { daily: false, ..sought(Dimension::All, days) };
    let earlier = asked.days.before();
    let compared = |what: rollups::Asked, wanted: bool| async move { if wanted { values(app, what).await.map(Some) } else { Ok(None) } };
    // Side by side: many products take their time.
    let (mut now, total, before, total_before) = tokio::try_join!(
        values(app, sought(by.dimension(), asked.days)),
        values(app, whole(asked.days)),
        compared(sought(by.dimension(), earlier), asked.compare && by != Breakdown::Day),
        compared(whole(earlier), asked.compare),
    )?;
    let before = before.or_else(|| asked.compare.then(Values::new));
    if let (Dimension::Campaign, Some(only)) = (by.dimension(), asked.campaign) {
        now.retain(|value, _| *value == only.to_string());
    }
    let keys: Vec<String> = now.keys().cloned().collect();
    let names = Names::load(app, shop, by.dimension(), &keys).await?;
    let making = Making { shop, asked, by, names, before };
    let lines = making.lines(now);
    let totals = Making { before: total_before, ..making }.totals(&total);
    Ok(Table {
        name: "performance",
        title: "Performance".to_owned(),
        by: by.label().to_owned(),
        columns: columns(by, asked.compare),
        lines,
        totals,
        notes: notes(by, asked),
        definitions: PERFORMANCE.to_vec(),
    })
}

fn columns(by: Breakdown, compare: bool) -> Vec<Column> {
    let of_carts = !by.dimension().is_of_messages();
    let mut all: Vec<Column> = if of_carts { OF_CARTS.to_vec() } else { Vec::new() };
    all.extend(OF_MESSAGES);
    all.extend(of_carts.then_some(RECOVERY));
    all.extend(OF_ORDERS);
    all.extend(compare.then_some(COMPARED).into_iter().flatten());
    all
}

fn notes(by: Breakdown, asked: &Asked) -> Vec<String> {
    let mut notes = vec![
        "Carts count on the day on which they were begun, with everything that became of them since. Currencies are never added up."
            .to_owned(),
    ];
    if by.dimension().is_several() {
        notes.push("One cart may stand in several lines, so the lines may add up to more than the total.".to_owned());
    }
    if asked.campaign.is_some() {
        notes.push("Messages and orders are those of the chosen campaign, and the carts are those that entered it.".to_owned());
    }
    if by == Breakdown::Day && asked.compare {
        notes.push("The period before is shown in the total: a day has no other day that it would be compared with.".to_owned());
    }
    notes
}

impl Making<'_> {
    /// A line per value, the best first; days in their order. Beyond [`LINES_MAX`] the rest is one line.
    fn lines(&self, values: Values) -> Vec<Line> {
        let mut all: Vec<(String, Value)> = values.into_iter().collect();
        let in_order = matches!(self.by, Breakdown::Day | Breakdown::Of(Dimension::Step | Dimension::Variant));
        if !in_order {
            let net = |v: &Value| v.amount(self.shop.currency, Figure::Net);
            all.sort_by_key(|(key, v)| {
                (Reverse(net(v)), Reverse(v.counts.get(Figure::Recovered)), Reverse(v.counts.get(Figure::Carts)), key.clone())
            });
        }
        let rest = if self.by == Breakdown::Day { Vec::new() } else { all.split_off(LINES_MAX.min(all.len())) };
        let mut lines: Vec<Line> = all.iter().flat_map(|(key, value)| self.of_value(key, value)).collect();
        if !rest.is_empty() {
            let mut sum = Value::default();
            rest.iter().for_each(|(_, value)| sum.join(value));
            let label = format!("{} others", rest.len());
            lines.extend(self.with_currencies(("others", &label), &sum, None).into_iter().map(|l| Line { carts: None, ..l }));
        }
        lines
    }

    fn of_value(&self, key: &str, value: &Value) -> Vec<Line> {
        let before = self.before.as_ref().and_then(|b| b.get(key));
        let behind = Behind { days: self.asked.days, campaign: self.asked.campaign, reached: &[], value: None };
        let (label, shown, behind) = match self.by {
            Breakdown::Day => {
                let day = key.parse().unwrap_or_default();
                let date = days::date(day).to_string();
                (date.clone(), date, Behind { days: Days { first: day, end: day + 1 }, ..behind })
            }
            Breakdown::Of(dimension) => (self.names.of(dimension, key), key.to_owned(), Behind { value: Some((dimension, key)), ..behind }),
        };
        let path = behind.path();
        let lines = self.with_currencies((&shown, &label), value, before).into_iter();
        lines.map(|line| Line { carts: Some(path.clone()), ..line }).collect()
    }

    fn totals(&self, total: &Values) -> Vec<Line> {
        let none = Value::default();
        let before = self.before.as_ref().and_then(|b| b.get(""));
        let behind = Behind { days: self.asked.days, campaign: self.asked.campaign, reached: &[], value: None };
        let lines = self.with_currencies(("total", "Total"), total.get("").unwrap_or(&none), before).into_iter();
        lines.map(|line| Line { carts: Some(behind.path()), ..line }).collect()
    }

    /// A line in the store's currency, with the counts, and one for the amounts of each other.
    fn with_currencies(&self, (key, label): (&str, &str), value: &Value, before: Option<&Value>) -> Vec<Line> {
        let own = self.shop.currency;
        let others = value.amounts.iter().filter(|(currency, sums)| **currency != own && !sums.is_zero()).map(|(currency, _)| *currency);
        let line = |currency: Currency| {
            let label = if currency == own { label.to_owned() } else { format!("{label}, {currency}") };
            let cells = self.cells(value, before, currency);
            Line { key: key.to_owned(), label, currency: Some(currency), cells, carts: None }
        };
        std::iter::once(own).chain(others).map(line).collect()
    }

    fn cells(&self, value: &Value, before: Option<&Value>, currency: Currency) -> Vec<Cell> {
        let is_own = currency == self.shop.currency;
        let of_carts = !self.by.dimension().is_of_messages();
        let counted = |figure| if is_own { count(value.counts.get(figure)) } else { Cell::None };
        let rated = |part, whole| if is_own { Cell::Ratio(ratio(&value.counts, part, whole)) } else { Cell::None };
        let money = |minor| Cell::Money(Money::new(minor, currency));
        let amount = |figure| value.amount(currency, figure);
        let mut cells = Vec::new();
        if of_carts {
            cells.extend([
                counted(Figure::Carts),
                counted(Figure::Abandoned),
                rated(Figure::Abandoned, Figure::Carts),
                money(amount(Figure::Left)),
            ]);
        }
        cells.extend([
            counted(Figure::Nudged),
            counted(Figure::Messages),
            counted(Figure::Delivered),
            rated(Figure::Clicked, Figure::Nudged),
        ]);
        cells.push(counted(Figure::Recovered));
        cells.extend(of_carts.then(|| rated(Figure::Recovered, Figure::Abandoned)));
        let (orders, net) = (amount(Figure::Orders), amount(Figure::Net));
        let cost = amount(Figure::Discount) + Price(amount(Figure::Cost)).minor(currency);
        let nudged = value.counts.get(Figure::Nudged);
        cells.extend([
            rated(Figure::Recovered, Figure::Nudged),
            count(orders),
            money(amount(Figure::Gross)),
            money(amount(Figure::Refunds)),
            money(net),
        ]);
        cells.extend([money(cost), per(net, orders, currency), if is_own { per(net, nudged, currency) } else { Cell::None }]);
        cells.extend([0.25, 0.5, 0.75].map(|part| quantile(&value.took, part).filter(|_| is_own).map_or(Cell::None, Cell::Count)));
        if self.asked.compare {
            cells.extend(self.compared(value, before, currency));
        }
        cells
    }

    fn compared(&self, value: &Value, before: Option<&Value>, currency: Currency) -> [Cell; 3] {
        let Some(before) = before else { return [Cell::None, Cell::None, Cell::None] };
        let whole = if self.by.dimension().is_of_messages() { Figure::Nudged } else { Figure::Abandoned };
        let rate = |v: &Value| ratio(&v.counts, Figure::Recovered, whole);
        let net = Cell::Money(Money::new(before.amount(currency, Figure::Net), currency));
        if currency != self.shop.currency {
            return [net, Cell::None, Cell::None];
        }
        let change = points(rate(value), rate(before));
        [net, Cell::Ratio(rate(before)), change.map_or(Cell::None, Cell::Estimate)]
    }
}
