//! What a store counts as revenue, and how it compares with the platform's books.

use super::{DefinitionShape, MoneyShape};
use crate::app::money::Counted;
use crate::app::reconcile;
use crate::db::reconciliations::Run;
use crate::domain::books::{DEFINITIONS, Difference, Sums};
use crate::domain::money::Money;
use crate::domain::order::Basis;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a store counts as revenue.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MoneySettings)]
pub struct MoneySettingsFields {
    /// Tax and duties count; true by default.
    #[serde(default = "yes")]
    #[schema(default = true)]
    tax_included: bool,
    /// Shipping counts; true by default.
    #[serde(default = "yes")]
    #[schema(default = true)]
    shipping_included: bool,
}

const fn yes() -> bool {
    true
}

impl From<MoneySettingsFields> for Basis {
    fn from(f: MoneySettingsFields) -> Self {
        Self { tax_included: f.tax_included, shipping_included: f.shipping_included }
    }
}

/// What a store counts as revenue, as it is set.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneySettingsShape {
    /// How often it was set; 0: the default.
    pub version: i64,
    /// Tax and duties count.
    pub tax_included: bool,
    /// Shipping counts.
    pub shipping_included: bool,
    /// In words.
    pub basis: &'static str,
    /// Orders whose figures still follow what was set before: they are being worked out anew.
    pub orders_behind: i64,
}

impl From<Counted> for MoneySettingsShape {
    fn from(c: Counted) -> Self {
        let basis = c.basis.basis;
        Self {
            version: c.basis.version,
            tax_included: basis.tax_included,
            shipping_included: basis.shipping_included,
            basis: basis.words(),
            orders_behind: c.orders_behind,
        }
    }
}

/// A comparison to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReconciliationPeriod)]
pub struct ReconciliationFields {
    /// A date in the store's zone, or an instant (RFC 3339); 30 days before `to` by default.
    pub from: Option<String>,
    /// A date, which is part of the period, or an instant, which isn't; a quarter of an hour ago by default.
    pub to: Option<String>,
}

/// A comparison of orders with the platform's books.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciliationShape {
    /// Ours.
    pub id: Uuid,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    /// Of orders placed from this instant on.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// By whom; `night` for the nightly one.
    pub asked_by: String,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Why it failed.
    pub problem: Option<String>,
    /// Where the books come from: `store` or `file`; none until it is done.
    pub source: Option<&'static str>,
    /// By currency; never added up.
    pub sums: Vec<BookSumsShape>,
    /// Order by order, those that need somebody first.
    pub differences: Vec<DifferenceShape>,
    /// How many there are; more than are listed where there are many.
    pub differences_count: u64,
    /// How many of them nothing explains.
    pub unexplained_count: u64,
    /// How many could be put right by taking in what the books say.
    pub can_take_in_count: u64,
    /// What each figure means.
    pub definitions: Vec<DefinitionShape>,
}

/// All orders of one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookSumsShape {
    /// ISO 4217.
    #[schema(value_type = String)]
    pub currency: crate::domain::money::Currency,
    /// Orders here.
    pub orders_ours: u64,
    /// Orders in the books.
    pub orders_theirs: u64,
    /// Orders that both have with the same amount.
    pub orders_agree: u64,
    /// What stayed, here.
    #[schema(value_type = MoneyShape)]
    pub ours: Money,
    /// What stayed, by the books.
    #[schema(value_type = MoneyShape)]
    pub theirs: Money,
    /// Here less books.
    #[schema(value_type = MoneyShape)]
    pub difference: Money,
    /// As much of it is explained.
    #[schema(value_type = MoneyShape)]
    pub explained: Money,
    /// And as much is not.
    #[schema(value_type = MoneyShape)]
    pub unexplained: Money,
}

impl From<Sums> for BookSumsShape {
    fn from(s: Sums) -> Self {
        Self {
            currency: s.currency,
            orders_ours: s.orders_ours,
            orders_theirs: s.orders_theirs,
            orders_agree: s.orders_agree,
            ours: s.ours,
            theirs: s.theirs,
            difference: s.difference,
            explained: s.explained,
            unexplained: s.unexplained,
        }
    }
}

/// One difference of one order.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceShape {
    /// `not_known_here`, `not_in_books`, `refund_not_known_here`, `refund_not_in_books`, `edited`, `cancelled`, `test`, `currency`, `chargeback` or `amount`.
    #[schema(value_type = String)]
    pub kind: crate::domain::books::Kind,
    /// The platform's id of the order, where it is known.
    pub platform_id: Option<String>,
    /// `#1001`.
    pub name: String,
    /// What stayed of the order here; null where it isn't known here.
    #[schema(value_type = Option<MoneyShape>)]
    pub ours: Option<Money>,
    /// What stayed of it by the books; null where they don't have it.
    #[schema(value_type = Option<MoneyShape>)]
    pub theirs: Option<Money>,
    /// How much of "here less books" this is.
    #[schema(value_type = MoneyShape)]
    pub amount: Money,
    /// Why, in a sentence.
    pub why: String,
    /// Is it known why?
    pub explained: bool,
    /// The books are ahead: what they say of the order can be taken in.
    pub can_take_in: bool,
}

impl From<Difference> for DifferenceShape {
    fn from(d: Difference) -> Self {
        Self {
            explained: d.kind.is_explained(),
            kind: d.kind,
            platform_id: d.platform_id,
            name: d.name,
            ours: d.ours,
            theirs: d.theirs,
            amount: d.amount,
            why: d.why,
            can_take_in: d.can_take_in,
        }
    }
}

impl From<Run> for ReconciliationShape {
    fn from(run: Run) -> Self {
        let told = reconcile::told(&run);
        let source = told.as_ref().map(|t| match t.source {
            reconcile::Source::Store => "store",
            reconcile::Source::File => "file",
        });
        let compared = told.map(|t| t.compared).unwrap_or_default();
        Self {
            id: run.id,
            state: run.state,
            from: run.from,
            to: run.to,
            asked_at: run.asked_at,
            asked_by: run.asked_by,
            ended_at: run.ended_at,
            problem: run.problem,
            source,
            sums: compared.sums.into_iter().map(Into::into).collect(),
            differences: compared.differences.into_iter().map(Into::into).collect(),
            differences_count: compared.differences_count,
            unexplained_count: compared.unexplained_count,
            can_take_in_count: compared.can_take_in_count,
            definitions: DEFINITIONS.iter().map(|d| DefinitionShape { figure: d.figure, definition: d.definition }).collect(),
        }
    }
}

/// What came of taking in.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenInShape {
    /// Orders that were asked for and stored.
    pub taken: usize,
    /// Orders that the store doesn't have any more.
    pub gone: usize,
    /// Orders that are left for the next time.
    pub left: usize,
}
