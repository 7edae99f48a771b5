//! The list of carts that people filter: by everything at once, and never for long.
//!
//! What is rare is found by its own index; what is frequent is met on the way down the list. What is rare only together with something else would be looked for in the
//! whole store, so that no more than `LOOK_MAX` carts are looked through for one page, and the page says how far it came.

use super::lists::{CART_COLUMNS, CartListRow, ListedCart};
use super::{Db, DbError, instant, json_ids, ms};
use crate::domain::cart::CartState;
use crate::domain::ids::{CampaignId, CartId, ContactId, ShopId};
use crate::domain::money::Currency;
use crate::domain::nudge::NudgeState;
use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use uuid::Uuid;

/// No more carts are looked through for one page.
pub const LOOK_MAX: i64 = 10_000;
/// What so many carts or fewer have is rare: they are looked at one by one.
const RARE_MAX: i64 = 2_000;
/// Carts are counted up to here; beyond it there are "more".
pub const COUNT_MAX: i64 = 500;
/// A cart that is new to us was active at most this long before, by the clock of its platform.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(10);

/// A stretch of time: from the first instant to before the second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// From then on.
    pub from: Option<Timestamp>,
    /// Before then.
    pub to: Option<Timestamp>,
}

impl Span {
    fn is_any(self) -> bool {
        self == Self::default()
    }
}

/// What a cart is worth, in one currency: amounts in minor units, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    /// In this currency.
    pub currency: Currency,
    /// At least.
    pub min: Option<i64>,
    /// At most.
    pub max: Option<i64>,
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// In this state.
    pub state: Option<CartState>,
    /// With a message in this state.
    pub message: Option<NudgeState>,
    /// In this campaign.
    pub campaign: Option<CampaignId>,
    /// With a message of which this rule had the last word, or for which none was planned because of it.
    pub why: Option<String>,
    /// Worth so much.
    pub worth: Option<Worth>,
    /// Begun then.
    pub begun: Span,
    /// Last active then.
    pub active: Span,
}

/// A place in the list: the time by which it is sorted, and the cart.
pub type Place = (Timestamp, Uuid);

/// A part of the list.
#[derive(Debug, Clone)]
pub struct Part {
    /// The carts.
    pub carts: Vec<ListedCart>,
    /// As far as was looked, where there is more beyond.
    pub edge: Option<Place>,
}

/// What fills a hole of a statement.
enum Value {
    Number(i64),
    Text(String),
    Id(Uuid),
}

/// A statement's conditions while they are put together.
struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    /// Another condition; its `?` is the value.
    fn and(&mut self, condition: &str, value: Value) {
        self.values.push(value);
        // The first two holes are the store and what is rare.
        let hole = format!("${}", self.values.len() + 2);
        self.text.push_str(" AND ");
        self.text.push_str(&condition.replace('?', &hole));
    }

    fn within(&mut self, column: &str, span: Span) {
        if let Some(from) = span.from {
            self.and(&format!("{column} >= ?"), Value::Number(ms(from)));
        }
        if let Some(to) = span.to {
            self.and(&format!("{column} < ?"), Value::Number(ms(to)));
        }
    }

    fn place(&mut self, column: &str, sign: &str, (at, id): Place) {
        self.values.extend([Value::Number(ms(at)), Value::Id(id)]);
        let count = self.values.len() + 2;
        self.text.push_str(&format!(" AND ({column}, c.id) {sign} (${}, ${count})", count - 1));
    }
}

/// Has a cart, or one that was merged into it, a row as `n` in a table of which this holds?
fn of_cart(table: &str, which: &str) -> String {
    let own = format!("SELECT 1 FROM {table} n WHERE n.shop_id = $1 AND n.cart_id = c.id AND {which}");
    let merged = format!(
        "SELECT 1 FROM carts m CROSS JOIN {table} n WHERE m.shop_id = $1 AND m.merged_into = c.id AND n.shop_id = $1 AND n.cart_id = m.id AND {which}"
    );
    format!("(EXISTS ({own}) OR EXISTS ({merged}))")
}

impl Wanted {
    /// Carts are listed by when they were begun where that is asked for, else by when they were last active.
    pub fn by_begun(&self) -> bool {
        !self.begun.is_any()
    }

