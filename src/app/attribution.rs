//! The report on attribution: what every model gives to every channel, by all touches that are known; and what the ledger says of our own messages, by evidence.

use super::{App, AppError, journeys, recompute};
use crate::db;
use crate::db::credit_runs::Run;
use crate::db::journeys::Counted;
use crate::db::report::{ByEvidence, Period};
use crate::db::shops::Shop;
use crate::domain::attribution::paths::{Outcome, Paths};
use crate::domain::attribution::{Evidence, Model, parts, split_minor};
use crate::domain::ids::ShopId;
use crate::domain::journey::Scope;
use crate::domain::money::{Currency, Money};
use crate::domain::report::table::{Cell, Column, Line, Table, Unit};
use crate::domain::report::{Definition, define};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Answers that are remembered, of all stores.
const REMEMBERED_MAX: usize = 200;
/// Lines of one currency; what is least stands together as "all others".
const LINES_MAX: usize = 50;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whose.
    pub shop: ShopId,
    /// From this instant: the day on which it falls.
    pub from: Timestamp,
    /// To before this one: the day before it.
    pub to: Timestamp,
    /// How touches are named.
    pub scope: Scope,
    /// Which models, side by side.
    pub models: Vec<Model>,
}

/// The answer.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// From this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// How touches are named.
    pub scope: &'static str,
    /// Orders by channel and model.
    pub orders: Table,
    /// What stayed of them, by channel and model.
    pub net: Table,
    /// What the ledger says of our messages: what was earned by which evidence, and what was only influenced.
    pub ledger: Table,
    /// How far it is, while credits are being worked out anew.
    pub anew: Option<recompute::Anew>,
}

/// One of the report's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// What the ledger says of our messages.
    Ledger,
    /// Orders by channel and model.
    Orders,
    /// What stayed of them.
    #[default]
    Net,
}

impl Part {
    /// As pages show them.
    pub const ALL: [Self; 3] = [Self::Ledger, Self::Orders, Self::Net];

    /// As addresses and arguments say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Orders => "orders",
            Self::Net => "net",
        }
    }
}

impl std::str::FromStr for Part {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || format!("{text:?} is no table of this report; expected ledger, orders or net");
        Self::ALL.into_iter().find(|part| part.as_str() == text).ok_or_else(unknown)
    }
}

impl Report {
    /// One of its tables.
    pub fn part(&self, part: Part) -> &Table {
        match part {
            Part::Ledger => &self.ledger,
            Part::Orders => &self.orders,
            Part::Net => &self.net,
        }
    }
}

/// What models make of a period's journeys: it changes only with the counts.
pub struct Worked {
    paths: Vec<(Currency, Paths, Totals)>,
    outcomes: HashMap<(usize, Model), Outcome>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    value_minor: i64,
    nulls: i64,
}

type Key = (ShopId, Scope, i64, i64);

/// Answers that were worked out, by how often the counts had changed by then.
#[derive(Default)]
pub struct Remembered(Mutex<HashMap<Key, (i64, Arc<Worked>)>>);

impl Remembered {
    fn get(&self, key: &Key, version: i64) -> Option<Arc<Worked>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).filter(|(of, _)| *of == version).map(|(_, worked)| Arc::clone(worked))
    }

    fn put(&self, key: Key, version: i64, worked: &Arc<Worked>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert(key, (version, Arc::clone(worked)));
    }
}

