//! Reading a period: sums of the days on which nothing changed since they were summed, and rows of the rest.

use super::marks::changed;
use super::state::readable;
use super::sums::Part;
use crate::db::report::{self, ByEvidence, CartCounts, Counted, Earned, Ordered, Period, Spent};
use crate::db::{DbError, Tx, instant, ms, touches};
use crate::domain::attribution::Model;
use crate::domain::report::By;
use crate::domain::report::cut::{Cut, Span, cut};
use jiff::tz::TimeZone;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use uuid::Uuid;

/// No more changes are looked at: what is older than so many is read row by row.
const CHANGED_MAX: i64 = 10_000;
/// A quarter of an hour, in milliseconds.
const QUARTER_MS: i64 = 900_000;

/// How sums are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// By campaign, step and channel, over all days.
    Whole,
    /// Day by day, over everything.
    Daily,
}

impl Shape {
    /// As a breakdown needs them.
    pub fn of(by: By) -> Self {
        if by == By::Day { Self::Daily } else { Self::Whole }
    }
}

/// A period, and where it is read: everything is to be read in the transaction in which this was worked out, a snapshot.
#[derive(Debug, Clone)]
pub struct Reading {
    period: Period,
    cut: Cut,
}

/// A sum, as far as it was asked for apart; what wasn't is empty.
#[derive(Debug, Default, sqlx::FromRow)]
#[sqlx(default)]
struct Row {
    campaign_id: Uuid,
    step: i64,
    channel: String,
    begin_at: i64,
    currency: String,
    count: i64,
    raw: i64,
    cost_micros: i64,
    gross_minor: i64,
    refunds_minor: i64,
    net_minor: i64,
    discount_minor: i64,
}

impl Row {
    /// The first quarter of an hour that is wholly in its day.
    fn quarter(&self) -> i64 {
        self.begin_at.saturating_add(QUARTER_MS - 1).div_euclid(QUARTER_MS)
    }

    fn counted(self) -> Counted {
        let quarter = self.quarter();
        Counted { campaign_id: self.campaign_id, step: self.step, channel: self.channel, quarter, count: self.count }
    }
}

