//! Lists for pages and the API: cursor-paged, newest first.

use super::{Db, DbError, instant, ms};
use crate::domain::cart::CartState;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CampaignId, CartId, ContactId, EnrolmentId, NudgeId, OrderId, ShopId};
use crate::domain::money::{Currency, Money};
use crate::domain::nudge::NudgeState;
use crate::domain::receipt::Fate;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// A nudge as lists show it.
#[derive(Debug, Clone)]
pub struct ListedNudge {
    /// Ours.
    pub id: NudgeId,
    /// Of which enrolment.
    pub enrolment_id: EnrolmentId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// For which cart.
    pub cart_id: CartId,
    /// Which step, from 0.
    pub step: i64,
    /// By which channel.
    pub channel: ChannelKind,
    /// Where it is in its life.
    pub state: NudgeState,
    /// As planned.
    pub due_at: Timestamp,
    /// When it is looked at next.
    pub wake_at: Timestamp,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// How often it was attempted.
    pub attempts: i64,
    /// The rule of its state: while it is unknown, why it is.
    pub reason: Option<String>,
    /// Who was handed it.
    pub provider: Option<String>,
    /// By what it is known there.
    pub provider_id: Option<String>,
    /// When it was delivered, as its provider says.
    pub delivered_at: Option<Timestamp>,
    /// Of all that its provider told of it, what weighs most, and in which words.
    pub fate: Option<(Fate, Option<String>)>,
    /// Since when its outcome was unknown, if it ever was.
    pub unknown_at: Option<Timestamp>,
    /// When its provider is asked next what became of it.
    pub ask_at: Option<Timestamp>,
    /// How often its provider was asked.
    pub asked: i64,
    /// Its last decision's `(at, outcome, rule, rules_version, why, inputs as JSON)`.
    pub decision: Option<LastDecision>,
}

/// A nudge's last decision.
#[derive(Debug, Clone)]
pub struct LastDecision {
    /// When.
    pub at: Timestamp,
    /// What.
    pub outcome: String,
    /// Which rule.
    pub rule: String,
    /// The rules' version.
    pub rules_version: i64,
    /// In a sentence.
    pub why: String,
    /// What it was decided on, as JSON.
    pub inputs: String,
}

#[derive(sqlx::FromRow)]
struct NudgeRow {
    id: Uuid,
    enrolment_id: Uuid,
    campaign_id: Uuid,
    cart_id: Uuid,
    step: i64,
    channel: String,
    state: String,
    due_at: i64,
    wake_at: i64,
    sent_at: Option<i64>,
    attempts: i64,
    reason: Option<String>,
    provider: Option<String>,
    provider_id: Option<String>,
    delivered_at: Option<i64>,
    fate: Option<String>,
    fate_reason: Option<String>,
    unknown_at: Option<i64>,
    ask_at: Option<i64>,
    asked: i64,
    decided_at: Option<i64>,
    outcome: Option<String>,
    rule: Option<String>,
    rules_version: Option<i64>,
    why: Option<String>,
    inputs: Option<String>,
}

impl TryFrom<NudgeRow> for ListedNudge {
    type Error = DbError;
    fn try_from(r: NudgeRow) -> Result<Self, DbError> {
        let decision = match (r.decided_at, r.outcome, r.rule, r.rules_version, r.why, r.inputs) {
            (Some(at), Some(outcome), Some(rule), Some(rules_version), Some(why), Some(inputs)) => {
                Some(LastDecision { at: instant(at), outcome, rule, rules_version, why, inputs })
            }
            _ => None,
        };
        Ok(Self {
            id: NudgeId(r.id),
            enrolment_id: EnrolmentId(r.enrolment_id),
            campaign_id: CampaignId(r.campaign_id),
            cart_id: CartId(r.cart_id),
            step: r.step,
            channel: super::word("channel", &r.channel)?,
            state: super::word("nudge state", &r.state)?,
            due_at: instant(r.due_at),
            wake_at: instant(r.wake_at),
            sent_at: r.sent_at.map(instant),
            attempts: r.attempts,
            reason: r.reason,
            provider: r.provider,
            provider_id: r.provider_id,
            delivered_at: r.delivered_at.map(instant),
            fate: r.fate.map(|fate| super::word("fate", &fate)).transpose()?.map(|fate| (fate, r.fate_reason)),
            unknown_at: r.unknown_at.map(instant),
            ask_at: r.ask_at.map(instant),
            asked: r.asked,
            decision,
        })
    }
}

