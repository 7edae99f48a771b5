//! The report as of one moment, broken down in as many ways as are wanted: they agree with each other, and what they have in common is read once.

use super::{Query, Recovered, Row, Sums};
use crate::app::recompute::{self, Anew};
use crate::app::{App, AppError};
use crate::db::campaigns::CampaignRow;
use crate::db::recovered::{Reading, Shape, snapshot};
use crate::db::report::{Counted, Earned, Ordered, Spent};
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::attribution::Model;
use crate::domain::report::{By, RECOVERED};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// What the report needs to be told besides figures, whatever moment it is of.
pub struct Ground {
    query: Query,
    shop: Shop,
    campaigns: Vec<CampaignRow>,
    notes: Vec<String>,
    anew: Option<Anew>,
}

impl Ground {
    /// Reads it. How `query` is broken down doesn't matter.
    ///
    /// # Errors
    /// `NotFound` without that shop, `Invalid` for a period that ends before it begins, `Db`.
    pub async fn load(app: &App, query: Query) -> Result<Self, AppError> {
        if query.to <= query.from {
            return Err(AppError::Invalid("the period ends before it begins: `to` must be later than `from`".into()));
        }
        let shop = db::shops::get(&app.db, query.shop).await?.ok_or(AppError::NotFound("store with that id"))?;
        let campaigns = db::campaigns::list(&app.db, query.shop).await?;
        let anew = recompute::anew(app, query.shop).await?;
        let notes = notes(app, &shop, query).await?;
        Ok(Self { query, shop, campaigns, notes, anew })
    }

    /// The period as it is now.
    ///
    /// # Errors
    /// `Db`.
    pub async fn moment(&self, app: &App) -> Result<Moment<'_>, AppError> {
        Moment::of(app, self, self.query).await
    }

    /// Everything of another period, a row per currency.
    ///
    /// # Errors
    /// `Db`.
    pub async fn totals_of(&self, app: &App, (from, to): (Timestamp, Timestamp)) -> Result<Vec<Row>, AppError> {
        let mut moment = Moment::of(app, self, Query { from, to, ..self.query }).await?;
        let figures = moment.figures(Shape::Whole).await?;
        moment.end().await?;
        Ok(self.totals(&figures))
    }

    fn totals(&self, figures: &Figures) -> Vec<Row> {
        figures.rows(Sums::new(&self.shop, HashMap::new(), None), (&figures.carts, &figures.orders))
    }

    fn named(&self, by: By) -> Sums {
        let names: HashMap<Uuid, String> = self.campaigns.iter().map(|c| (c.id.0, c.spec.name.clone())).collect();
        Sums::new(&self.shop, names, Some(by))
    }
}

/// One period in one snapshot of the database.
pub struct Moment<'g> {
    ground: &'g Ground,
    query: Query,
    tx: Tx,
    reading: Reading,
    /// The part of it that sums tell.
    of_sums: Reading,
    /// What was read, by its shape.
    read: HashMap<Shape, Arc<Figures>>,
    /// What rows tell of the days without sums, which is of every shape.
    of_rows: Figures,
}

/// What breakdowns of one shape have in common.
#[derive(Clone)]
struct Figures {
    nudges: Vec<Counted>,
    carts: Vec<Counted>,
    credits: Vec<Earned>,
    costs: Vec<Spent>,
    clicks: Vec<db::touches::Counted>,
    orders: Vec<Ordered>,
}

impl Figures {
    async fn read(tx: &mut Tx, reading: &Reading, (model, shape): (Model, Shape)) -> Result<Self, AppError> {
        // A cart enters a campaign on one day, and an order is placed on one day: those of days are all of them.
        let (carts, orders) = match shape {
            Shape::Whole => (By::Campaign, None),
            Shape::Daily => (By::Day, Some(By::Day)),
        };
        Ok(Self {
            nudges: reading.nudges(tx, shape).await?,
            carts: reading.carts(tx, carts).await?,
            credits: reading.credits(tx, model, shape).await?,
            costs: reading.costs(tx, shape).await?,
            clicks: reading.clicks(tx, shape).await?,
            orders: reading.orders(tx, (model, orders)).await?,
        })
    }

