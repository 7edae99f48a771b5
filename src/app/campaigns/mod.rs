//! The life of a campaign: written, checked, published as a version, paused, resumed, archived, copied.

mod assigned;
pub mod moving;

pub use assigned::{Assigned, Drawn, assigned};

use super::access::audit;
use super::{App, AppError, discounts, recompute};
use crate::db::campaigns::CampaignRow;
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::campaign::{CampaignSpec, CampaignStatus, Fault, SHORTEST_USUAL_ABANDON, STARTERS, Starter};
use crate::domain::cart::SaturatingInstant as _;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CampaignId, ShopId};
use jiff::{SignedDuration, Timestamp};

/// A campaign's name has at most this many characters.
const NAME_MAX: usize = 120;

/// What can be done to a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Put the saved text to work as a new version. Sequences that run keep theirs.
    Publish,
    /// The same, and sequences that run are moved to it, by and by.
    PublishAndMove,
    /// Let its nudges wait.
    Pause,
    /// Let them go on.
    Resume,
    /// End it.
    Archive,
}

/// Why a campaign can't be published.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// Its faults, each with where it stands.
    #[error("the campaign can't be published as it is")]
    Faulty(Vec<Fault>),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<crate::db::DbError> for CampaignError {
    fn from(error: crate::db::DbError) -> Self {
        Self::App(error.into())
    }
}

/// Makes a draft.
///
/// # Errors
/// `Db`.
pub async fn create(app: &App, shop: ShopId, spec: CampaignSpec, actor: &str) -> Result<CampaignRow, AppError> {
    let now = app.now();
    let row =
        CampaignRow { id: CampaignId(app.new_id()), status: CampaignStatus::Draft, version: 0, spec, created_at: now, updated_at: now };
    let mut tx = app.db.begin().await?;
    db::campaigns::save(&mut tx, shop, &row).await?;
    audit(app, &mut tx, shop, actor, ("campaign.create", &row.id.to_string())).await?;
    tx.commit().await?;
    Ok(row)
}

/// Makes a draft from one of the campaigns to begin with.
///
/// # Errors
/// `Invalid` for a starter that there isn't, `Db`.
pub async fn create_from(app: &App, shop: &Shop, starter: &str, actor: &str) -> Result<CampaignRow, AppError> {
    let known = || STARTERS.map(|s| s.key).join(", ");
    let found = Starter::by_key(starter);
    let found = found.ok_or_else(|| AppError::Invalid(format!("there is no starter {starter:?}; expected one of {}", known())))?;
    create(app, shop.id, found.spec(shop.currency), actor).await
}

/// Makes a draft that says what a campaign says as last saved, under another name. Its comparison group is drawn anew.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn copy(app: &App, shop: ShopId, id: CampaignId, name: Option<String>, actor: &str) -> Result<CampaignRow, AppError> {
    let mut spec = get(app, shop, id).await?.spec;
    spec.name = name.unwrap_or_else(|| {
        const SUFFIX: &str = " (copy)";
        let kept: String = spec.name.chars().take(NAME_MAX - SUFFIX.len()).collect();
        format!("{kept}{SUFFIX}")
    });
    create(app, shop, spec, actor).await
}

/// One campaign, as last saved.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn get(app: &App, shop: ShopId, id: CampaignId) -> Result<CampaignRow, AppError> {
    db::campaigns::get(&app.db, shop, id).await?.ok_or(AppError::NotFound("campaign with that id"))
}

/// What keeps a campaign from being published, and what is worth a second look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Faults: with any of them it can't be published.
    pub faults: Vec<Fault>,
    /// What may be meant.
    pub warnings: Vec<Fault>,
}