impl Reading {
    /// Finds out which days can be read from sums.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn of(tx: &mut Tx, period: Period) -> Result<Self, DbError> {
        let asked = Span { from: ms(period.from), to: ms(period.to) };
        let by_rows = |asked| Self { period, cut: Cut { runs: Vec::new(), rest: vec![asked] } };
        let Some((mut kept, zone)) = readable(tx, period.shop).await? else { return Ok(by_rows(asked)) };
        let within = Span { from: kept.from.max(asked.from), to: kept.to.min(asked.to) };
        let changed = changed(tx, period.shop, within, CHANGED_MAX).await?;
        if let Some(oldest) = changed.last().filter(|_| i64::try_from(changed.len()).is_ok_and(|n| n >= CHANGED_MAX)) {
            kept.from = kept.from.max(*oldest);
        }
        // As everywhere, a zone that isn't known is UTC.
        let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
        Ok(Self { period, cut: cut(asked, Some(kept), &changed, &zone) })
    }

    /// What sums tell, and what rows do: both together are the whole.
    #[must_use]
    pub fn apart(&self) -> (Self, Self) {
        let Cut { runs, rest } = self.cut.clone();
        let of = |runs, rest| Self { period: self.period, cut: Cut { runs, rest } };
        (of(runs, Vec::new()), of(Vec::new(), rest))
    }

    fn rest(&self) -> Vec<Period> {
        // The period's own ends as they are: the calendar's last instant is beyond what milliseconds can say.
        let (from, to) = (self.period.from, self.period.to);
        let exact = |at: i64| [from, to].into_iter().find(|end| ms(*end) == at).unwrap_or_else(|| instant(at));
        let of = |span: &Span| Period { shop: self.period.shop, from: exact(span.from), to: exact(span.to) };
        self.cut.rest.iter().map(of).collect()
    }

    async fn sums(&self, tx: &mut Tx, (part, model): (Part, &str), shape: Shape) -> Result<Vec<Row>, DbError> {
        if self.cut.runs.is_empty() {
            return Ok(Vec::new());
        }
        let key = match shape {
            Shape::Whole => "s.campaign_id, s.step, s.channel, s.currency",
            Shape::Daily => "s.begin_at, s.currency",
        };
        let figures: Vec<String> = part.figures().iter().map(|f| format!("CAST(SUM(s.{f}) AS BIGINT) AS {f}")).collect();
        let figures = figures.join(", ");
        let of = if matches!(tx, Tx::Sqlite(_)) {
            "(SELECT value ->> 0 AS a, value ->> 1 AS b FROM json_each($4)) r CROSS JOIN recovered_sums s"
        } else {
            "UNNEST($4::bigint[], $5::bigint[]) AS r (a, b) CROSS JOIN recovered_sums s"
        };
        let sql = AssertSqlSafe(format!(
            "SELECT {key}, {figures} FROM {of}
            WHERE s.shop_id = $1 AND s.part = $2 AND s.model = $3 AND s.begin_at >= r.a AND s.begin_at < r.b GROUP BY {key}"
        ));
        let (from, to): (Vec<i64>, Vec<i64>) = self.cut.runs.iter().map(|run| (run.from, run.to)).unzip();
        Ok(match tx {
            Tx::Sqlite(tx) => {
                let runs = serde_json::Value::from_iter(from.iter().zip(&to).map(|(a, b)| serde_json::json!([a, b]))).to_string();
                sqlx::query_as(sql).bind(self.period.shop.0).bind(part.as_str()).bind(model).bind(runs).fetch_all(&mut **tx).await?
            }
            Tx::Postgres(tx) => {
                let query = sqlx::query_as(sql).bind(self.period.shop.0).bind(part.as_str()).bind(model);
                query.bind(from).bind(to).fetch_all(&mut **tx).await?
            }
        })
    }

    /// Nudges that left.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn nudges(&self, tx: &mut Tx, shape: Shape) -> Result<Vec<Counted>, DbError> {
        let mut all: Vec<Counted> = self.sums(tx, (Part::Nudges, ""), shape).await?.into_iter().map(Row::counted).collect();
        for p in self.rest() {
            all.extend(report::nudges(tx, p).await?);
        }
        Ok(all)
    }

    /// Carts that entered campaigns, as a breakdown needs them.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn carts(&self, tx: &mut Tx, by: By) -> Result<Vec<Counted>, DbError> {
        let sums = self.sums(tx, (Part::carts(by), ""), Shape::of(by)).await?;
        let mut all: Vec<Counted> = sums.into_iter().map(Row::counted).collect();
        for p in self.rest() {
            all.extend(report::carts(tx, p, by).await?);
        }
        Ok(all)
    }

    /// Credits of orders placed in the period.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn credits(&self, tx: &mut Tx, model: Model, shape: Shape) -> Result<Vec<Earned>, DbError> {
        let earned = |row: Row| Earned {
            quarter: row.quarter(),
            campaign_id: row.campaign_id,
            step: row.step,
            channel: row.channel,
            currency: row.currency,
            gross_minor: row.gross_minor,
            refunds_minor: row.refunds_minor,
            net_minor: row.net_minor,
            discount_minor: row.discount_minor,
        };
        let mut all: Vec<Earned> = self.sums(tx, (Part::Credits, model.as_str()), shape).await?.into_iter().map(earned).collect();
        for p in self.rest() {
            all.extend(report::credits(tx, p, model).await?);
        }
        Ok(all)
    }

    /// What the nudges that left cost.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn costs(&self, tx: &mut Tx, shape: Shape) -> Result<Vec<Spent>, DbError> {
        let spent = |row: Row| Spent {
            quarter: row.quarter(),
            campaign_id: row.campaign_id,
            step: row.step,
            channel: row.channel,
            currency: row.currency,
            cost_micros: row.cost_micros,
        };
        let mut all: Vec<Spent> = self.sums(tx, (Part::Costs, ""), shape).await?.into_iter().map(spent).collect();
        for p in self.rest() {
            all.extend(report::costs(tx, p).await?);
        }
        Ok(all)
    }

    /// Openings of carts' links.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn clicks(&self, tx: &mut Tx, shape: Shape) -> Result<Vec<touches::Counted>, DbError> {
        let clicks = |row: Row| touches::Counted {
            quarter: row.quarter(),
            campaign_id: row.campaign_id,
            step: row.step,
            channel: row.channel,
            raw: row.raw,
            clicked: row.count,
        };
        let mut all: Vec<touches::Counted> = self.sums(tx, (Part::Clicks, ""), shape).await?.into_iter().map(clicks).collect();
        for p in self.rest() {
            all.extend(touches::counted(tx, p).await?);
        }
        Ok(all)
    }

    /// Orders placed in the period that have credit, broken down.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn orders(&self, tx: &mut Tx, (model, by): (Model, Option<By>)) -> Result<Vec<Ordered>, DbError> {
        let ordered = |row: Row| Ordered {
            quarter: row.quarter(),
            campaign_id: Some(row.campaign_id).filter(|id| !id.is_nil()),
            step: row.step,
            channel: row.channel,
            currency: row.currency,
            orders: row.count,
        };
        let shape = by.map_or(Shape::Whole, Shape::of);
        let sums = self.sums(tx, (Part::orders(by), model.as_str()), shape).await?;
        let mut all: Vec<Ordered> = sums.into_iter().map(ordered).collect();
        for p in self.rest() {
            all.extend(report::orders(tx, p, (model, by)).await?);
        }
        Ok(all)
    }

    /// Orders by how we know that a message had to do with them, of the generation that is whole.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn evidence(&self, tx: &mut Tx) -> Result<Vec<ByEvidence>, DbError> {
        let mut all: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
        let mut add = |evidence: String, currency: String, (orders, net): (i64, i64)| {
            let one = all.entry((evidence, currency)).or_default();
            *one = (one.0 + orders, one.1 + net);
        };
        for row in self.sums(tx, (Part::Evidence, ""), Shape::Whole).await? {
            add(row.channel, row.currency, (row.count, row.net_minor));
        }
        for p in self.rest() {
            for e in report::evidence(tx, p, None).await? {
                add(e.evidence, e.currency, (e.orders, e.net_minor));
            }
        }
        let each = all.into_iter();
        Ok(each.map(|((evidence, currency), (orders, net_minor))| ByEvidence { evidence, currency, orders, net_minor }).collect())
    }

    /// Carts begun in the period, and what became of them.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn begun(&self, tx: &mut Tx) -> Result<CartCounts, DbError> {
        let mut counts = CartCounts::default();
        for row in self.sums(tx, (Part::Begun, ""), Shape::Whole).await? {
            counts.add(&row.channel, row.count);
        }
        for p in self.rest() {
            for (which, count) in report::counted_carts(tx, p).await?.named() {
                counts.add(which, count);
            }
        }
        Ok(counts)
    }
}
