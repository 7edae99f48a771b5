//! All SQL, for both engines: one function per statement, one text where both understand it, two side by side where they don't.
//!
//! SQLite plans without knowing how many rows there are: `CROSS JOIN` keeps it to the order written (the few given keys first), and a `+` before a column
//! keeps it off that column's index.

#[macro_use]
mod engine;

pub mod access;
pub mod ad_costs;
pub mod alarms;
pub mod annotations;
pub mod audit;
pub mod backup;
pub mod bots;
pub mod bulk;
pub mod came;
pub mod campaigns;
pub mod canaries;
pub mod candidates;
pub mod cart_acts;
pub mod cart_list;
pub mod carts;
pub mod catalogue;
pub mod ceremonies;
pub mod consent_ledger;
pub mod consent_outbox;
pub mod consent_requests;
pub mod contacts;
pub mod contexts;
pub mod credit_runs;
pub mod credits;
pub mod decisions;
pub mod deliveries;
pub mod digests;
pub mod discounts;
pub mod domains;
pub mod drafts;
pub mod enrolments;
pub mod erase;
pub mod events;
pub mod factors;
pub mod file_jobs;
pub mod flow;
pub mod idempotency;
pub mod journeys;
pub mod lift;
pub mod lists;
pub mod looks;
pub mod messages;
pub mod moves;
pub mod nudges;
pub mod orders;
pub mod outbound;
pub mod outbound_sends;
pub mod overview;
pub mod people;
pub mod policies;
pub mod receipts;
pub mod reconciliations;
pub mod recovered;
pub mod replay;
pub mod replies;
pub mod report;
pub mod requests;
pub mod restores;
pub mod retention;
pub mod rollups;
pub mod service_messages;
pub mod shop_access;
pub mod shop_apps;
pub mod shops;
pub mod start_links;
pub mod team;
pub mod templates;
pub mod touches;
pub mod trials;
pub mod unknown;
pub mod verify;
pub mod watch;

pub use engine::{Db, DbError, Tx};

use jiff::Timestamp;

/// Milliseconds, as stored.
pub(crate) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// An instant from stored milliseconds.
pub(crate) fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// An id for SQLite's `unhex`.
pub(crate) fn hex(id: uuid::Uuid) -> String {
    id.simple().to_string()
}

/// A list parameter for SQLite's `json_each`.
pub(crate) fn json_texts<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    serde_json::Value::from_iter(values).to_string()
}

/// A list of ids for SQLite's `json_each`, to be read with `unhex(value)`.
pub(crate) fn json_ids(ids: &[uuid::Uuid]) -> String {
    serde_json::Value::from_iter(ids.iter().map(|id| hex(*id))).to_string()
}

/// A list of pairs for SQLite's `json_each`, to be read with `value ->> 0` and `value ->> 1`.
pub(crate) fn json_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    serde_json::Value::from_iter(pairs.map(|(a, b)| serde_json::json!([a, b]))).to_string()
}

/// Facts as JSON text.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|e| DbError::Corrupt(format!("can't be written as JSON: {e}")))
}

/// Facts from JSON text.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|e| DbError::Corrupt(format!("the stored {what} can't be read: {e}")))
}

/// A word of a fixed list, from its stored form.
pub(crate) fn word<T: std::str::FromStr>(what: &str, text: &str) -> Result<T, DbError> {
    text.parse().map_err(|_| DbError::Corrupt(format!("the stored {what} is none that this version knows")))
}