/// Checks a campaign as it would be on publishing it.
///
/// # Errors
/// `Db`.
pub async fn check(app: &App, shop: ShopId, spec: &CampaignSpec) -> Result<Checked, AppError> {
    let templates = db::templates::list(&app.db, shop).await?;
    let faults = spec.faults(|key: &str, channel: ChannelKind| templates.iter().any(|t| t.key == key && t.channel == channel));
    let mut warnings = spec.warnings();
    warnings.extend(discounts::warnings(&app.db, shop, spec).await?);
    Ok(Checked { faults, warnings })
}

/// Saves a campaign's text; what is at work stays until it is published.
///
/// # Errors
/// `NotFound`, `Conflict` for an archived campaign, `Db`.
pub async fn update(app: &App, shop: ShopId, id: CampaignId, spec: CampaignSpec, actor: &str) -> Result<CampaignRow, AppError> {
    let mut tx = app.db.begin().await?;
    let row = held(&mut tx, shop, id).await?;
    save(app, tx, shop, (row, spec), (actor, "campaign.update", &id.to_string())).await
}

/// The same by somebody who began with what was saved at an instant; none, and nothing saved, if somebody else has saved since.
///
/// # Errors
/// `NotFound`, `Conflict` for an archived campaign, `Db`.
pub async fn update_seen(
    app: &App,
    shop: ShopId,
    (id, seen): (CampaignId, Option<Timestamp>),
    spec: CampaignSpec,
    actor: &str,
) -> Result<Option<CampaignRow>, AppError> {
    let mut tx = app.db.begin().await?;
    // Held until the end, so that of two who save at once the second finds what the first has saved.
    let row = held(&mut tx, shop, id).await?;
    if seen.is_some_and(|seen| row.updated_at != seen) {
        tx.rollback().await?;
        return Ok(None);
    }
    save(app, tx, shop, (row, spec), (actor, "campaign.update", &id.to_string())).await.map(Some)
}

/// Saves a version's text as the campaign's own again, to be looked at and published; what is at work stays until then.
///
/// # Errors
/// `NotFound`, `Conflict` for an archived campaign, `Db`.
pub async fn restore(app: &App, shop: ShopId, id: CampaignId, version: i64, actor: &str) -> Result<CampaignRow, AppError> {
    let mut tx = app.db.begin().await?;
    let spec = db::campaigns::version(&mut tx, shop, id, version).await?.ok_or(AppError::NotFound("version with that number"))?;
    let row = held(&mut tx, shop, id).await?;
    save(app, tx, shop, (row, spec), (actor, "campaign.restore", &format!("{id} version {version}"))).await
}

async fn held(tx: &mut Tx, shop: ShopId, id: CampaignId) -> Result<CampaignRow, AppError> {
    db::campaigns::get_in(tx, shop, id).await?.ok_or(AppError::NotFound("campaign with that id"))
}

/// Saves a text in the place of a campaign's that is held, and notes who did what.
async fn save(
    app: &App,
    mut tx: Tx,
    shop: ShopId,
    (mut row, spec): (CampaignRow, CampaignSpec),
    (actor, act, about): (&str, &str, &str),
) -> Result<CampaignRow, AppError> {
    if row.status == CampaignStatus::Archived {
        return Err(AppError::Conflict("an archived campaign can't be changed; make a new one".into()));
    }
    row.spec = spec;
    // Each saving is told from the one before, however fast it follows.
    row.updated_at = app.now().max(row.updated_at.saturating_add_lossy(SignedDuration::from_millis(1)));
    db::campaigns::save(&mut tx, shop, &row).await?;
    audit(app, &mut tx, shop, actor, (act, about)).await?;
    tx.commit().await?;
    Ok(row)
}