    fn column(&self) -> &'static str {
        if self.by_begun() { "c.started_at" } else { "c.active_at" }
    }

    /// What an index of the list is read by: between the place after which it goes on, and the edge up to which it is looked through.
    fn along(&self, after: Option<Place>, edge: Option<Place>) -> Conditions {
        let mut all = Conditions {
            text: "c.shop_id = $1 AND c.merged_into IS NULL AND (c.stage <> 'browse' OR c.contact_id IS NOT NULL)".to_owned(),
            values: Vec::new(),
        };
        // Said of the time alone as well: not every index has the id.
        let span = if self.by_begun() { self.begun } else { self.active };
        let before = after.and_then(|(at, _)| at.checked_add(SignedDuration::from_millis(1)).ok());
        let to = [span.to, before].into_iter().flatten().min();
        all.within(self.column(), Span { from: span.from.max(edge.map(|e| e.0)), to });
        if let Some(state) = self.state.filter(|_| !self.by_begun()) {
            all.and("c.state = ?", Value::Text(state.as_str().to_owned()));
        }
        if let Some(after) = after {
            all.place(self.column(), "<", after);
        }
        if let Some(edge) = edge {
            all.place(self.column(), ">=", edge);
        }
        all
    }

    /// What every cart on the way is asked.
    fn asked(&self, all: &mut Conditions) {
        if self.by_begun() {
            all.within("c.active_at", self.active);
            if let Some(state) = self.state {
                all.and("c.state = ?", Value::Text(state.as_str().to_owned()));
            }
        }
        if let Some(worth) = self.worth {
            all.and("c.currency = ?", Value::Text(worth.currency.code().to_owned()));
            if let Some(min) = worth.min {
                all.and("c.value_minor >= ?", Value::Number(min));
            }
            if let Some(max) = worth.max {
                all.and("c.value_minor <= ?", Value::Number(max));
            }
        }
        // A cart's messages are found by the cart, whatever else an index could find them by: what has a text put to its end has no index.
        if let Some(message) = self.message {
            all.and(&of_cart("nudges", "(n.state || '') = ?"), Value::Text(message.as_str().to_owned()));
        }
        if let Some(campaign) = self.campaign {
            all.and(&of_cart("enrolments", "n.campaign_id = ?"), Value::Id(campaign.0));
        }
        if let Some(why) = &self.why {
            let planned = "EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = $1 AND d.cart_id = c.id AND d.outcome = 'not_planned' AND (d.rule || '') = ?)";
            all.and(&format!("({} OR {planned})", of_cart("nudges", "(n.reason || '') = ?")), Value::Text(why.clone()));
        }
    }

    /// Does it ask for what a cart's place in the list doesn't tell?
    fn asks(&self) -> bool {
        let beside = self.message.is_some() || self.campaign.is_some() || self.why.is_some() || self.worth.is_some();
        beside || (self.by_begun() && (self.state.is_some() || !self.active.is_any()))
    }
}

macro_rules! bound {
    ($query:expr, $shop:expr, $rare:expr, $values:expr) => {{
        let mut query = $query.bind($shop).bind($rare);
        for value in $values {
            query = match value {
                Value::Number(number) => query.bind(*number),
                Value::Text(text) => query.bind(text.clone()),
                Value::Id(id) => query.bind(*id),
            };
        }
        query
    }};
}