/// Works the report out.
///
/// # Errors
/// `NotFound` without that shop, `Invalid` for a period that ends before it begins, `Db`.
pub async fn report(app: &App, asked: &Asked) -> Result<Report, AppError> {
    if asked.to <= asked.from {
        return Err(AppError::Invalid("the period ends before it begins: `to` must be later than `from`".into()));
    }
    let shop = db::shops::get(&app.db, asked.shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let worked = worked(app, &shop, asked).await?;
    let period = Period { shop: asked.shop, from: asked.from, to: asked.to };
    let run = db::credit_runs::get(&app.db, asked.shop).await?.filter(Run::is_under_way);
    let now = db::report::by_evidence(&app.db, period, None).await?;
    let grown = match &run {
        Some(run) => Some(db::report::by_evidence(&app.db, period, Some(run.generation)).await?),
        None => None,
    };
    Ok(Report {
        from: asked.from,
        to: asked.to,
        scope: asked.scope.as_str(),
        orders: orders_table(&worked, asked),
        net: net_table(&worked, asked),
        ledger: ledger_table(&shop, &now, grown.as_deref()),
        anew: run.as_ref().map(recompute::Anew::of),
    })
}

async fn worked(app: &App, shop: &Shop, asked: &Asked) -> Result<Arc<Worked>, AppError> {
    let zone = shop.zone();
    let before = asked.to.checked_sub(SignedDuration::from_millis(1)).unwrap_or(asked.to);
    let days = (journeys::day_of(asked.from, &zone), journeys::day_of(before, &zone));
    let key = (shop.id, asked.scope, days.0, days.1);
    // Asked for before the counts: what changes in between is worked out again, not missed.
    let version = db::journeys::version(&app.db, shop.id).await?;
    if let Some(known) = app.attributions.get(&key, version) {
        return Ok(known);
    }
    let counted = db::journeys::counted(&app.db, shop.id, asked.scope, days).await?;
    let currency = shop.currency;
    let work = tokio::task::spawn_blocking(move || Worked::of(&counted, currency));
    let worked = Arc::new(work.await.map_err(|e| AppError::Invalid(format!("the models could not be worked out: {e}")))?);
    app.attributions.put(key, version, &worked);
    Ok(worked)
}

impl Worked {
    #[allow(clippy::cast_precision_loss)] // Counts and minor units of a period are far below 2^52.
    fn of(counted: &[Counted], usual: Currency) -> Self {
        let mut by_currency: BTreeMap<&str, (Paths, BTreeMap<String, usize>, Totals)> = BTreeMap::new();
        for c in counted {
            let (paths, known, totals) = by_currency.entry(&c.currency).or_default();
            paths.add(known, &c.path, (c.orders as f64, c.value_minor as f64, c.nulls as f64));
            totals.value_minor += c.value_minor;
            totals.nulls += c.nulls;
        }
        let all = by_currency.into_iter();
        let paths: Vec<(Currency, Paths, Totals)> = all.map(|(code, (paths, _, t))| (code.parse().unwrap_or(usual), paths, t)).collect();
        let of = |(i, (_, paths, _)): (usize, &(Currency, Paths, Totals))| Model::ALL.map(|m| ((i, m), paths.outcome(m)));
        let outcomes = paths.iter().enumerate().flat_map(of).collect();
        Self { paths, outcomes }
    }

    fn credits(&self, place: usize, model: Model) -> Vec<(f64, f64)> {
        self.outcomes.get(&(place, model)).map(|o| o.credits.iter().map(|c| (c.conversions, c.value)).collect()).unwrap_or_default()
    }

    /// Channels of a currency, those with the most orders by last touch first.
    fn ranked(&self, place: usize) -> Vec<(usize, String)> {
        let orders = self.credits(place, Model::Linear);
        let names = self.paths.get(place).map(|(_, p, _)| p.channels.clone()).unwrap_or_default();
        let mut ranked: Vec<(usize, String)> = names.into_iter().enumerate().collect();
        let of = |i: usize| orders.get(i).map_or(0.0, |o| o.0);
        ranked.sort_by(|a, b| of(b.0).total_cmp(&of(a.0)).then_with(|| a.1.cmp(&b.1)));
        ranked
    }

    /// The lines of a currency: each channel with one number per model, the least together.
    fn lines(&self, place: usize, per_model: &[Vec<Cell>]) -> Vec<Line> {
        let Some((currency, _, _)) = self.paths.get(place) else { return Vec::new() };
        let line = |(i, name): (usize, String)| Line {
            key: name.clone(),
            label: name,
            currency: Some(*currency),
            cells: per_model.iter().map(|cells| cells.get(i).cloned().unwrap_or(Cell::None)).collect(),
            carts: None,
        };
        let mut lines: Vec<Line> = self.ranked(place).into_iter().map(line).collect();
        if lines.len() > LINES_MAX {
            let rest = lines.split_off(LINES_MAX - 1);
            let cells = (0..per_model.len()).map(|m| sum(rest.iter().filter_map(|l| l.cells.get(m)))).collect();
            lines.push(Line {
                key: "others".into(),
                label: format!("all {} others", rest.len()),
                currency: Some(*currency),
                cells,
                carts: None,
            });
        }
        lines
    }
}

fn sum<'a>(cells: impl Iterator<Item = &'a Cell>) -> Cell {
    cells.fold(Cell::None, |sum, cell| match (sum, cell) {
        (Cell::Number(a), Cell::Number(b)) => Cell::Number(a + b),
        (Cell::Money(a), Cell::Money(b)) => Cell::Money(Money::new(a.minor + b.minor, a.currency)),
        (Cell::None, cell) => cell.clone(),
        (sum, _) => sum,
    })
}

