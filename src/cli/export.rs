//! `comeback export`: lists of a store, whole, page by page: suppressions, the ledger of consents, contacts; carts, orders, credits and nudges of a period.

mod bulk;

use super::{CliError, out, shop, start};
use crate::app::App;
use crate::config::Config;
use crate::db;
use crate::db::people::ListedContact;
use crate::domain::consent::Entry;
use crate::domain::contact::Identity;
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use crate::domain::report::csv::{guarded, quoted};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Rows that are read at once.
const PAGE: i64 = 500;

/// A list to print.
#[derive(Debug, Args)]
pub struct Export {
    /// Which list
    what: What,
    /// The store's id or domain
    #[arg(long)]
    shop: String,
    /// How it is written
    #[arg(long, default_value = "csv")]
    format: bulk::Format,
    /// Of carts, orders, credits and nudges: from this instant or day; 30 days before the end without it
    #[arg(long)]
    from: Option<String>,
    /// To before this instant, or to the end of this day; now without it
    #[arg(long)]
    to: Option<String>,
    /// Into this file instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Addresses that must not be written to
    Suppressions,
    /// Every word about being written to, with its proof
    Consents,
    /// Shoppers, with what stands of their consents
    Contacts,
    /// Carts begun in a period
    Carts,
    /// Orders placed in a period, with what they are worth by now
    Orders,
    /// Credits of orders placed in a period, by every model
    Credits,
    /// Messages planned for a period, with what became of them
    Nudges,
}

/// How lists of people are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With a line of headings
    Csv,
    /// One JSON object a line
    Jsonl,
}

/// Columns of each list, in the words that `import` reads where it reads them.
const SUPPRESSIONS: [&str; 4] = ["channel", "address", "reason", "created_at"];
const CONSENTS: [&str; 13] = [
    "contact_id",
    "channel",
    "state",
    "method",
    "at",
    "learned_at",
    "source",
    "shown",
    "proof",
    "address",
    "address_hash",
    "told_by",
    "told_by_id",
];
const CONTACTS: [&str; 12] = [
    "contact_id",
    "email",
    "phone",
    "customer_id",
    "first_name",
    "last_name",
    "locale",
    "email_consent",
    "sms_consent",
    "whatsapp_consent",
    "created_at",
    "erased_at",
];

/// Prints it.
///
/// # Errors
/// What was wrong, and what to do.
pub async fn run(config: Config, command: Export) -> Result<(), CliError> {
    let app = start::app(config, start::Schema::Usual).await?;
    let found = shop::find(&app, &command.shop).await?;
    let shop = found.id;
    let format = match (command.what, command.format) {
        (What::Carts | What::Orders | What::Credits | What::Nudges, format) => {
            let asked = bulk::Asked { what: command.what, format, from: command.from, to: command.to, output: command.output };
            return bulk::run(&app, &found, &asked).await;
        }
        _ if command.output.is_some() || command.from.is_some() || command.to.is_some() => {
            return Err(CliError::Usage(
                "--from, --to and --output are for carts, orders, credits and nudges; lists of people are whole, on stdout".into(),
            ));
        }
        (_, bulk::Format::Parquet) => return Err(CliError::Usage("lists of people are written as csv or jsonl".into())),
        (_, bulk::Format::Csv) => Format::Csv,
        (_, bulk::Format::Jsonl) => Format::Jsonl,
    };
    match command.what {
        What::Suppressions => suppressions(&app, shop, format).await,
        What::Consents => consents(&app, shop, format).await,
        _ => contacts(&app, shop, format).await,
    }
}

async fn suppressions(app: &App, shop: ShopId, format: Format) -> Result<(), CliError> {
    head(format, &SUPPRESSIONS)?;
    let mut from = (Timestamp::UNIX_EPOCH, 0);
    loop {
        let rows = db::people::suppressions(&app.db, shop, from, PAGE).await?;
        for row in &rows {
            row_of(format, &SUPPRESSIONS, &[json!(row.channel.as_str()), json!(row.address), json!(row.reason), json!(row.created_at)])?;
        }
        let Some(last) = rows.last().filter(|_| is_full(rows.len())) else { return Ok(()) };
        let same = i64::try_from(rows.iter().filter(|r| r.created_at == last.created_at).count()).unwrap_or(i64::MAX);
        // Of one instant there may be more than a page.
        from = if from.0 == last.created_at { (from.0, from.1 + same) } else { (last.created_at, same) };
    }
}

