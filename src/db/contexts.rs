//! A nudge with everything that decides about it, read in the transaction that claimed it.

use super::nudges::Lease;
use super::{DbError, Tx, from_json, instant, json_ids, ms};
use crate::domain::campaign::{After, CampaignSpec, CampaignStatus, Step};
use crate::domain::cart::Cart;
use crate::domain::consent::Consent;
use crate::domain::event::ChannelKind;
use crate::domain::experiment::Arm;
use crate::domain::ids::{CampaignId, CartId, ContactId, EnrolmentId, NudgeId, ShopId};
use crate::domain::nudge::Previous;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// Waits until no other claim of the shop holds nudges that aren't decided: two messages to one shopper, taken by two workers at once, must see each other, or
/// carriers' limits and the store's could be passed. SQLite's transactions are alone anyway.
///
/// # Errors
/// `Unavailable`.
pub async fn one_claim_at_a_time(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    // The row is called after what was first kept apart by it: texts.
    const SQL: &str = "SELECT name FROM shop_locks WHERE shop_id = $1 AND name = 'texts' FOR UPDATE";
    if let Tx::Postgres(tx) = tx {
        sqlx::query(SQL).bind(shop.0).fetch_optional(&mut **tx).await?;
    }
    Ok(())
}

/// A nudge with everything that decides about it, read in the transaction that claimed it.
#[derive(Debug, Clone)]
pub struct NudgeContext {
    /// Which nudge.
    pub id: NudgeId,
    /// Of which enrolment.
    pub enrolment_id: EnrolmentId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// For which cart.
    pub cart_id: CartId,
    /// For whom.
    pub contact_id: ContactId,
    /// Which step, from 0.
    pub step: i64,
    /// By which channel.
    pub channel: ChannelKind,
    /// The channel that takes over when that is shut.
    pub fallback: Option<ChannelKind>,
    /// Which of the step's texts.
    pub variant: Option<String>,
    /// The cart's path through the campaign.
    pub path: Option<String>,
    /// The enrolment counts in the comparison already.
    pub counted: bool,
    /// The step before, where this one follows its message.
    pub previous: Option<Previous>,
    /// When it was planned for.
    pub due_at: Timestamp,
    /// When it would have been due, had nobody wanted it sooner.
    pub planned_for: Option<Timestamp>,
    /// This attempt's number, from 1.
    pub attempts: i64,
    /// The rule of its last decision.
    pub reason: Option<String>,
    /// Of its short link.
    pub short_code: String,
    /// When it was claimed: its message can't have left earlier.
    pub claimed_at: Option<Timestamp>,
    /// Who was last handed a message of it.
    pub provider: Option<String>,
    /// By which that message is known there.
    pub provider_id: Option<String>,
    /// Treated or held out.
    pub arm: Arm,
    /// The cart that took over, if one did.
    pub superseded_by: Option<CartId>,
    /// The cart's facts.
    pub cart: Cart,
    /// An order of it is credited to us.
    pub recovered: bool,
    /// Somebody of the store stopped messages for the cart.
    pub stopped: bool,
    /// Somebody of the store wants it now.
    pub hurried: bool,
    /// The cart turned out to be another one.
    pub merged_into: Option<CartId>,
    /// Where the campaign is in its life.
    pub campaign_status: CampaignStatus,
    /// The campaign's version at enrolment.
    pub spec: CampaignSpec,
    /// What the shopper agreed to, for this channel.
    pub consent: Option<Consent>,
    /// Texts already sent for this cart.
    pub texts_sent: i64,
}

#[derive(sqlx::FromRow)]
struct ContextRow {
    id: Uuid,
    enrolment_id: Uuid,
    campaign_id: Uuid,
    cart_id: Uuid,
    contact_id: Uuid,
    step: i64,
    channel: String,
    fallback: Option<String>,
    variant: Option<String>,
    path: Option<String>,
    counted_at: Option<i64>,
    due_at: i64,
    planned_for: Option<i64>,
    attempts: i64,
    reason: Option<String>,
    short_code: String,
    claimed_at: Option<i64>,
    provider: Option<String>,
    provider_id: Option<String>,
    arm: String,
    superseded_by: Option<Uuid>,
    version: i64,
    facts: String,
    recovered: bool,
    stopped: Option<bool>,
    hurried: bool,
    merged_into: Option<Uuid>,
    campaign_status: String,
    consent_state: Option<String>,
    consent_at: Option<i64>,
    consent_source: Option<String>,
    confirmed_at: Option<i64>,
    named_at: Option<i64>,
    withdrawn_at: Option<i64>,
    texts_sent: i64,
}

