//! Lists that leave whole, page by page: suppressions, the ledger of consents, contacts; carts, orders, credits and nudges of a period.

use super::{FileError, Rows};
use crate::app::{App, AppError};
use crate::db;
use crate::db::bulk::{self, After};
use crate::db::people::{ListedContact, Suppression};
use crate::db::report::Period;
use crate::domain::consent::Entry;
use crate::domain::contact::Identity;
use crate::domain::event::ChannelKind;
use crate::domain::report::csv::{guarded, quoted};
use crate::domain::report::flat::{Field, Kind};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::io::Write;
use uuid::Uuid;

/// Rows about people that are read at once.
const PEOPLE_PAGE: i64 = 500;
/// Rows of a period that are read at once.
const PAGE: i64 = 1000;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Addresses that must not be written to.
    Suppressions,
    /// Every word about being written to, with its proof.
    Consents,
    /// Shoppers, with what stands of their consents.
    Contacts,
    /// Carts begun in a period.
    Carts,
    /// Orders placed in a period, with what they are worth by now.
    Orders,
    /// Credits of orders placed in a period, by every model.
    Credits,
    /// Messages planned for a period, with what became of them.
    Nudges,
}

impl List {
    /// Every list.
    pub const ALL: [Self; 7] = [Self::Carts, Self::Orders, Self::Credits, Self::Nudges, Self::Contacts, Self::Consents, Self::Suppressions];

    /// As stored, and as commands and files are named.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suppressions => "suppressions",
            Self::Consents => "consents",
            Self::Contacts => "contacts",
            Self::Carts => "carts",
            Self::Orders => "orders",
            Self::Credits => "credits",
            Self::Nudges => "nudges",
        }
    }

    /// Does it name people? Such a list is whole, whatever the period, and is no Parquet file.
    pub fn is_of_people(self) -> bool {
        matches!(self, Self::Suppressions | Self::Consents | Self::Contacts)
    }

    /// Can it be written so?
    pub fn can_be(self, format: ListFormat) -> bool {
        !(self.is_of_people() && format == ListFormat::Parquet)
    }
}

impl std::str::FromStr for List {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|l| l.as_str() == text).ok_or_else(|| format!("{text:?} is not a list"))
    }
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// With a line of headings.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// For tools that read columns.
    Parquet,
}

impl ListFormat {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Jsonl, Self::Parquet];

    /// As stored, and as files end.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/x-ndjson",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

impl std::str::FromStr for ListFormat {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|f| f.as_str() == text).ok_or_else(|| format!("{text:?} is not a format of lists"))
    }
}

/// Columns of each list of people, in the words that an import reads where it reads them.
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

/// Where the next page begins.
enum At {
    /// From an instant, after so many of it: of one instant there may be more than a page.
    Suppressions(Timestamp, i64),
    Consents(Option<(Uuid, i64)>),
    Contacts(Option<Uuid>),
    Bulk(After),
}

/// Into what it is written.
enum Out<W: Write + Send> {
    People(W, ListFormat, &'static [&'static str]),
    Bulk(Rows<W>),
}

/// A list on its way into a file.
pub struct Writing<W: Write + Send> {
    list: List,
    period: Period,
    /// None after the last page.
    at: Option<At>,
    out: Out<W>,
}