async fn consents(app: &App, shop: ShopId, format: Format) -> Result<(), CliError> {
    head(format, &CONSENTS)?;
    let mut after = None;
    loop {
        let rows = db::consent_ledger::page(&app.db, shop, after, PAGE).await?;
        for row in &rows {
            row_of(format, &CONSENTS, &entry(row))?;
        }
        let Some(last) = rows.last().filter(|_| is_full(rows.len())) else { return Ok(()) };
        after = Some((last.cause.parts().1, last.place));
    }
}

fn entry(e: &Entry) -> Vec<Value> {
    let (told_by, id) = e.cause.parts();
    let (channel, state, method) = (e.channel.as_str(), e.state.as_str(), e.method.as_str());
    let who = [json!(e.contact_id), json!(channel), json!(state), json!(method), json!(e.at), json!(e.learned_at)];
    let what = [json!(e.source), json!(e.shown), json!(e.proof), json!(e.address), json!(e.address_hash), json!(told_by), json!(id)];
    who.into_iter().chain(what).collect()
}

async fn contacts(app: &App, shop: ShopId, format: Format) -> Result<(), CliError> {
    head(format, &CONTACTS)?;
    let mut after = None;
    loop {
        let rows = db::people::contacts(&app.db, shop, after, PAGE).await?;
        for row in &rows {
            row_of(format, &CONTACTS, &contact(row))?;
        }
        let Some(last) = rows.last().filter(|_| is_full(rows.len())) else { return Ok(()) };
        after = Some(last.id.0);
    }
}

/// Several addresses of one kind stand in one field, with spaces between them.
fn contact(c: &ListedContact) -> Vec<Value> {
    let all = |fits: fn(&Identity) -> bool| {
        let values: Vec<&str> = c.identities.iter().filter(|i| fits(i)).map(Identity::value).collect();
        if values.is_empty() { Value::Null } else { json!(values.join(" ")) }
    };
    let consent = |channel: ChannelKind| {
        c.consents.iter().find(|(of, _)| *of == channel).map_or(Value::Null, |(_, consent)| json!(consent.state.as_str()))
    };
    let facts = &c.facts;
    let text = |t: &Option<crate::domain::joined::Stamped<String>>| json!(t.as_ref().map(|s| &s.value));
    let mut values = vec![
        json!(c.id),
        all(|i| matches!(i, Identity::Email(_))),
        all(|i| matches!(i, Identity::Phone(_))),
        all(|i| matches!(i, Identity::Customer(_))),
        text(&facts.first_name),
        text(&facts.last_name),
        text(&facts.locale),
    ];
    values.extend(ChannelKind::ALL.map(consent));
    values.extend([json!(c.created_at), json!(c.erased_at)]);
    values
}

fn is_full(rows: usize) -> bool {
    i64::try_from(rows).is_ok_and(|rows| rows >= PAGE)
}

fn head(format: Format, columns: &[&str]) -> Result<(), CliError> {
    if format == Format::Csv {
        out::line(&columns.join(","));
    }
    Ok(())
}

fn row_of(format: Format, columns: &[&str], values: &[Value]) -> Result<(), CliError> {
    match format {
        Format::Csv => {
            let cells: Vec<String> = values.iter().zip(columns).map(|(value, column)| quoted(&cell(column, value))).collect();
            out::line(&cells.join(","));
            Ok(())
        }
        Format::Jsonl => {
            out::json(&Value::Object(columns.iter().map(|c| (*c).to_owned()).zip(values.iter().cloned()).collect::<Map<_, _>>()))
        }
    }
}

/// Never a formula: a spreadsheet would run it. Numbers of phones begin with a plus sign, and are no formula.
fn cell(column: &str, value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let is_number = matches!(column, "phone" | "address") && text.starts_with('+');
    if is_number { text } else { guarded(&text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shoppers_name_is_no_formula_and_a_number_keeps_its_plus() {
        assert_eq!(cell("first_name", &json!("=HYPERLINK(1)")), "'=HYPERLINK(1)");
        assert_eq!(cell("first_name", &json!("+1")), "'+1");
        assert_eq!(cell("phone", &json!("+14155550100")), "+14155550100");
        assert_eq!(cell("phone", &json!("=1")), "'=1");
        assert_eq!(cell("email", &Value::Null), "");
    }
}