/// Reads what decides about nudges, in the order in which they were planned.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn load(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<Vec<NudgeContext>, DbError> {
    const GET: &str = "SELECT n.id, n.enrolment_id, n.campaign_id, n.cart_id, n.contact_id, n.step, n.channel, n.fallback, n.variant, e.path, e.counted_at, n.due_at, n.planned_for, n.attempts, n.reason, n.short_code,
            n.claimed_at, n.provider, n.provider_id, e.arm, e.superseded_by, COALESCE(n.version, e.version) AS version, c.facts, c.recovered, c.stopped, n.hurried, c.merged_into, ca.status AS campaign_status,
            co.state AS consent_state, co.at AS consent_at, co.source AS consent_source, co.confirmed_at, co.named_at, co.withdrawn_at,
            (SELECT COUNT(*) FROM nudges x WHERE x.shop_id = n.shop_id AND x.cart_id = n.cart_id AND x.channel = 'sms' AND x.id <> n.id
                AND x.state IN ('sending', 'sent', 'delivered', 'unknown')
                -- Of two that were claimed together the earlier step goes first.
                AND NOT (x.state = 'sending' AND x.lease_by = n.lease_by AND x.step > n.step)) AS texts_sent
        FROM nudges n
        JOIN enrolments e ON e.shop_id = n.shop_id AND e.id = n.enrolment_id
        JOIN carts c ON c.shop_id = n.shop_id AND c.id = n.cart_id
        JOIN campaigns ca ON ca.shop_id = n.shop_id AND ca.id = n.campaign_id
        LEFT JOIN consents co ON co.shop_id = n.shop_id AND co.contact_id = n.contact_id AND co.channel = n.channel
        WHERE n.shop_id = $1 AND n.id";
    let rows: Vec<ContextRow> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(ids)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => sqlx::query_as(AssertSqlSafe(format!("{GET} = ANY($2)"))).bind(shop.0).bind(ids).fetch_all(&mut **tx).await?,
    };
    let mut specs = std::collections::HashMap::new();
    for row in &rows {
        let key = (row.campaign_id, row.version);
        if let std::collections::hash_map::Entry::Vacant(entry) = specs.entry(key) {
            entry.insert(spec_of(tx, shop, key).await?);
        }
    }
    let mut contexts = rows.into_iter().map(|row| context(row, &specs)).collect::<Result<Vec<_>, _>>()?;
    // Each is decided with those before it in mind, so that their order must be the same wherever it is done again.
    contexts.sort_by_key(|c| c.id);
    follow(tx, shop, &mut contexts).await?;
    Ok(contexts)
}

/// Finds the messages that others follow.
async fn follow(tx: &mut Tx, shop: ShopId, contexts: &mut [NudgeContext]) -> Result<(), DbError> {
    let follows = |c: &NudgeContext| c.step().is_some_and(|s| s.after == After::PreviousSend);
    let enrolments: Vec<Uuid> = contexts.iter().filter(|c| follows(c)).map(|c| c.enrolment_id.0).collect();
    if enrolments.is_empty() {
        return Ok(());
    }
    const GET: &str = "SELECT enrolment_id, step, state, due_at, sent_at FROM nudges WHERE shop_id = $1 AND enrolment_id";
    type Row = (Uuid, i64, String, i64, Option<i64>);
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(&enrolments)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_as(AssertSqlSafe(format!("{GET} = ANY($2)"))).bind(shop.0).bind(&enrolments).fetch_all(&mut **tx).await?
        }
    };
    for context in contexts.iter_mut().filter(|c| follows(c)) {
        let before = usize::try_from(context.step).ok().and_then(|s| context.spec.step_before(s, context.path.as_deref()));
        let Some(before) = before.and_then(|b| i64::try_from(b).ok()) else { continue };
        let Some(row) = rows.iter().find(|r| r.0 == context.enrolment_id.0 && r.1 == before) else { continue };
        let state = super::word("nudge state", &row.2)?;
        context.previous = Some(Previous::of(state, instant(row.3), row.4.map(instant)));
    }
    Ok(())
}

impl NudgeContext {
    /// Its step, in the campaign's version at enrolment.
    pub fn step(&self) -> Option<&Step> {
        usize::try_from(self.step).ok().and_then(|s| self.spec.steps.get(s))
    }

    /// The key of its template.
    pub fn template(&self) -> Option<&str> {
        self.step().map(|s| s.template_for(self.channel, self.variant.as_deref()))
    }