macro_rules! nudge_select {
    ($rest:literal) => {
        concat!(
            "SELECT n.id, n.enrolment_id, n.campaign_id, n.cart_id, n.step, n.channel, n.state, n.due_at, n.wake_at, n.sent_at, n.attempts,
                n.reason, n.provider, n.provider_id, n.delivered_at, n.fate, n.fate_reason, n.unknown_at, n.ask_at, n.asked, d.at AS decided_at, d.outcome, d.rule, d.rules_version, d.why, d.inputs
            FROM nudges n LEFT JOIN decisions d ON d.shop_id = n.shop_id AND d.id =
                (SELECT x.id FROM decisions x WHERE x.shop_id = n.shop_id AND x.nudge_id = n.id ORDER BY x.at DESC, x.id DESC LIMIT 1) ",
            $rest
        )
    };
}

/// A cart's nudges and those of carts merged into it, in order.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn nudges_of_cart(db: &Db, shop: ShopId, cart: CartId) -> Result<Vec<ListedNudge>, DbError> {
    const SQL: &str = nudge_select!(
        "WHERE n.shop_id = $1 AND n.cart_id IN (SELECT id FROM carts WHERE shop_id = $1 AND (id = $2 OR merged_into = $2)) ORDER BY n.due_at, n.step, n.id"
    );
    let rows: Vec<NudgeRow> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(cart.0).fetch_all(c).await?);
    rows.into_iter().map(ListedNudge::try_from).collect()
}

/// One nudge.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn nudge(db: &Db, shop: ShopId, id: NudgeId) -> Result<Option<ListedNudge>, DbError> {
    const SQL: &str = nudge_select!("WHERE n.shop_id = $1 AND n.id = $2");
    let row: Option<NudgeRow> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(id.0).fetch_optional(c).await?);
    row.map(ListedNudge::try_from).transpose()
}

/// What is looked for among nudges.
#[derive(Debug, Clone, Default)]
pub struct NudgeFilter {
    /// In this state.
    pub state: Option<NudgeState>,
    /// Of this campaign.
    pub campaign: Option<CampaignId>,
    /// After this one, by id.
    pub after: Option<Uuid>,
}

/// Nudges, newest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn nudges(db: &Db, shop: ShopId, filter: &NudgeFilter, most: i64) -> Result<Vec<ListedNudge>, DbError> {
    const SQL: &str = nudge_select!(
        "WHERE n.shop_id = $1 AND ($2 IS NULL OR n.state = $2) AND ($3 IS NULL OR n.campaign_id = $3) AND ($4 IS NULL OR n.id < $4) ORDER BY n.id DESC LIMIT $5"
    );
    let rows: Vec<NudgeRow> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(filter.state.map(NudgeState::as_str)).bind(filter.campaign.map(|id| id.0))
        .bind(filter.after).bind(most).fetch_all(c).await?);
    rows.into_iter().map(ListedNudge::try_from).collect()
}

/// A cart as lists show it.
#[derive(Debug, Clone)]
pub struct ListedCart {
    /// Ours.
    pub id: CartId,
    /// Whose, once known.
    pub contact_id: Option<ContactId>,
    /// What it is now.
    pub state: CartState,
    /// What the shopper would pay, as they see it.
    pub value: Option<Money>,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When the shopper last did something.
    pub active_at: Timestamp,
    /// Since when it counts as abandoned.
    pub abandoned_at: Option<Timestamp>,
    /// The facts, as JSON.
    pub facts: String,
}

/// Which columns of a cart as `c` lists read.
pub(super) const CART_COLUMNS: &str =
    "c.id, c.contact_id, c.state, c.value_minor, c.currency, c.started_at, c.active_at, c.abandoned_at, c.facts";