impl From<FileError> for AppError {
    fn from(error: FileError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl<W: Write + Send> Writing<W> {
    /// Begins the file. The period counts for lists of a period alone.
    ///
    /// # Errors
    /// `Invalid` for a list that can't be written so, or when the file can't be written.
    pub fn begin(list: List, format: ListFormat, period: Period, mut sink: W) -> Result<Self, AppError> {
        if !list.can_be(format) {
            return Err(AppError::Invalid("lists of people are written as csv or jsonl".into()));
        }
        let (at, columns) = match list {
            List::Suppressions => (At::Suppressions(Timestamp::UNIX_EPOCH, 0), &SUPPRESSIONS[..]),
            List::Consents => (At::Consents(None), &CONSENTS[..]),
            List::Contacts => (At::Contacts(None), &CONTACTS[..]),
            _ => {
                let out = Out::Bulk(rows(list, format, period, sink)?);
                return Ok(Self { list, period, at: Some(At::Bulk(After::default())), out });
            }
        };
        if format == ListFormat::Csv {
            writeln!(sink, "{}", columns.join(",")).map_err(FileError::from)?;
        }
        Ok(Self { list, period, at: Some(at), out: Out::People(sink, format, columns) })
    }

    /// Writes the next page. How many rows; none after the last page.
    ///
    /// # Errors
    /// `Db`, `Invalid` when the file can't be written.
    pub async fn page(&mut self, app: &App) -> Result<Option<usize>, AppError> {
        let (db, shop) = (&app.db, self.period.shop);
        let Some(at) = self.at.take() else { return Ok(None) };
        let (count, next) = match at {
            At::Suppressions(from, skip) => {
                let page = db::people::suppressions(db, shop, (from, skip), PEOPLE_PAGE).await?;
                page.iter().try_for_each(|row| self.people(&suppression(row)))?;
                (page.len(), after_suppressions(&page, (from, skip)))
            }
            At::Consents(after) => {
                let page = db::consent_ledger::page(db, shop, after, PEOPLE_PAGE).await?;
                page.iter().try_for_each(|row| self.people(&entry(row)))?;
                (page.len(), page.last().map(|last| At::Consents(Some((last.cause.parts().1, last.place)))))
            }
            At::Contacts(after) => {
                let page = db::people::contacts(db, shop, after, PEOPLE_PAGE).await?;
                page.iter().try_for_each(|row| self.people(&contact(row)))?;
                (page.len(), page.last().map(|last| At::Contacts(Some(last.id.0))))
            }
            At::Bulk(after) => {
                let (page, next) = match self.list {
                    List::Orders => bulk::orders(db, self.period, &after, PAGE).await?,
                    List::Credits => bulk::credits(db, self.period, &after, PAGE).await?,
                    List::Nudges => bulk::nudges(db, self.period, &after, PAGE).await?,
                    _ => bulk::carts(db, self.period, &after, PAGE).await?,
                };
                let count = page.len();
                if let Out::Bulk(rows) = &mut self.out {
                    page.into_iter().try_for_each(|row| rows.row(row))?;
                }
                self.at = next.map(At::Bulk);
                return Ok(Some(count));
            }
        };
        self.at = next.filter(|_| i64::try_from(count).is_ok_and(|rows| rows >= PEOPLE_PAGE));
        Ok(Some(count))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// `Invalid` when it can't be written.
    pub fn end(self) -> Result<(), AppError> {
        match self.out {
            Out::People(mut sink, ..) => sink.flush().map_err(FileError::from)?,
            Out::Bulk(rows) => rows.end()?,
        }
        Ok(())
    }

    fn people(&mut self, values: &[Value]) -> Result<(), FileError> {
        let Out::People(sink, format, columns) = &mut self.out else { return Ok(()) };
        let line = if *format == ListFormat::Csv {
            let cells: Vec<String> = values.iter().zip(columns.iter()).map(|(value, column)| quoted(&cell(column, value))).collect();
            cells.join(",")
        } else {
            Value::Object(columns.iter().map(|c| (*c).to_owned()).zip(values.iter().cloned()).collect::<Map<_, _>>()).to_string()
        };
        Ok(writeln!(sink, "{line}")?)
    }
}

fn rows<W: Write + Send>(list: List, format: ListFormat, period: Period, sink: W) -> Result<Rows<W>, FileError> {
    let fields = fields(list);
    match format {
        ListFormat::Csv => Rows::csv(sink, &fields),
        ListFormat::Jsonl => Ok(Rows::jsonl(sink, &fields)),
        ListFormat::Parquet => {
            Rows::parquet(sink, &fields, &[("from".to_owned(), period.from.to_string()), ("to".to_owned(), period.to.to_string())])
        }
    }
}

fn after_suppressions(page: &[Suppression], (from, skip): (Timestamp, i64)) -> Option<At> {
    let last = page.last()?;
    let same = i64::try_from(page.iter().filter(|r| r.created_at == last.created_at).count()).unwrap_or(i64::MAX);
    Some(if from == last.created_at { At::Suppressions(from, skip + same) } else { At::Suppressions(last.created_at, same) })
}

fn suppression(row: &Suppression) -> Vec<Value> {
    vec![json!(row.channel.as_str()), json!(row.address), json!(row.reason), json!(row.created_at)]
}

fn entry(e: &Entry) -> Vec<Value> {
    let (told_by, id) = e.cause.parts();
    let (channel, state, method) = (e.channel.as_str(), e.state.as_str(), e.method.as_str());
    let who = [json!(e.contact_id), json!(channel), json!(state), json!(method), json!(e.at), json!(e.learned_at)];
    let what = [json!(e.source), json!(e.shown), json!(e.proof), json!(e.address), json!(e.address_hash), json!(told_by), json!(id)];
    who.into_iter().chain(what).collect()
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

/// The columns of a list of a period, as `db::bulk` gives them.
fn fields(list: List) -> Vec<Field> {
    use Kind::{Bool, Instant, Int, Money, Text};
    let columns: &[(&str, Kind)] = match list {
        List::Orders => &[
            ("order_id", Text),
            ("platform_id", Text),
            ("contact_id", Text),
            ("ordered_at", Instant),
            ("currency", Text),
            ("gross", Money),
            ("refunds", Money),
            ("net", Money),
            ("test", Bool),
            ("cancelled", Bool),
        ],
        List::Credits => &[
            ("order_id", Text),
            ("model", Text),
            ("nudge_id", Text),
            ("campaign_id", Text),
            ("cart_id", Text),
            ("step", Int),
            ("channel", Text),
            ("evidence", Text),
            ("ordered_at", Instant),
            ("currency", Text),
            ("gross", Money),
            ("refunds", Money),
            ("net", Money),
        ],
        List::Nudges => &[
            ("nudge_id", Text),
            ("campaign_id", Text),
            ("cart_id", Text),
            ("contact_id", Text),
            ("step", Int),
            ("variant", Text),
            ("channel", Text),
            ("state", Text),
            ("rule", Text),
            ("due_at", Instant),
            ("sent_at", Instant),
            ("delivered_at", Instant),
        ],
        _ => &[
            ("cart_id", Text),
            ("contact_id", Text),
            ("state", Text),
            ("stage", Text),
            ("currency", Text),
            ("value", Money),
            ("started_at", Instant),
            ("active_at", Instant),
            ("abandoned_at", Instant),
            ("purchased_at", Instant),
        ],
    };
    columns.iter().map(|(name, kind)| Field::new(*name, *kind)).collect()
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
