//! From an empty installation to the first message: the first owner by a link that the program prints, and how far a store is, told by its real state.

use super::access::{self, Role};
use super::keys::token_hash;
use super::watch::canary;
use super::{App, AppError, campaigns};
use crate::clock::bytes;
use crate::db;
use crate::db::campaigns::CampaignRow;
use crate::db::canaries::Run;
use crate::db::shops::Shop;
use crate::domain::campaign::CampaignStatus;
use crate::domain::contact::Email;
use crate::domain::event::ChannelKind;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

/// Each start prints a link of its own, and replicas start side by side: so many are valid.
const LINKS_MAX: i64 = 8;
/// What an audit entry says of a test message.
const TEST_SEND: &str = "channel.test_send";

/// The address of a new link for the first owner; none where somebody can sign in already.
///
/// # Errors
/// `Db`.
pub async fn link(app: &App) -> Result<Option<String>, AppError> {
    if db::access::anybody(&app.db).await? {
        return Ok(None);
    }
    let secret = URL_SAFE_NO_PAD.encode(bytes::<32>(app.random.as_ref()));
    let mut tx = app.db.begin().await?;
    db::start_links::add(&mut tx, &token_hash(&secret), app.now(), LINKS_MAX - 1).await?;
    tx.commit().await?;
    Ok(Some(format!("{}/start/{secret}", app.config.public_url)))
}

/// Does this link still make an owner?
///
/// # Errors
/// `Db`.
pub async fn is_open(app: &App, secret: &str) -> Result<bool, AppError> {
    Ok(!db::access::anybody(&app.db).await? && db::start_links::is_there(&app.db, &token_hash(secret)).await?)
}

/// Makes the first owner. The link is used up; where the account can't be made as wanted, it stays.
///
/// # Errors
/// `NotFound` for a link that is used up, `Invalid` for a password that is too short, `Db`.
pub async fn make_owner(app: &App, secret: &str, (email, password): (&Email, &str)) -> Result<(), AppError> {
    let hash = token_hash(secret);
    if !is_open(app, secret).await? {
        return Err(AppError::NotFound("open link with that address"));
    }
    let mut tx = app.db.begin().await?;
    let was_open = db::start_links::use_up(&mut tx, &hash).await?;
    tx.commit().await?;
    if !was_open {
        return Err(AppError::NotFound("open link with that address"));
    }
    if let Err(error) = access::save_user(app, email, Role::Owner, None, password).await {
        let mut tx = app.db.begin().await?;
        db::start_links::add(&mut tx, &hash, app.now(), LINKS_MAX - 1).await?;
        tx.commit().await?;
        return Err(error);
    }
    Ok(())
}

/// How far a store is.
pub struct Standing {
    /// Has it a secret with which its webhooks are checked?
    pub has_secret: bool,
    /// When its platform's last webhook came.
    pub webhook_at: Option<Timestamp>,
    /// Can mails leave?
    pub mails_leave: bool,
    /// When somebody last sent a test message.
    pub tested_at: Option<Timestamp>,
    /// Its campaigns that aren't archived, each with whether it could be published.
    pub campaigns: Vec<(CampaignRow, bool)>,
    /// The newest simulated cart.
    pub simulated: Option<Run>,
    /// Has one ever come through?
    pub came_through: bool,
}

impl Standing {
    /// Can a campaign be published, or is one?
    pub fn has_campaign(&self) -> bool {
        self.campaigns.iter().any(|(_, whole)| *whole)
    }

    /// Is one published?
    pub fn is_live(&self) -> bool {
        self.campaigns.iter().any(|(c, _)| c.status == CampaignStatus::Published)
    }
}

/// How far a store is, as of now.
///
/// # Errors
/// `Db`.
pub async fn standing(app: &App, shop: &Shop) -> Result<Standing, AppError> {
    let mut own = Vec::new();
    for row in db::campaigns::list(&app.db, shop.id).await? {
        if row.status != CampaignStatus::Archived {
            let whole = campaigns::check(app, shop.id, &row.spec).await?.faults.is_empty();
            own.push((row, whole));
        }
    }
    Ok(Standing {
        has_secret: !db::shops::secrets(&app.db, shop.id).await?.is_empty(),
        webhook_at: db::overview::intake(&app.db, shop.id).await?.last_at,
        mails_leave: app.channel_for(shop, ChannelKind::Email).is_some(),
        tested_at: db::audit::last_done(&app.db, shop.id, TEST_SEND).await?,
        campaigns: own,
        simulated: db::canaries::newest(&app.db, shop.id).await?,
        came_through: db::canaries::newest_ended(&app.db, shop.id, true).await?.is_some_and(|run| run.problem.is_none()),
    })
}

/// Lets a cart be simulated: by the campaign that is at work, else by the newest that could be.
///
/// # Errors
/// `Conflict` where none could be, or the store is paused; `Db`.
pub async fn simulate(app: &App, shop: &Shop, actor: &str) -> Result<(), AppError> {
    let standing = standing(app, shop).await?;
    let draft = standing.campaigns.iter().filter(|(_, whole)| *whole).map(|(c, _)| c).max_by_key(|c| (c.updated_at, c.id));
    canary::show(app, shop, draft.map(|c| &c.spec)).await?;
    access::note_look(app, shop.id, actor, ("shop.simulate", "")).await
}