/// Publishes, pauses, resumes or archives. What is done already changes nothing.
///
/// # Errors
/// `Faulty` when it can't be published, `NotFound`, `Conflict`, `Db`.
pub async fn act(app: &App, shop: ShopId, id: CampaignId, act: Act, actor: &str) -> Result<CampaignRow, CampaignError> {
    let templates = db::templates::list(&app.db, shop).await?;
    let has = |key: &str, channel: ChannelKind| templates.iter().any(|t| t.key == key && t.channel == channel);
    let mut tx = app.db.begin().await?;
    let mut row = db::campaigns::get_in(&mut tx, shop, id).await?.ok_or(AppError::NotFound("campaign with that id"))?;
    if matches!(act, Act::Publish | Act::PublishAndMove) {
        let faults = row.spec.faults(has);
        if !faults.is_empty() {
            return Err(CampaignError::Faulty(faults));
        }
    }
    change(app, &mut tx, shop, &mut row, act).await?;
    let name = match act {
        Act::Publish | Act::PublishAndMove => "campaign.publish",
        Act::Pause => "campaign.pause",
        Act::Resume => "campaign.resume",
        Act::Archive => "campaign.archive",
    };
    audit(app, &mut tx, shop, actor, (name, &id.to_string())).await?;
    if act == Act::PublishAndMove {
        moving::begin(app, &mut tx, shop, &row).await?;
        audit(app, &mut tx, shop, actor, ("campaign.move", &id.to_string())).await?;
    }
    tx.commit().await?;
    Ok(row)
}

/// Does again, in a store that is rebuilt, what was done to a campaign: it was allowed then.
///
/// # Errors
/// `Conflict`, `Db`.
pub(super) async fn redo(app: &App, shop: ShopId, id: CampaignId, act: Act) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if let Some(mut row) = db::campaigns::get_in(&mut tx, shop, id).await? {
        change(app, &mut tx, shop, &mut row, act).await?;
    }
    Ok(tx.commit().await?)
}

async fn change(app: &App, tx: &mut Tx, shop: ShopId, row: &mut CampaignRow, act: Act) -> Result<(), AppError> {
    match act {
        Act::Publish | Act::PublishAndMove => publish(app, tx, shop, row).await?,
        Act::Pause => row.status = step(row.status, CampaignStatus::Published, CampaignStatus::Paused)?,
        Act::Resume => {
            row.status = step(row.status, CampaignStatus::Paused, CampaignStatus::Published)?;
            db::nudges::wake_campaign(tx, shop, row.id).await?;
        }
        Act::Archive => row.status = CampaignStatus::Archived,
    }
    row.updated_at = app.now();
    db::campaigns::save(tx, shop, row).await?;
    set_abandon_after(tx, shop).await
}

fn step(is: CampaignStatus, from: CampaignStatus, to: CampaignStatus) -> Result<CampaignStatus, AppError> {
    if is == from || is == to {
        return Ok(to);
    }
    Err(AppError::Conflict(format!("the campaign is {}, so it can't become {}", is.as_str(), to.as_str())))
}

async fn publish(app: &App, tx: &mut Tx, shop: ShopId, row: &mut CampaignRow) -> Result<(), AppError> {
    if row.status == CampaignStatus::Archived {
        return Err(AppError::Conflict("an archived campaign can't be published; make a new one".into()));
    }
    let before = db::campaigns::version(tx, shop, row.id, row.version).await?;
    recompute::ask_if_changed(app, tx, shop, (row.id, before, &row.spec)).await?;
    row.version += 1;
    if row.status == CampaignStatus::Paused {
        db::nudges::wake_campaign(tx, shop, row.id).await?;
    }
    row.status = CampaignStatus::Published;
    Ok(db::campaigns::add_version(tx, shop, row, app.now()).await?)
}

/// A shop's carts count as abandoned after the shortest time that one of its campaigns at work asks for.
async fn set_abandon_after(tx: &mut Tx, shop: ShopId) -> Result<(), AppError> {
    let at_work = db::campaigns::at_work(tx, shop).await?;
    let shortest = at_work.iter().map(|c| c.spec.abandon_after).min().unwrap_or(SHORTEST_USUAL_ABANDON);
    Ok(db::shops::set_abandon_after(tx, shop, shortest.millis()).await?)
}
