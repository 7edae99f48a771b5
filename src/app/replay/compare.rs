//! Comparing what stands with what was rebuilt: every row, and every figure of the reports.

use super::{Scratch, differ};
use crate::app::lift::count::add_up;
use crate::app::lift::report::Asked;
use crate::app::report::{Query, recovered};
use crate::app::{App, AppError, Parts};
use crate::db::Db;
use crate::db::replay::{Kind, Line, drop_skipped, for_each_pair};
use crate::db::report::{Period, cart_counts};
use crate::db::shops::Shop;
use crate::domain::attribution::Model;
use crate::domain::report::By;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// At most this many differences of one kind are listed; all are counted.
const LISTED_MAX: usize = 200;
/// The figures of a row of a report.
const FIGURES: [&str; 10] =
    ["nudges", "carts_abandoned", "orders", "gross", "refunds", "net", "cost", "contribution", "clicks", "clicks_raw"];

/// What was compared of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// `carts`, `credits`, ...
    pub kind: &'static str,
    /// How many rows.
    pub compared: u64,
    /// How many of them are the same to the byte.
    pub equal: u64,
}

/// One row that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Of what kind.
    pub kind: &'static str,
    /// Which row: a uuid, or the platform's id. Names nobody.
    pub id: String,
    /// What differs, as stored and as rebuilt.
    pub what: String,
}

/// Compares a store's rows and figures.
///
/// # Errors
/// `Db`.
pub(super) async fn compare(
    rebuilt: &App,
    scratch: &Scratch,
    shop: &Shop,
    as_of: Timestamp,
) -> Result<(Vec<Compared>, Vec<Difference>), AppError> {
    let mut compared = Vec::new();
    let mut differences = Vec::new();
    for kind in Kind::ALL {
        let mut tally = Tally::new(kind.name);
        for_each_pair(kind, (&scratch.given, &scratch.rebuilt), shop.id, |stored, rebuilt| tally.pair(stored, rebuilt)).await?;
        tally.end(&mut compared, &mut differences);
    }
    for db in [&scratch.given, &scratch.rebuilt] {
        drop_skipped(db, shop.id).await?;
        add_up(db, shop.id).await?;
    }
    let mut tally = Tally::new("figures");
    tally.figures(&figures(&over(&scratch.given, rebuilt), shop, as_of).await?, &figures(rebuilt, shop, as_of).await?);
    tally.end(&mut compared, &mut differences);
    Ok((compared, differences))
}

/// The program over another database.
pub(super) fn over(db: &Db, like: &App) -> App {
    App::new(Parts {
        db: db.clone(),
        clock: Arc::clone(&like.clock),
        random: Arc::clone(&like.random),
        config: like.config.clone(),
        master_key: [0; 32],
        channels: Vec::new(),
    })
}

/// Figures: which, and how much.
type Figures = BTreeMap<String, String>;

/// Every figure of every report and of the overview, over all time.
async fn figures(app: &App, shop: &Shop, as_of: Timestamp) -> Result<Figures, AppError> {
    let unwritten = |e| AppError::Invalid(format!("a figure can't be written as JSON: {e}"));
    let (from, to) = (Timestamp::UNIX_EPOCH, as_of.max(shop.created_at));
    let mut figures = Figures::new();
    for model in Model::PER_ORDER {
        for by in [By::Campaign, By::Step, By::Channel, By::Day] {
            let report = recovered(app, Query { shop: shop.id, from, to, model, by }).await?;
            for (i, row) in report.rows.iter().chain(&report.totals).enumerate() {
                let fields = serde_json::to_value(row).map_err(unwritten)?;
                for figure in FIGURES {
                    let which = format!("by {by:?}, {}, row {i} {} {}, {figure}", model.as_str(), row.key, row.net.currency).to_lowercase();
                    figures.insert(which, fields.get(figure).map_or_else(String::new, ToString::to_string));
                }
            }
        }
    }
    let lift = crate::app::lift::report::lift(app, Asked { shop: shop.id, from, to, campaign: None }).await?;
    for line in lift.lines.iter().chain(&lift.total) {
        figures.insert(format!("lift, {}", line.key), format!("{:?} {:?} {:?}", line.lift.treated, line.lift.held, line.verdicts));
    }
    let counts = serde_json::to_value(cart_counts(&app.db, Period { shop: shop.id, from, to }).await?).map_err(unwritten)?;
    for (figure, count) in counts.as_object().into_iter().flatten() {
        figures.insert(format!("overview, {figure}"), count.to_string());
    }
    Ok(figures)
}

struct Tally {
    compared: Compared,
    listed: Vec<Difference>,
}

impl Tally {
    fn new(kind: &'static str) -> Self {
        Self { compared: Compared { kind, compared: 0, equal: 0 }, listed: Vec::new() }
    }

    fn pair(&mut self, stored: Option<&Line>, rebuilt: Option<&Line>) {
        self.compared.compared += 1;
        let what = match (stored, rebuilt) {
            (Some(a), Some(b)) if a.value == b.value => {
                self.compared.equal += 1;
                return;
            }
            (Some(a), Some(b)) => differ::what(&a.value, &b.value),
            (Some(_), None) => "stored, but does not follow from what came in".to_owned(),
            _ => "follows from what came in, but is not stored".to_owned(),
        };
        if let Some(line) = stored.or(rebuilt) {
            self.list(readable(&line.id), what);
        }
    }

    fn figures(&mut self, stored: &Figures, rebuilt: &Figures) {
        let all: BTreeSet<&String> = stored.keys().chain(rebuilt.keys()).collect();
        for which in all {
            self.compared.compared += 1;
            match (stored.get(which), rebuilt.get(which)) {
                (Some(a), Some(b)) if a == b => self.compared.equal += 1,
                (a, b) => {
                    let told = |figure: Option<&String>| figure.map_or("nothing", String::as_str).to_owned();
                    self.list(which.clone(), format!("stored {}, rebuilt {}", told(a), told(b)));
                }
            }
        }
    }

    fn list(&mut self, id: String, what: String) {
        if self.listed.len() < LISTED_MAX {
            self.listed.push(Difference { kind: self.compared.kind, id, what });
        }
    }

    fn end(self, compared: &mut Vec<Compared>, differences: &mut Vec<Difference>) {
        // What there never is needn't be told of.
        if self.compared.kind != "credits without an order" || self.compared.compared > 0 {
            compared.push(self.compared);
        }
        differences.extend(self.listed);
    }
}

/// A uuid as people know it.
fn readable(id: &str) -> String {
    uuid::Uuid::try_parse(id).map_or_else(|_| id.to_owned(), |uuid| uuid.to_string())
}