/// The carts of the rarest thing that is asked for, if it is rare.
async fn rare(db: &Db, shop: ShopId, wanted: &Wanted) -> Result<Option<Vec<Uuid>>, DbError> {
    const UNKNOWN: &str = "SELECT cart_id FROM nudges WHERE shop_id = $1 AND state = 'unknown' LIMIT $2";
    const SENDING: &str = "SELECT cart_id FROM nudges WHERE shop_id = $1 AND state = 'sending' LIMIT $2";
    const WAITING: &str = "SELECT cart_id FROM nudges WHERE shop_id = $1 AND state = 'scheduled' LIMIT $2";
    const REASON: &str = "SELECT cart_id FROM nudges WHERE shop_id = $1 AND reason = $2 AND reason IS NOT NULL LIMIT $3";
    const UNPLANNED: &str = "SELECT cart_id FROM decisions WHERE shop_id = $1 AND outcome = 'not_planned' AND rule = $2 LIMIT $3";
    const CAMPAIGN: &str = "SELECT cart_id FROM enrolments WHERE shop_id = $1 AND campaign_id = $2 LIMIT $3";
    let most = RARE_MAX + 1;
    let few = |ids: &[Uuid]| i64::try_from(ids.len()).unwrap_or(i64::MAX) <= RARE_MAX;
    // The other states are every store's daily bread.
    let state = match wanted.message {
        Some(NudgeState::Unknown) => Some(UNKNOWN),
        Some(NudgeState::Sending) => Some(SENDING),
        Some(NudgeState::Scheduled) => Some(WAITING),
        _ => None,
    };
    if let Some(sql) = state {
        let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(sql).bind(shop.0).bind(most).fetch_all(c).await?);
        if few(&ids) {
            return Ok(Some(ids));
        }
    }
    if let Some(why) = &wanted.why {
        let mut ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(REASON).bind(shop.0).bind(why).bind(most).fetch_all(c).await?);
        let unplanned: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(UNPLANNED).bind(shop.0).bind(why).bind(most).fetch_all(c).await?);
        ids.extend(unplanned);
        if few(&ids) {
            return Ok(Some(ids));
        }
    }
    if let Some(campaign) = wanted.campaign {
        let ids: Vec<Uuid> = on_db!(db, c => sqlx::query_scalar(CAMPAIGN).bind(shop.0).bind(campaign.0).bind(most).fetch_all(c).await?);
        if few(&ids) {
            return Ok(Some(ids));
        }
    }
    Ok(None)
}

/// Every condition of one look down the list, from its top or after a place in it, and where the look ends.
pub struct Look {
    shop: ShopId,
    column: &'static str,
    conditions: Conditions,
    rare: Option<Vec<Uuid>>,
    edge: Option<Place>,
}

/// The last cart that is looked at, if there are more.
async fn edge_of(db: &Db, shop: ShopId, wanted: &Wanted, along: &Conditions) -> Result<Option<Place>, DbError> {
    let (column, text) = (wanted.column(), &along.text);
    let sql = format!("SELECT {column}, c.id FROM carts c WHERE {text} ORDER BY {column} DESC, c.id DESC LIMIT 1 OFFSET $2");
    let row: Option<(i64, Uuid)> =
        on_db!(db, c => bound!(sqlx::query_as(AssertSqlSafe(sql)), shop.0, LOOK_MAX - 1, &along.values).fetch_optional(c).await?);
    Ok(row.map(|(at, id)| (instant(at), id)))
}

macro_rules! fetched {
    ($db:expr, $look:expr, $sql:expr, $query:ident, $how:ident) => {
        match ($db, &$look.rare) {
            (Db::Sqlite { read, .. }, None) => {
                bound!(sqlx::$query(AssertSqlSafe($sql)), $look.shop.0, 0_i64, &$look.conditions.values).$how(read).await?
            }
            (Db::Postgres(pool), None) => {
                bound!(sqlx::$query(AssertSqlSafe($sql)), $look.shop.0, 0_i64, &$look.conditions.values).$how(pool).await?
            }
            (Db::Sqlite { read, .. }, Some(ids)) => {
                bound!(sqlx::$query(AssertSqlSafe($sql)), $look.shop.0, json_ids(ids), &$look.conditions.values).$how(read).await?
            }
            (Db::Postgres(pool), Some(ids)) => {
                bound!(sqlx::$query(AssertSqlSafe($sql)), $look.shop.0, ids.clone(), &$look.conditions.values).$how(pool).await?
            }
        }
    };
}

