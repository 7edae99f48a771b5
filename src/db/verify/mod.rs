//! The invariants as questions to the database, asked store by store in portions of bounded size.
//!
//! Each question is one statement over one portion of rows, and so reads one snapshot on either engine: what a transaction changes together is seen
//! together, no writer waits for it, and none is held up longer than a portion takes. A question needs no sorting: portions follow a key.

mod checks;
mod stored;

pub use checks::CHECKS;
pub use stored::{Made, StoredCart, campaigns_changed_at, carts, decisions};

use super::{Db, DbError, ms};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// The rows that a check looks at, one portion of keys after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rows {
    /// Webhooks as received.
    Deliveries,
    /// Carts.
    Carts,
    /// Their tokens, by cart.
    CartTokens,
    /// Contacts.
    Contacts,
    /// Their identities, by contact.
    Identities,
    /// What stands of their consents, by contact.
    Consents,
    /// The ledger of consents, by contact.
    ConsentLog,
    /// Enrolments.
    Enrolments,
    /// Nudges.
    Nudges,
    /// Decisions.
    Decisions,
    /// Orders.
    Orders,
    /// Credits, by order.
    Credits,
    /// Codes that shoppers were given, by nudge.
    Codes,
    /// What providers told of messages.
    Receipts,
    /// What shoppers wrote back.
    Replies,
    /// Journeys, by order or cart.
    Journeys,
    /// What became of shoppers who count in comparisons, by enrolment.
    Outcomes,
    /// The same added up by day, by campaign.
    OutcomeDays,
    /// What the store's own programs are told, by event.
    Told,
}

impl Rows {
    /// Every kind, in the order in which they are looked at.
    pub const ALL: [Self; 19] = [
        Self::Deliveries,
        Self::Contacts,
        Self::Identities,
        Self::Consents,
        Self::ConsentLog,
        Self::Carts,
        Self::CartTokens,
        Self::Enrolments,
        Self::Nudges,
        Self::Decisions,
        Self::Orders,
        Self::Credits,
        Self::Codes,
        Self::Receipts,
        Self::Replies,
        Self::Journeys,
        Self::Outcomes,
        Self::OutcomeDays,
        Self::Told,
    ];

    /// The table, and the column that portions follow: an index begins with the shop and it.
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Deliveries => ("deliveries", "id"),
            Self::Carts => ("carts", "id"),
            Self::CartTokens => ("cart_tokens", "cart_id"),
            Self::Contacts => ("contacts", "id"),
            Self::Identities => ("contact_identities", "contact_id"),
            Self::Consents => ("consents", "contact_id"),
            Self::ConsentLog => ("consent_log", "contact_id"),
            Self::Enrolments => ("enrolments", "id"),
            Self::Nudges => ("nudges", "id"),
            Self::Decisions => ("decisions", "id"),
            Self::Orders => ("orders", "id"),
            Self::Credits => ("credit_ledger", "order_id"),
            Self::Codes => ("discount_codes", "nudge_id"),
            Self::Receipts => ("receipts", "id"),
            Self::Replies => ("replies", "id"),
            Self::Journeys => ("journeys", "of_id"),
            Self::Outcomes => ("lift_outcomes", "enrolment_id"),
            Self::OutcomeDays => ("lift_days", "campaign_id"),
            Self::Told => ("webhook_sends", "event_id"),
        }
    }
}

/// An invariant that one statement can ask for.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Stable, for programs.
    pub name: &'static str,
    /// What must hold, in a sentence.
    pub rule: &'static str,
    /// Of which rows, called `r` below.
    pub rows: Rows,
    /// What to say of a row that contradicts it; nothing personal.
    detail: &'static str,
    /// When a row contradicts it. `$4` is the instant before which what waits must have been settled.
    broken: &'static str,
}

/// Rows of one shop whose keys are past `after`, up to and with `to`.
#[derive(Debug, Clone, Copy)]
pub struct Portion {
    /// Whose.
    pub shop: ShopId,
    /// The last key that was looked at.
    pub after: Uuid,
    /// The last key of this portion.
    pub to: Uuid,
}

/// The next keys of a shop's rows, at most `most`.
///
/// # Errors
/// `Unavailable`.
pub async fn keys(db: &Db, shop: ShopId, rows: Rows, after: Uuid, most: i64) -> Result<Vec<Uuid>, DbError> {
    let (table, key) = rows.table();
    let sql = format!("SELECT DISTINCT {key} FROM {table} WHERE shop_id = $1 AND {key} > $2 ORDER BY {key} LIMIT $3");
    Ok(on_db!(db, c => sqlx::query_scalar(AssertSqlSafe(sql)).bind(shop.0).bind(after).bind(most).fetch_all(c).await?))
}

/// What contradicts an invariant among a portion: `(key, detail)`. What waits since before `settled_before` must have been settled.
///
/// # Errors
/// `Unavailable`.
pub async fn violations(db: &Db, check: &Check, portion: Portion, settled_before: Timestamp) -> Result<Vec<(Uuid, String)>, DbError> {
    let (table, key) = check.rows.table();
    let (detail, broken) = (check.detail, check.broken);
    let sql = format!(
        "SELECT r.{key} AS id, {detail} AS detail FROM {table} r WHERE r.shop_id = $1 AND r.{key} > $2 AND r.{key} <= $3 AND ({broken}) ORDER BY r.{key}"
    );
    let steps = match db {
        Db::Sqlite { .. } => {
            "(SELECT COUNT(*) FROM json_each(v.spec, '$.steps') s WHERE s.value ->> 'path' IS NULL OR s.value ->> 'path' = r.path)"
        }
        Db::Postgres(_) => {
            "(SELECT COUNT(*) FROM jsonb_array_elements(v.spec::jsonb -> 'steps') s WHERE s ->> 'path' IS NULL OR s ->> 'path' = r.path)"
        }
    };
    let sql = sql.replace("STEPS", steps);
    // A statement takes exactly the parameters that it names.
    let timed = sql.contains("$4");
    Ok(on_db!(db, c => {
        let question = sqlx::query_as(AssertSqlSafe(sql)).bind(portion.shop.0).bind(portion.after).bind(portion.to);
        let question = if timed { question.bind(ms(settled_before)) } else { question };
        question.fetch_all(c).await?
    }))
}
