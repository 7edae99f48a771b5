//! Shopify's own export of orders ("Orders, Export, Plain CSV file"): several lines an order, of which the first tells of the order itself; columns by their names.
//! <https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders>

use crate::domain::books::BookOrder;
use crate::domain::money::{Currency, Money};
use crate::platforms::PlatformError;
use jiff::Timestamp;
use jiff::civil::DateTime;
use std::collections::HashMap;

/// Columns without which nothing can be compared.
const NEEDED: [&str; 4] = ["name", "created at", "total", "currency"];

/// A line by its columns, in lower case.
struct Line<'a> {
    columns: &'a HashMap<String, usize>,
    record: csv::StringRecord,
    number: u64,
}

impl Line<'_> {
    fn get(&self, column: &str) -> Option<&str> {
        let text = self.record.get(*self.columns.get(column)?)?.trim();
        (!text.is_empty()).then_some(text)
    }

    fn fault(&self, what: &str) -> PlatformError {
        PlatformError::Unreadable(format!("the export's line {} can't be read: {what}", self.number))
    }

    /// An amount; none where the column is absent or empty.
    fn amount(&self, column: &str, currency: Currency) -> Result<Option<Money>, PlatformError> {
        let read = |text: &str| Money::parse(text, currency).map_err(|_| self.fault(&format!("its {column:?} is no amount of money")));
        self.get(column).map(read).transpose()
    }
}

/// Reads an export.
///
/// # Errors
/// `Unreadable`, with the line and column.
pub fn read(bytes: &[u8]) -> Result<Vec<BookOrder>, PlatformError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let broken = |e: &csv::Error| {
        let line = e.position().map_or(0, csv::Position::line);
        PlatformError::Unreadable(format!("the export is not a table of comma-separated values, at line {line}"))
    };
    let headings = reader.headers().map_err(|e| broken(&e))?;
    let columns: HashMap<String, usize> = headings.iter().enumerate().map(|(i, name)| (name.trim().to_lowercase(), i)).collect();
    if let Some(missing) = NEEDED.iter().find(|name| !columns.contains_key(**name)) {
        let text = format!("the export has no column {missing:?}: export the orders from Shopify's admin as a plain CSV file, unchanged");
        return Err(PlatformError::Unreadable(text));
    }
    let mut orders = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| broken(&e))?;
        let number = record.position().map_or(0, csv::Position::line);
        let line = Line { columns: &columns, record, number };
        // Further lines of an order name it, and tell of one more product.
        if line.get("total").is_some() {
            orders.push(order(&line)?);
        }
    }
    Ok(orders)
}

fn order(line: &Line<'_>) -> Result<BookOrder, PlatformError> {
    let needed = |column: &str| line.get(column).ok_or_else(|| line.fault(&format!("it has no {column:?}")));
    let currency: Currency = needed("currency")?.parse().map_err(|_| line.fault("its currency is none of ISO 4217"))?;
    let total = line.amount("total", currency)?.ok_or_else(|| line.fault("it has no total"))?;
    let owed = line.amount("outstanding balance", currency)?;
    let none = Money::new(0, currency);
    let rest = |owed: Money| Money::new(total.minor.saturating_sub(owed.minor).clamp(0, total.minor), currency);
    let received = match line.get("financial status").unwrap_or_default().to_lowercase().as_str() {
        "paid" | "partially_refunded" | "refunded" => total,
        "partially_paid" => owed.map(rest).ok_or_else(|| line.fault("it is partially paid, and has no \"Outstanding Balance\""))?,
        _ => none,
    };
    Ok(BookOrder {
        platform_id: line.get("id").map(|id| id.trim_start_matches('\'').to_owned()),
        name: needed("name")?.to_owned(),
        created_at: instant(needed("created at")?).ok_or_else(|| line.fault("its \"Created at\" is no date"))?,
        total,
        received,
        refunded: line.amount("refunded amount", currency)?.unwrap_or(none),
        refunds: None,
        test: None,
        cancelled: line.get("cancelled at").is_some(),
        edited: None,
    })
}

/// `2024-01-12 02:35:33 -0500`.
fn instant(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let mut words = text.split_whitespace();
    let (day, clock, offset) = (words.next()?, words.next()?, words.next()?);
    let local: DateTime = format!("{day}T{clock}").parse().ok()?;
    let (hours, minutes) = (offset.get(1..3)?.parse::<i32>().ok()?, offset.get(3..)?.trim_start_matches(':').parse::<i32>().ok()?);
    let seconds = (hours * 60 + minutes) * 60 * if offset.starts_with('-') { -1 } else { 1 };
    let offset = jiff::tz::Offset::from_seconds(seconds).ok()?;
    offset.to_timestamp(local).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &str = "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Cancelled at,Refunded Amount,Outstanding Balance,Id";

    #[test]
    fn the_first_line_of_an_order_tells_of_it_and_the_others_of_its_products() {
        let text = format!(
            "{HEADINGS}\n#1001,jo@example.com,partially_refunded,2026-07-01 12:00:00 -0400,USD,90.00,5.00,5.00,100.00,2026-07-01 12:00:00 -0400,1,\"Mug, blue\",,25.00,0.00,4501\n#1001,jo@example.com,,,,,,,,2026-07-01 12:00:00 -0400,2,Plate,,,,\n#1002,,pending,,USD,10.00,0.00,0.00,10.00,2026-07-01 13:00:00 -0400,1,Cup,2026-07-02 13:00:00 -0400,0.00,10.00,4502\n"
        );
        let orders = read(text.as_bytes()).expect("an export");
        let told: Vec<_> = orders.iter().map(|o| (o.name.as_str(), o.received.minor, o.refunded.minor, o.cancelled)).collect();
        assert_eq!(told, [("#1001", 10_000, 2500, false), ("#1002", 0, 0, true)]);
        assert_eq!(orders[0].created_at.to_string(), "2026-07-01T16:00:00Z");
        assert_eq!(orders[0].platform_id.as_deref(), Some("4501"));
    }

    #[test]
    fn an_export_without_its_columns_or_with_a_broken_line_is_refused_by_name() {
        let check = |text: &str, part: &str| {
            let error = read(text.as_bytes()).expect_err("refused").to_string();
            assert!(error.contains(part), "{error}");
        };
        check("Name,Total\n#1,2.00\n", "no column \"created at\"");
        check(&format!("{HEADINGS}\n#1,,paid,,USD,,,,ten,2026-07-01 12:00:00 -0400,1,,,,,\n"), "line 2");
        check(&format!("{HEADINGS}\n#1,,partially_paid,,USD,,,,10.00,2026-07-01 12:00:00 -0400,1,,,,,\n"), "Outstanding Balance");
        check(&format!("{HEADINGS}\n#1,,paid,,USD,,,,10.00,yesterday,1,,,,,\n"), "no date");
    }
}