#[derive(sqlx::FromRow)]
pub(super) struct CartListRow {
    id: Uuid,
    contact_id: Option<Uuid>,
    state: String,
    value_minor: Option<i64>,
    currency: Option<String>,
    started_at: i64,
    active_at: i64,
    abandoned_at: Option<i64>,
    facts: String,
}

impl TryFrom<CartListRow> for ListedCart {
    type Error = DbError;
    fn try_from(r: CartListRow) -> Result<Self, DbError> {
        let value = match (r.value_minor, &r.currency) {
            (Some(minor), Some(code)) => Some(Money::new(minor, super::word::<Currency>("currency", code)?)),
            _ => None,
        };
        Ok(Self {
            id: CartId(r.id),
            contact_id: r.contact_id.map(ContactId),
            state: super::word("cart state", &r.state)?,
            value,
            started_at: instant(r.started_at),
            active_at: instant(r.active_at),
            abandoned_at: r.abandoned_at.map(instant),
            facts: r.facts,
        })
    }
}

/// What is looked for among carts.
#[derive(Debug, Clone, Default)]
pub struct CartFilter {
    /// In this state.
    pub state: Option<CartState>,
    /// Of the shopper with this e-mail address, phone number or customer id, or with this token; to the letter.
    pub search: Option<String>,
    /// With a message in this state.
    pub message: Option<NudgeState>,
    /// After this one: when it was last active, and its id.
    pub after: Option<(Timestamp, Uuid)>,
}

/// Carts, the most recently active first; without visits of nobody known, in which nothing was put into a cart.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn carts(db: &Db, shop: ShopId, filter: &CartFilter, most: i64) -> Result<Vec<ListedCart>, DbError> {
    const SQL: &str = "SELECT id, contact_id, state, value_minor, currency, started_at, active_at, abandoned_at, facts FROM carts
        WHERE shop_id = $1 AND merged_into IS NULL AND (stage <> 'browse' OR contact_id IS NOT NULL)
            AND ($2 IS NULL OR state = $2) AND ($3 IS NULL OR (active_at, id) < ($3, $4))
            AND ($6 IS NULL OR id IN (SELECT COALESCE(k.merged_into, k.id) FROM nudges n JOIN carts k ON k.shop_id = n.shop_id AND k.id = n.cart_id
                WHERE n.shop_id = $1 AND n.state = $6))
        ORDER BY active_at DESC, id DESC LIMIT $5";
    const SEARCH: &str = "SELECT id, contact_id, state, value_minor, currency, started_at, active_at, abandoned_at, facts FROM carts
        WHERE shop_id = $1 AND merged_into IS NULL AND ($2 IS NULL OR state = $2) AND ($3 IS NULL OR (active_at, id) < ($3, $4))
            AND (contact_id IN (SELECT contact_id FROM contact_identities WHERE shop_id = $1 AND kind IN ('customer', 'email', 'phone') AND value = $6)
                OR id IN (SELECT cart_id FROM cart_tokens WHERE shop_id = $1 AND kind IN ('cart', 'checkout', 'checkout_id') AND token = $6))
        ORDER BY active_at DESC, id DESC LIMIT $5";
    let (at, id) = filter.after.map_or((None, None), |(at, id)| (Some(ms(at)), Some(id)));
    let state = filter.state.map(CartState::as_str);
    let message = filter.message.map(NudgeState::as_str);
    let rows: Vec<CartListRow> = on_db!(db, c => match &filter.search {
        None => sqlx::query_as(SQL).bind(shop.0).bind(state).bind(at).bind(id).bind(most).bind(message).fetch_all(c).await?,
        Some(text) => sqlx::query_as(SEARCH).bind(shop.0).bind(state).bind(at).bind(id).bind(most).bind(text).fetch_all(c).await?,
    });
    rows.into_iter().map(ListedCart::try_from).collect()
}