fn columns(models: &[Model], unit: Unit) -> Vec<Column> {
    models.iter().map(|m| Column::new(m.as_str(), m.label(), unit)).collect()
}

fn by(scope: Scope) -> String {
    match scope {
        Scope::Channel => "Channel".into(),
        Scope::Campaign => "Channel and campaign".into(),
    }
}

fn definitions(models: &[Model]) -> Vec<Definition> {
    let whole = define(
        "journey",
        "What brought a shopper to the store in the 30 days before the order, and which of our messages they opened, by time; \"direct\" where nothing else is known. Channels are Google Analytics' default groups. Journeys that ended without an order (carts given up after 30 days) count for the Markov models.",
    );
    std::iter::once(whole).chain(models.iter().map(|m| m.definition())).collect()
}

fn orders_table(worked: &Worked, asked: &Asked) -> Table {
    let (mut lines, mut totals, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for (place, (currency, paths, sums)) in worked.paths.iter().enumerate() {
        let of = |m: &Model| worked.credits(place, *m).iter().map(|c| Cell::Number(c.0)).collect::<Vec<_>>();
        lines.extend(worked.lines(place, &asked.models.iter().map(of).collect::<Vec<_>>()));
        let orders: f64 = paths.journeys.iter().map(|j| j.conversions).sum();
        let cells = asked.models.iter().map(|_| Cell::Number(orders)).collect();
        totals.push(Line { key: "total".into(), label: "All orders".into(), currency: Some(*currency), cells, carts: None });
        notes.push(format!("{orders} journeys in {} ended with an order, {} without.", currency.code(), sums.nulls));
    }
    notes.push("Parts of an order are told in hundredths: a model may share one among several channels.".into());
    Table {
        name: "attribution_orders",
        title: "Orders, by what brought them".into(),
        by: by(asked.scope),
        columns: columns(&asked.models, Unit::Number),
        lines,
        totals,
        notes,
        definitions: definitions(&asked.models),
    }
}

fn net_table(worked: &Worked, asked: &Asked) -> Table {
    let (mut lines, mut totals) = (Vec::new(), Vec::new());
    for (place, (currency, _, sums)) in worked.paths.iter().enumerate() {
        let of = |m: &Model| {
            let credits = worked.credits(place, *m);
            let whole: f64 = credits.iter().map(|c| c.1).sum();
            let weights: Vec<f64> = credits.iter().map(|c| if whole > 0.0 { c.1 / whole } else { 0.0 }).collect();
            let minor = if whole > 0.0 { split_minor(sums.value_minor, &parts(&weights)) } else { vec![0; weights.len()] };
            minor.into_iter().map(|m| Cell::Money(Money::new(m, *currency))).collect::<Vec<_>>()
        };
        lines.extend(worked.lines(place, &asked.models.iter().map(of).collect::<Vec<_>>()));
        let cells = asked.models.iter().map(|_| Cell::Money(Money::new(sums.value_minor, *currency))).collect();
        totals.push(Line { key: "total".into(), label: "All orders".into(), currency: Some(*currency), cells, carts: None });
    }
    Table {
        name: "attribution_net",
        title: "What stayed of them".into(),
        by: by(asked.scope),
        columns: columns(&asked.models, Unit::Money),
        lines,
        totals,
        notes: vec!["Net of refunds by now. Each model's column adds up to the total, to the last minor unit.".into()],
        definitions: definitions(&asked.models),
    }
}

const LEDGER: [Column; 4] = [
    Column::new("kind", "Counts as", Unit::Text),
    Column::new("says", "What it says", Unit::Text),
    Column::new("orders", "Orders", Unit::Count),
    Column::new("net", "Net", Unit::Money),
];
const ANEW: [Column; 2] =
    [Column::new("orders_anew", "Orders, anew so far", Unit::Count), Column::new("net_anew", "Net, anew so far", Unit::Money)];

fn ledger_table(shop: &Shop, now: &[ByEvidence], anew: Option<&[ByEvidence]>) -> Table {
    let mut currencies: Vec<Currency> = now.iter().chain(anew.unwrap_or_default()).filter_map(|e| e.currency.parse().ok()).collect();
    currencies.sort_by_key(|c| c.code().to_owned());
    currencies.dedup();
    if currencies.is_empty() {
        currencies.push(shop.currency);
    }
    let find = |all: &[ByEvidence], of: Evidence, c: Currency| {
        let found = all.iter().find(|e| e.evidence == of.as_str() && e.currency == c.code());
        [Cell::Count(found.map_or(0, |e| e.orders)), Cell::Money(Money::new(found.map_or(0, |e| e.net_minor), c))]
    };
    let line = |evidence: Evidence, currency: Currency| {
        let kind = if evidence.is_attributed() { "attributed" } else { "influenced" };
        let mut cells = vec![Cell::Text(kind.into()), Cell::Text(evidence.words().into())];
        cells.extend(find(now, evidence, currency));
        cells.extend(anew.into_iter().flat_map(|all| find(all, evidence, currency)));
        Line { key: evidence.as_str().into(), label: evidence.label().into(), currency: Some(currency), cells, carts: None }
    };
    let lines = currencies.iter().flat_map(|c| Evidence::ALL.map(|e| line(e, *c))).collect();
    let columns = LEDGER.into_iter().chain(anew.is_some().then_some(ANEW).into_iter().flatten()).collect();
    Table {
        name: "attribution_evidence",
        title: "Orders of our messages, by how we know".into(),
        by: "Evidence".into(),
        columns,
        lines,
        totals: Vec::new(),
        notes: vec![
            split_words(now),
            "What was attributed and what was influenced are never added up: an order is in one of the lines.".into(),
        ],
        definitions: EVIDENCE.to_vec(),
    }
}

/// `of 12 orders: 9 link, 2 code, 1 marker; influenced: 3 person-in-window`.
fn split_words(all: &[ByEvidence]) -> String {
    let count = |e: Evidence| all.iter().filter(|k| k.evidence == e.as_str()).map(|k| k.orders).sum::<i64>();
    let words = |attributed: bool| {
        let of = Evidence::ALL.into_iter().filter(|e| e.is_attributed() == attributed).map(|e| (count(e), e.label()));
        of.filter(|(n, _)| *n > 0).map(|(n, label)| format!("{n} {label}")).collect::<Vec<_>>().join(", ")
    };
    let none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    let attributed: i64 = Evidence::ALL.into_iter().filter(|e| e.is_attributed()).map(count).sum();
    format!("Of {attributed} attributed orders: {}; influenced: {}.", none(words(true)), none(words(false)))
}

const EVIDENCE: [Definition; 5] = [
    define("link", "A person opened the link of one of our messages within the campaign's click window before the order."),
    define("code", "The order used a code that one of our messages carried, within the click window after it left."),
    define("marker", "The order carries the marker of one of our messages, within the click window after it left."),
    define(
        "view",
        "Influenced, not attributed: a provider says that a message was delivered, and the order came within the campaign's view window (none unless it is set). There is no pixel in our messages: nobody knows whether it was read.",
    ),
    define(
        "person-in-window",
        "Influenced, not attributed: a message left to the person who ordered, within the click window before the order, and nothing else speaks for it.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_told_in_a_sentence_and_the_two_kinds_apart() {
        let of = |evidence: &str, orders| ByEvidence { evidence: evidence.into(), currency: "USD".into(), orders, net_minor: 100 };
        let all = [of("link", 9), of("code", 2), of("marker", 1), of("person_in_window", 3)];
        assert_eq!(split_words(&all), "Of 12 attributed orders: 9 link, 2 code, 1 marker; influenced: 3 person-in-window.");
        assert_eq!(split_words(&[]), "Of 0 attributed orders: none; influenced: none.");
    }

    #[test]
    fn every_models_money_adds_up_to_the_total_in_each_currency() {
        let of = |currency: &str, path: &str, orders, value_minor| Counted {
            currency: currency.into(),
            path: path.into(),
            orders,
            value_minor,
            nulls: 1,
        };
        let counted = [of("EUR", "a > b > c", 1, 100), of("USD", "a > b > a", 2, 101), of("USD", "c", 1, 1)];
        let worked = Worked::of(&counted, Currency::USD);
        let asked = Asked {
            shop: ShopId(uuid::Uuid::nil()),
            from: Timestamp::UNIX_EPOCH,
            to: Timestamp::MAX,
            scope: Scope::Channel,
            models: Model::ALL.to_vec(),
        };
        let table = net_table(&worked, &asked);
        for (currency, total) in [("EUR", 100), ("USD", 102)] {
            for column in 0..Model::ALL.len() {
                let of = |l: &Line| match l.cells[column] {
                    Cell::Money(m) if l.currency.is_some_and(|c| c.code() == currency) => m.minor,
                    _ => 0,
                };
                assert_eq!(table.lines.iter().map(of).sum::<i64>(), total, "{currency}, {:?}", Model::ALL[column]);
            }
        }
        assert_eq!(table.totals.len(), 2, "a total per currency");
    }
}