    fn join(mut self, other: Self) -> Self {
        self.nudges.extend(other.nudges);
        self.carts.extend(other.carts);
        self.credits.extend(other.credits);
        self.costs.extend(other.costs);
        self.clicks.extend(other.clicks);
        self.orders.extend(other.orders);
        self
    }

    fn rows(&self, sums: Sums, (carts, orders): (&[Counted], &[Ordered])) -> Vec<Row> {
        sums.clicked(&self.clicks).ordered(orders).rows(&self.nudges, carts, (&self.credits, &self.costs))
    }
}

impl<'g> Moment<'g> {
    async fn of(app: &App, ground: &'g Ground, query: Query) -> Result<Self, AppError> {
        let mut tx = snapshot(&app.db).await?;
        let reading = Reading::of(&mut tx, query.period()).await?;
        let (of_sums, of_rows) = reading.apart();
        let of_rows = Figures::read(&mut tx, &of_rows, (query.model, Shape::Daily)).await?;
        Ok(Self { ground, query, tx, reading, of_sums, read: HashMap::new(), of_rows })
    }

    /// The report, broken down so.
    ///
    /// # Errors
    /// `Db`.
    pub async fn report(&mut self, by: By) -> Result<Recovered, AppError> {
        let figures = self.figures(Shape::of(by)).await?;
        // A cart or an order may stand in several rows, so that only the breakdown itself can count them.
        let carts = match by {
            By::Campaign | By::Day => None,
            By::Step | By::Channel => Some(self.reading.carts(&mut self.tx, by).await?),
        };
        let orders = match by {
            By::Day => None,
            By::Campaign | By::Step | By::Channel => Some(self.reading.orders(&mut self.tx, (self.query.model, Some(by))).await?),
        };
        let counts = (carts.as_ref().unwrap_or(&figures.carts).as_slice(), orders.as_ref().unwrap_or(&figures.orders).as_slice());
        let ground = self.ground;
        Ok(Recovered {
            from: self.query.from,
            to: self.query.to,
            model: self.query.model,
            by,
            basis: ground.shop.basis.basis.words(),
            notes: ground.notes.clone(),
            click_windows: ground.campaigns.iter().map(|c| (c.spec.name.clone(), c.spec.attribution.click_window)).collect(),
            rows: figures.rows(ground.named(by), counts),
            totals: ground.totals(&figures),
            anew: ground.anew.clone(),
            definitions: RECOVERED,
        })
    }

    /// Days that are over from their sums, the rest from its rows.
    async fn figures(&mut self, shape: Shape) -> Result<Arc<Figures>, AppError> {
        if let Some(known) = self.read.get(&shape) {
            return Ok(Arc::clone(known));
        }
        let of_sums = Figures::read(&mut self.tx, &self.of_sums, (self.query.model, shape)).await?;
        let figures = Arc::new(of_sums.join(self.of_rows.clone()));
        self.read.insert(shape, Arc::clone(&figures));
        Ok(figures)
    }

    /// Lets go of the snapshot.
    ///
    /// # Errors
    /// `Db`.
    pub async fn end(self) -> Result<(), AppError> {
        Ok(self.tx.rollback().await?)
    }
}

/// Where figures aren't what they should be.
async fn notes(app: &App, shop: &Shop, query: Query) -> Result<Vec<String>, AppError> {
    let mut notes = Vec::new();
    let behind = db::orders::count_behind(&app.db, shop.id, shop.basis.version).await?;
    if behind > 0 {
        notes.push(format!("{behind} orders still follow what the store counted before as revenue; they are being worked out anew."));
    }
    let untold = db::orders::count_untold(&app.db, shop.id, (query.from, query.to)).await?;
    if untold > 0 {
        notes.push(format!("{untold} orders of the period don't tell their tax or shipping: it is counted in."));
    }
    Ok(notes)
}