impl Look {
    /// What is rare, and how far one look goes, is found out once for all that is asked of it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn down(db: &Db, shop: ShopId, (wanted, after): (&Wanted, Option<Place>)) -> Result<Self, DbError> {
        let rare = rare(db, shop, wanted).await?;
        let limited = rare.is_none() && wanted.asks();
        let edge = if limited { edge_of(db, shop, wanted, &wanted.along(after, None)).await? } else { None };
        let mut conditions = wanted.along(after, edge);
        wanted.asked(&mut conditions);
        Ok(Self { shop, column: wanted.column(), conditions, rare, edge })
    }

    /// The first carts that it meets, newest first. Without visits of nobody known in which nothing was put into a cart.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`.
    pub async fn part(&self, db: &Db, most: i64) -> Result<Part, DbError> {
        let column = self.column;
        let sql = self.statement(db, &format!("SELECT {CART_COLUMNS}"), &format!("ORDER BY {column} DESC, c.id DESC LIMIT {most}"));
        let rows: Vec<CartListRow> = fetched!(db, self, sql, query_as, fetch_all);
        Ok(Part { carts: rows.into_iter().map(ListedCart::try_from).collect::<Result<_, _>>()?, edge: self.edge })
    }

    /// How many carts it meets, up to one more than `COUNT_MAX`, and whether there may be more beyond its end.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn count(&self, db: &Db) -> Result<(i64, bool), DbError> {
        let inner = self.statement(db, "SELECT c.id", &format!("LIMIT {}", COUNT_MAX + 1));
        let sql = format!("SELECT COUNT(*) FROM ({inner}) AS counted");
        Ok((fetched!(db, self, sql, query_scalar, fetch_one), self.edge.is_some()))
    }

    /// The statement, with the condition on what is rare as the engine writes it.
    fn statement(&self, db: &Db, select: &str, rest: &str) -> String {
        let ids = match (db, &self.rare) {
            (_, None) => "$2 = 0".to_owned(),
            (Db::Sqlite { .. }, Some(_)) => Self::among("IN (SELECT unhex(value) FROM json_each($2))"),
            (Db::Postgres(_), Some(_)) => Self::among("= ANY($2)"),
        };
        format!("{select} FROM carts c WHERE {} AND {ids} {rest}", self.conditions.text)
    }

    fn among(these: &str) -> String {
        format!("c.id IN (SELECT COALESCE(k.merged_into, k.id) FROM carts k WHERE k.shop_id = $1 AND k.id {these})")
    }
}

/// How many carts that are looked for were first seen after an instant, up to one more than `COUNT_MAX`.
///
/// # Errors
/// `Unavailable`.
pub async fn count_new(db: &Db, shop: ShopId, wanted: &Wanted, since: Timestamp) -> Result<i64, DbError> {
    let before = since.checked_sub(CLOCKS_DIFFER).unwrap_or(Timestamp::UNIX_EPOCH);
    let lately = Span { from: wanted.active.from.max(Some(before)), to: wanted.active.to };
    let mut look = Look::down(db, shop, (&Wanted { active: lately, ..wanted.clone() }, None)).await?;
    look.conditions.and("c.created_at > ?", Value::Number(ms(since)));
    Ok(look.count(db).await?.0)
}

/// The last word about a cart: the rule, and why in a sentence.
pub type Word = (String, String);

/// What was decided last about each of these carts.
///
/// # Errors
/// `Unavailable`.
pub async fn last_words(db: &Db, shop: ShopId, carts: &[Uuid]) -> Result<HashMap<CartId, Word>, DbError> {
    const LITE: &str = "SELECT d.cart_id, d.rule, d.why FROM json_each($2) j CROSS JOIN decisions d ON d.shop_id = $1 AND d.id =
        (SELECT x.id FROM decisions x WHERE x.shop_id = $1 AND x.cart_id = unhex(j.value) ORDER BY x.at DESC, x.id DESC LIMIT 1)";
    const PG: &str = "SELECT d.cart_id, d.rule, d.why FROM UNNEST($2::uuid[]) AS j (id) CROSS JOIN LATERAL
        (SELECT x.cart_id, x.rule, x.why FROM decisions x WHERE x.shop_id = $1 AND x.cart_id = j.id ORDER BY x.at DESC, x.id DESC LIMIT 1) AS d";
    let rows: Vec<(Uuid, String, String)> = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(LITE).bind(shop.0).bind(json_ids(carts)).fetch_all(read).await?,
        Db::Postgres(pool) => sqlx::query_as(PG).bind(shop.0).bind(carts).fetch_all(pool).await?,
    };
    Ok(rows.into_iter().map(|(cart, rule, why)| (CartId(cart), (rule, why))).collect())
}

/// How many carts a contact has.
///
/// # Errors
/// `Unavailable`.
pub async fn count_of_contact(db: &Db, shop: ShopId, contact: ContactId) -> Result<usize, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM carts WHERE shop_id = $1 AND contact_id = $2 AND merged_into IS NULL";
    let count: i64 = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(contact.0).fetch_one(c).await?);
    Ok(usize::try_from(count).unwrap_or_default())
}
