//! Orders, webhooks, reports and the audit, as the API gives them.

use super::{AnewShape, MoneyShape};
use crate::app::report::Recovered;
use crate::db::access::AuditEntry;
use crate::db::deliveries::Listed;
use crate::db::lists::ListedOrder;
use crate::domain::money::Money;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderShape {
    /// Ours.
    pub id: Uuid,
    /// The platform's.
    pub platform_id: String,
    /// `#1001`.
    pub name: String,
    /// When it was placed; null while only a refund is known.
    pub ordered_at: Option<Timestamp>,
    /// Paid before anything went back.
    #[schema(value_type = Option<MoneyShape>)]
    pub gross: Option<Money>,
    /// Taken back.
    #[schema(value_type = Option<MoneyShape>)]
    pub refunds: Option<Money>,
    /// What stayed.
    #[schema(value_type = Option<MoneyShape>)]
    pub net: Option<Money>,
    /// A test: never counts.
    pub test: bool,
    /// Was cancelled.
    pub cancelled: bool,
    /// The campaign that it is credited to by last touch.
    pub campaign_id: Option<Uuid>,
    /// `link`, `code` or `marker`.
    pub evidence: Option<String>,
}

impl From<ListedOrder> for OrderShape {
    fn from(o: ListedOrder) -> Self {
        Self {
            id: o.id.0,
            platform_id: o.platform_id,
            name: o.name,
            ordered_at: o.ordered_at,
            gross: o.gross,
            refunds: o.refunds,
            net: o.net,
            test: o.test,
            cancelled: o.cancelled,
            campaign_id: o.campaign_id.map(|c| c.0),
            evidence: o.evidence,
        }
    }
}

/// A webhook as received, without its body.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryShape {
    /// Ours.
    pub id: Uuid,
    /// As its headers claim.
    pub topic: String,
    /// Of its body.
    pub api_version: Option<String>,
    /// By our clock.
    pub received_at: Timestamp,
    /// `pending`, `applied` or `set_aside`.
    pub state: String,
    /// Why it was set aside.
    pub reason: Option<String>,
    /// Of its body, in bytes.
    pub bytes: i64,
}

impl From<Listed> for DeliveryShape {
    fn from(d: Listed) -> Self {
        Self {
            id: d.id.0,
            topic: d.topic,
            api_version: d.api_version,
            received_at: d.received_at,
            state: d.state,
            reason: d.reason,
            bytes: d.bytes,
        }
    }
}

/// How many deliveries were put back in the queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetriedShape {
    /// They are read again at once.
    pub retried: u64,
}

/// The report on recovered revenue.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveredShape {
    /// From this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// By which model credit is given.
    pub model: &'static str,
    /// How it is broken down.
    pub by: &'static str,
    /// What counts as revenue, in words.
    pub basis: &'static str,
    /// What a reader must know of these very figures.
    pub notes: Vec<String>,
    /// The windows in which a click counts, by campaign.
    pub click_windows: BTreeMap<String, String>,
    /// A row per campaign, step, channel or day; more where orders came in several currencies.
    pub rows: Vec<RowShape>,
    /// Everything, a row per currency.
    pub totals: Vec<RowShape>,
    /// How far it is, while credits are being worked out anew: these figures are by the former settings until it is done.
    pub anew: Option<AnewShape>,
    /// What each figure means.
    pub definitions: Vec<DefinitionShape>,
}

/// One row of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowShape {
    /// The campaign's id, `id/step`, the channel or the day; `total`.
    pub key: String,
    /// For people.
    pub label: String,
    /// Messages that left.
    pub nudges: i64,
    /// Carts that entered.
    pub carts_abandoned: i64,
    /// Orders credited.
    pub orders: i64,
    /// Paid for them.
    #[schema(value_type = MoneyShape)]
    pub gross: Money,
    /// Taken back.
    #[schema(value_type = MoneyShape)]
    pub refunds: Money,
    /// What stayed.
    #[schema(value_type = MoneyShape)]
    pub net: Money,
    /// What codes took off the orders, and what messages cost, by the prices that held when each left.
    #[schema(value_type = MoneyShape)]
    pub cost: Money,
    /// Net less cost; null where some of the messages cost in another currency.
    #[schema(value_type = Option<MoneyShape>)]
    pub contribution: Option<Money>,
    /// Messages whose link a person opened.
    pub clicks: i64,
    /// Openings of links, by whomever: previewers and scanners too.
    pub clicks_raw: i64,
}

impl From<crate::app::report::Row> for RowShape {
    fn from(r: crate::app::report::Row) -> Self {
        Self {
            key: r.key,
            label: r.label,
            nudges: r.nudges,
            carts_abandoned: r.carts_abandoned,
            orders: r.orders,
            gross: r.gross,
            refunds: r.refunds,
            net: r.net,
            cost: r.cost,
            contribution: r.contribution,
            clicks: r.clicks,
            clicks_raw: r.clicks_raw,
        }
    }
}

/// The definition of a figure.
#[derive(Debug, Serialize, ToSchema)]
pub struct DefinitionShape {
    /// As the rows name it.
    pub figure: &'static str,
    /// What it counts, over what.
    pub definition: &'static str,
}

impl From<Recovered> for RecoveredShape {
    fn from(r: Recovered) -> Self {
        Self {
            from: r.from,
            to: r.to,
            model: r.model.as_str(),
            by: r.by.as_str(),
            basis: r.basis,
            notes: r.notes,
            click_windows: r.click_windows.into_iter().map(|(name, window)| (name, window.to_string())).collect(),
            rows: r.rows.into_iter().map(RowShape::from).collect(),
            totals: r.totals.into_iter().map(RowShape::from).collect(),
            anew: r.anew.map(Into::into),
            definitions: r.definitions.iter().map(|d| DefinitionShape { figure: d.figure, definition: d.definition }).collect(),
        }
    }
}

/// What somebody did to the settings.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditShape {
    /// Ours.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who: a person's or token's id, or `cli`.
    pub actor: String,
    /// `campaign.publish`.
    pub action: String,
    /// On what.
    pub detail: String,
}

impl From<AuditEntry> for AuditShape {
    fn from(e: AuditEntry) -> Self {
        Self { id: e.id, at: e.at, actor: e.actor, action: e.action, detail: e.detail }
    }
}
