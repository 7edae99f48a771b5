//! What a store has at work beside everything else, and how far it is: for whoever waits, or has left the page.

use super::money;
use super::{App, AppError};
use crate::db;
use crate::db::shops::Shop;
use crate::domain::ids::CampaignId;
use jiff::Timestamp;

/// What is worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Credits are worked out anew.
    Credits,
    /// Orders are worked out anew after what counts as revenue was changed: so many are left.
    Orders(i64),
    /// A campaign's sequences are moved to a new version.
    Move(CampaignId),
    /// A campaign is tried on the past.
    Trial(CampaignId),
    /// Orders are compared with the platform's books.
    Books,
    /// What was kept for long enough goes: so many rows went so far.
    Retention(i64),
}

/// One thing at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What.
    pub what: What,
    /// Of which campaign, by its name.
    pub campaign: Option<String>,
    /// When it was asked for, or began; none where that isn't kept.
    pub since: Option<Timestamp>,
    /// How far it is, in hundredths; none where nobody can tell.
    pub percent: Option<i64>,
}

fn percent(done: i64, of_all: Option<i64>) -> Option<i64> {
    of_all.filter(|all| *all > 0).map(|all| (done.saturating_mul(100) / all).clamp(0, 99))
}

/// Everything of a store that is under way, files apart.
///
/// # Errors
/// `Db`.
pub async fn of(app: &App, shop: &Shop) -> Result<Vec<Work>, AppError> {
    let db = &app.db;
    let mut all = Vec::new();
    if let Some(run) = db::credit_runs::get(db, shop.id).await?.filter(db::credit_runs::Run::is_under_way) {
        all.push(Work { what: What::Credits, campaign: None, since: Some(run.asked_at), percent: Some(run.percent()) });
    }
    let behind = money::counted(app, shop).await?.orders_behind;
    if behind > 0 {
        all.push(Work { what: What::Orders(behind), campaign: None, since: None, percent: None });
    }
    let mut moves = db::moves::of_shop(db, shop.id).await?;
    for campaign in db::campaigns::list(db, shop.id).await? {
        let name = Some(campaign.spec.name.clone());
        if let Some(moved) = moves.remove(&campaign.id).filter(|m| m.ended_at.is_none()) {
            let percent = percent(moved.moved, moved.total);
            all.push(Work { what: What::Move(campaign.id), campaign: name.clone(), since: Some(moved.begun_at), percent });
        }
        if let Some(trial) = db::trials::get(db, shop.id, campaign.id).await?.filter(|t| t.state.is_under_way()) {
            let percent = percent(trial.done, trial.of_all);
            all.push(Work { what: What::Trial(campaign.id), campaign: name, since: Some(trial.asked_at), percent });
        }
    }
    if let Some(run) = db::reconciliations::last(db, shop.id, false).await?.filter(|r| r.state == "waiting" || r.state == "running") {
        all.push(Work { what: What::Books, campaign: None, since: Some(run.asked_at), percent: None });
    }
    if let Some(run) = db::retention::get(db, shop.id).await?.filter(|r| r.began_at.is_some()) {
        let gone = run.now.raw + run.now.browser + run.now.shoppers;
        all.push(Work { what: What::Retention(gone), campaign: None, since: run.began_at, percent: None });
    }
    Ok(all)
}