/// An order as lists show it.
#[derive(Debug, Clone)]
pub struct ListedOrder {
    /// Ours.
    pub id: OrderId,
    /// The platform's.
    pub platform_id: String,
    /// `#1001`.
    pub name: String,
    /// When it was placed.
    pub ordered_at: Option<Timestamp>,
    /// Paid before anything went back.
    pub gross: Option<Money>,
    /// Taken back.
    pub refunds: Option<Money>,
    /// What stayed.
    pub net: Option<Money>,
    /// Never counts.
    pub test: bool,
    /// Was cancelled.
    pub cancelled: bool,
    /// The campaign that it is credited to by last touch.
    pub campaign_id: Option<CampaignId>,
    /// `link`, `code`, `marker`.
    pub evidence: Option<String>,
}

#[derive(sqlx::FromRow)]
struct OrderListRow {
    id: Uuid,
    platform_id: String,
    name: String,
    ordered_at: Option<i64>,
    currency: Option<String>,
    gross_minor: i64,
    refunds_minor: i64,
    net_minor: i64,
    test: bool,
    cancelled: bool,
    campaign_id: Option<Uuid>,
    evidence: Option<String>,
}

/// Orders, the newest first, after a cursor.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn orders(db: &Db, shop: ShopId, after: Option<Uuid>, most: i64) -> Result<Vec<ListedOrder>, DbError> {
    const SQL: &str =
        "SELECT o.id, o.platform_id, o.name, o.ordered_at, o.currency, o.gross_minor, o.refunds_minor, o.net_minor, o.test, o.cancelled,
            k.campaign_id, k.evidence
        FROM orders o LEFT JOIN credit_ledger k ON k.shop_id = o.shop_id AND k.order_id = o.id AND k.model = 'last_touch' AND k.kind = 'attributed'
            AND k.generation = (SELECT s.credit_generation FROM shops s WHERE s.id = $1)
        WHERE o.shop_id = $1 AND ($2 IS NULL OR o.id < $2) ORDER BY o.id DESC LIMIT $3";
    let rows: Vec<OrderListRow> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(after).bind(most).fetch_all(c).await?);
    rows.into_iter().map(ListedOrder::try_from).collect()
}

/// These orders, by the platform's ids, the newest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn orders_named(db: &Db, shop: ShopId, platform_ids: &[&str]) -> Result<Vec<ListedOrder>, DbError> {
    const GET: &str =
        "SELECT o.id, o.platform_id, o.name, o.ordered_at, o.currency, o.gross_minor, o.refunds_minor, o.net_minor, o.test, o.cancelled,
            NULL AS campaign_id, NULL AS evidence FROM orders o WHERE o.shop_id = $1 AND o.platform_id";
    let rows: Vec<OrderListRow> = match db {
        Db::Sqlite { read, .. } => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT value FROM json_each($2)) ORDER BY o.id DESC"));
            sqlx::query_as(sql).bind(shop.0).bind(super::json_texts(platform_ids.iter().copied())).fetch_all(read).await?
        }
        Db::Postgres(pool) => {
            let sql =
                AssertSqlSafe(format!("{} = ANY($2) ORDER BY o.id DESC", GET.replace("NULL AS campaign_id", "NULL::uuid AS campaign_id")));
            sqlx::query_as(sql).bind(shop.0).bind(platform_ids).fetch_all(pool).await?
        }
    };
    rows.into_iter().map(ListedOrder::try_from).collect()
}

impl TryFrom<OrderListRow> for ListedOrder {
    type Error = DbError;
    fn try_from(r: OrderListRow) -> Result<Self, DbError> {
        let currency = r.currency.as_deref().map(|code| super::word::<Currency>("currency", code)).transpose()?;
        let money = |minor| currency.map(|c| Money::new(minor, c));
        Ok(Self {
            id: OrderId(r.id),
            platform_id: r.platform_id,
            name: r.name,
            ordered_at: r.ordered_at.map(instant),
            gross: money(r.gross_minor),
            refunds: money(r.refunds_minor),
            net: money(r.net_minor),
            test: r.test,
            cancelled: r.cancelled,
            campaign_id: r.campaign_id.map(CampaignId),
            evidence: r.evidence,
        })
    }
}