    /// Where it would go.
    pub fn address(&self) -> Option<&str> {
        match self.channel {
            ChannelKind::Email => self.cart.email.as_ref().map(|e| e.value.as_str()),
            ChannelKind::Sms | ChannelKind::WhatsApp => self.cart.phone.as_ref().map(|p| p.value.as_str()),
        }
    }
}

/// A message that a shopper got, or may be getting now.
#[derive(Debug, Clone, Copy)]
pub struct Got {
    /// Who.
    pub contact_id: ContactId,
    /// By which channel.
    pub channel: ChannelKind,
    /// When it left, or was claimed.
    pub at: Timestamp,
    /// It is on its way: it may yet be refused.
    pub under_way: bool,
}

/// What shoppers got since an instant, in the order of time; what this lease holds is not in it.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn got_since(tx: &mut Tx, shop: ShopId, contacts: &[Uuid], lease: &Lease, since: Timestamp) -> Result<Vec<Got>, DbError> {
    const WHERE: &str = "SELECT contact_id, channel, COALESCE(sent_at, claimed_at) AS at, state FROM nudges WHERE shop_id = $1
        AND state IN ('sending', 'sent', 'delivered', 'unknown') AND (state <> 'sending' OR lease_by <> $3)
        AND COALESCE(sent_at, claimed_at) > $4 AND contact_id";
    let rows: Vec<(Uuid, String, i64, String)> = match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{WHERE} IN (SELECT unhex(value) FROM json_each($2)) ORDER BY at"));
            sqlx::query_as(sql).bind(shop.0).bind(json_ids(contacts)).bind(&lease.by).bind(ms(since)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let sql = AssertSqlSafe(format!("{WHERE} = ANY($2) ORDER BY at"));
            sqlx::query_as(sql).bind(shop.0).bind(contacts).bind(&lease.by).bind(ms(since)).fetch_all(&mut **tx).await?
        }
    };
    let got = |(contact, channel, at, state): (Uuid, String, i64, String)| {
        let channel = super::word("channel", &channel)?;
        Ok(Got { contact_id: ContactId(contact), channel, at: instant(at), under_way: state == "sending" })
    };
    rows.into_iter().map(got).collect()
}

async fn spec_of(tx: &mut Tx, shop: ShopId, (campaign, version): (Uuid, i64)) -> Result<CampaignSpec, DbError> {
    const SQL: &str = "SELECT spec FROM campaign_versions WHERE shop_id = $1 AND campaign_id = $2 AND version = $3";
    let text: String = on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(campaign).bind(version).fetch_one(c).await?);
    from_json("campaign", &text)
}

fn context(row: ContextRow, specs: &std::collections::HashMap<(Uuid, i64), CampaignSpec>) -> Result<NudgeContext, DbError> {
    let consent = match (row.consent_state, row.consent_at, row.consent_source) {
        (Some(state), Some(at), Some(source)) => Some(Consent {
            state: super::word("consent", &state)?,
            at: instant(at),
            source,
            confirmed_at: row.confirmed_at.map(instant),
            named_at: row.named_at.map(instant),
            withdrawn_at: row.withdrawn_at.map(instant),
        }),
        _ => None,
    };
    let spec = specs
        .get(&(row.campaign_id, row.version))
        .cloned()
        .ok_or_else(|| DbError::Corrupt("a nudge's campaign version is missing".into()))?;
    Ok(NudgeContext {
        id: NudgeId(row.id),
        enrolment_id: EnrolmentId(row.enrolment_id),
        campaign_id: CampaignId(row.campaign_id),
        cart_id: CartId(row.cart_id),
        contact_id: ContactId(row.contact_id),
        step: row.step,
        channel: super::word("channel", &row.channel)?,
        fallback: row.fallback.as_deref().map(|c| super::word("channel", c)).transpose()?,
        variant: row.variant,
        path: row.path,
        counted: row.counted_at.is_some(),
        previous: None,
        due_at: instant(row.due_at),
        planned_for: row.planned_for.map(instant),
        attempts: row.attempts,
        reason: row.reason,
        short_code: row.short_code,
        claimed_at: row.claimed_at.map(instant),
        provider: row.provider,
        provider_id: row.provider_id,
        arm: super::word("arm", &row.arm)?,
        superseded_by: row.superseded_by.map(CartId),
        cart: from_json::<Cart>("cart", &row.facts)?.addressed(),
        recovered: row.recovered,
        stopped: row.stopped.unwrap_or_default(),
        hurried: row.hurried,
        merged_into: row.merged_into.map(CartId),
        campaign_status: super::word("campaign status", &row.campaign_status)?,
        spec,
        consent,
        texts_sent: row.texts_sent,
    })
}
