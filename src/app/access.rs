//! Who may do what: people with passwords and sessions, programs with tokens.

pub use super::team::set_role;

use super::keys::token_hash;
use super::sign_in::Whence;
use super::{App, AppError};
use crate::clock::bytes;
use crate::db::access::{AuditEntry, LookRow, NewSession, TokenRow, UserRow};
use crate::db::{self, Tx};
use crate::domain::contact::Email;
use crate::domain::ids::{CartId, ShopId};
use crate::words;
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How somebody wants what they read to be.
pub fn look_of(row: &LookRow) -> words::Look {
    words::Look::of(row.language.as_deref(), row.timezone.as_deref(), row.colours.as_deref())
}

/// NIST SP 800-63B asks for at least eight; for an account that can write to customers we ask for more.
pub const PASSWORD_MIN: usize = 10;
/// What is longer is no password, and costs time to hash.
pub const PASSWORD_MAX: usize = 200;
/// A session lasts for so long, however often its secret is changed.
pub const SESSION_LASTS: SignedDuration = SignedDuration::from_hours(24 * 14);
/// Who has proved so lately who they are may do what is dangerous.
const PROVED_LASTS: SignedDuration = SignedDuration::from_mins(15);
/// Of what a browser calls itself; the rest of it says nothing.
const AGENT_MAX: usize = 300; // characters
/// A session's secret is changed when it is this old: one that was stolen is of use for no longer.
const SECRET_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// Requests that left the browser before it had the new secret arrive within this. One that comes with the former secret later shows that the new one was lost.
const UNDER_WAY: SignedDuration = SignedDuration::from_mins(1);
/// That a session is used is noted no oftener.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// Who loses the race to change a secret finds that it was changed, and needs no third look.
const LOOKS: usize = 2;

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Look.
    Viewer,
    /// Look, and change campaigns and templates.
    Editor,
    /// Everything.
    Owner,
}

impl Role {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Viewer, Self::Editor, Self::Owner]
            .into_iter()
            .find(|r| r.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a role; expected owner, editor or viewer"))
    }
}

/// What a program may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Look.
    Read,
    /// Look, and send events and changes.
    Write,
    /// Everything in its shop.
    Admin,
}

impl Scope {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Read, Self::Write, Self::Admin]
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a scope; expected read, write or admin"))
    }
}

/// A person who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Ours.
    pub id: uuid::Uuid,
    /// By which they signed in.
    pub email: String,
    /// What they are in every store, and in the installation itself; none: they are for single stores.
    pub everywhere: Option<Role>,
    /// What they are in single stores.
    pub places: BTreeMap<ShopId, Role>,
    /// How they want pages to be.
    pub look: LookRow,
}

impl Person {
    /// What they are in this shop; none: they don't see it at all.
    pub fn role_in(&self, shop: ShopId) -> Option<Role> {
        self.everywhere.max(self.places.get(&shop).copied())
    }
}

/// A program that has shown its token.
#[derive(Debug, Clone)]
pub struct Program {
    /// The token's id.
    pub token_id: uuid::Uuid,
    /// In which shop.
    pub shop_id: ShopId,
    /// What it may do.
    pub scope: Scope,
}

fn argon2() -> Argon2<'static> {
    // OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane, which are the crate's defaults.
    Argon2::default()
}

/// Is it long enough, and not too long?
pub fn is_password(text: &str) -> bool {
    (PASSWORD_MIN..=PASSWORD_MAX).contains(&text.chars().count())
}

/// Hashes it, if it is one; not on a thread that answers requests.
pub(super) async fn hash_password(app: &App, password: &str) -> Result<String, AppError> {
    if !is_password(password) {
        return Err(AppError::Invalid(format!("a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters")));
    }
    let (salt, given): ([u8; 16], String) = (bytes(app.random.as_ref()), password.to_owned());
    let hash = move || argon2().hash_password_with_salt(given.as_bytes(), &salt).map(|h| h.to_string()).map_err(|e| e.to_string());
    let hashed = tokio::task::spawn_blocking(hash).await.unwrap_or_else(|e| Err(e.to_string()));
    hashed.map_err(|e| AppError::Invalid(format!("the password can't be hashed: {e}")))
}

/// Is that the password? A hash takes tens of milliseconds of a processor: not on a thread that answers requests.
pub(super) async fn password_fits(password: &str, stored: String) -> bool {
    let given = password.to_owned();
    let fits = move || PasswordHash::new(&stored).is_ok_and(|hash| argon2().verify_password(given.as_bytes(), &hash).is_ok());
    tokio::task::spawn_blocking(fits).await.unwrap_or(false)
}

/// What somebody is in every store.
pub fn everywhere(row: &UserRow) -> Result<Option<Role>, AppError> {
    if row.only_shop.is_some() { Ok(None) } else { row.role.parse().map(Some).map_err(AppError::Invalid) }
}

async fn person(app: &App, row: &UserRow) -> Result<Person, AppError> {
    let mut places: BTreeMap<ShopId, Role> = BTreeMap::new();
    for place in db::access::places_of(&app.db, row.id).await? {
        places.insert(ShopId(place.shop_id), place.role.parse().map_err(AppError::Invalid)?);
    }
    Ok(Person { id: row.id, email: row.email.clone(), everywhere: everywhere(row)?, places, look: row.look.clone() })
}

/// Everybody who may see a shop, with what they are in it.
///
/// # Errors
/// `Db`.
pub async fn people_in(app: &App, shop: ShopId) -> Result<Vec<(UserRow, Role)>, AppError> {
    let mut here: BTreeMap<uuid::Uuid, Role> = BTreeMap::new();
    for place in db::access::places_in(&app.db, shop).await? {
        here.insert(place.user_id, place.role.parse().map_err(AppError::Invalid)?);
    }
    let mut people = Vec::new();
    for user in db::access::users(&app.db).await? {
        if let Some(role) = everywhere(&user)?.max(here.get(&user.id).copied()) {
            people.push((user, role));
        }
    }
    Ok(people)
}

/// Gives a person another password; their sessions end.
///
/// # Errors
/// `Invalid` for a short password, `Db`.
pub async fn set_password(app: &App, user: uuid::Uuid, password: &str) -> Result<(), AppError> {
    let hash = hash_password(app, password).await?;
    let mut tx = app.db.begin().await?;
    db::access::set_password(&mut tx, user, &hash).await?;
    db::access::end_sessions(&mut tx, user).await?;
    db::ceremonies::end_of(&mut tx, user).await?;
    Ok(tx.commit().await?)
}

/// Adds a person, or gives one with that address a new password and role, in every shop or in one alone; their sessions end.
///
/// # Errors
/// `Invalid` for a short password, `Db`.
pub async fn save_user(app: &App, email: &Email, role: Role, only_shop: Option<ShopId>, password: &str) -> Result<Person, AppError> {
    let known = db::access::user_by_email(&app.db, email.as_str()).await?;
    let (id, known_look) = known.map_or_else(|| (app.new_id(), LookRow::default()), |u| (u.id, u.look));
    let password_hash = hash_password(app, password).await?;
    let row = UserRow {
        id,
        email: email.as_str().to_owned(),
        password_hash,
        role: role.as_str().to_owned(),
        only_shop: only_shop.map(|s| s.0),
        created_at: app.now().as_millisecond(),
        look: known_look,
    };
    let mut tx = app.db.begin().await?;
    db::access::save_user(&mut tx, &row).await?;
    db::access::remove_places(&mut tx, id).await?;
    if let Some(shop) = only_shop {
        db::access::set_place(&mut tx, shop, id, role.as_str()).await?;
    }
    db::access::end_sessions(&mut tx, id).await?;
    tx.commit().await?;
    person(app, &row).await
}

/// Signs in somebody whose password is enough. The session's secret; none when address and password don't belong together, or more is asked for.
///
/// # Errors
/// `Db`.
pub async fn sign_in(app: &App, email: &str, password: &str) -> Result<Option<String>, AppError> {
    match super::sign_in::start(app, (email, password), &Whence::default()).await? {
        super::sign_in::Started::Session(secret) => Ok(Some(secret)),
        _ => Ok(None),
    }
}

/// Begins a session of somebody who has proved who they are. Its secret, for the cookie.
pub(super) async fn begin_session(app: &App, tx: &mut Tx, user: uuid::Uuid, from: &Whence) -> Result<String, AppError> {
    let (secret, now) = (new_secret(app), app.now());
    let session = NewSession { id: app.new_id(), hash: &token_hash(&secret), now };
    let agent: Option<String> = from.agent.as_ref().map(|a| a.chars().take(AGENT_MAX).collect());
    db::access::add_session(tx, session, (user, now + SESSION_LASTS), (from.address.as_deref(), agent.as_deref())).await?;
    Ok(secret)
}

pub(super) fn new_secret(app: &App) -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>(app.random.as_ref()))
}

/// A session that stands.
#[derive(Debug, Clone)]
pub struct Session {
    /// The same for as long as it lasts, whatever its secret.
    pub id: uuid::Uuid,
    /// How long it still lasts.
    pub lasts: SignedDuration,
    /// The secret with which it goes on, when that was changed just now.
    pub renewed: Option<String>,
    /// Have they proved lately who they are?
    pub proved: bool,
}

/// Who a session's secret belongs to. A secret that is old is changed.
///
/// # Errors
/// `Db`.
pub async fn signed_in(app: &App, secret: &str) -> Result<Option<(Person, Session)>, AppError> {
    let (hash, now) = (token_hash(secret), app.now());
    for _ in 0..LOOKS {
        let Some(row) = db::access::session(&app.db, &hash, now).await? else { return Ok(None) };
        let age = |at: Option<i64>| {
            at.and_then(|at| Timestamp::from_millisecond(at).ok()).map_or(SignedDuration::MAX, |at| now.duration_since(at))
        };
        let (of_secret, present) = (age(row.renewed_at), row.token_hash == hash);
        let proved = age(row.proved_at) < PROVED_LASTS;
        let lasts = Timestamp::from_millisecond(row.expires_at).map_or(SignedDuration::ZERO, |end| end.duration_since(now));
        match row.session_id {
            Some(id) if of_secret < SECRET_LASTS && (present || of_secret < UNDER_WAY) => {
                let arrived = present && row.former_hash.is_some() && of_secret >= UNDER_WAY;
                if arrived || (present && age(row.seen_at) >= SEEN_EVERY) {
                    see(app, &hash).await?;
                }
                return Ok(Some((person(app, &row.user).await?, Session { id, lasts, renewed: None, proved })));
            }
            id => {
                let (id, renewed) = (id.unwrap_or_else(|| app.new_id()), new_secret(app));
                let session = NewSession { id, hash: &token_hash(&renewed), now };
                let mut tx = app.db.begin().await?;
                let won = db::access::renew_session(&mut tx, session, (&row.token_hash, &hash)).await?;
                tx.commit().await?;
                if won {
                    return Ok(Some((person(app, &row.user).await?, Session { id, lasts, renewed: Some(renewed), proved })));
                }
            }
        }
    }
    Ok(None)
}

async fn see(app: &App, hash: &[u8]) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    db::access::saw_session(&mut tx, hash, app.now()).await?;
    Ok(tx.commit().await?)
}

/// Whose session it is, if it still stands; nothing about it changes by the question.
///
/// # Errors
/// `Db`.
pub async fn of_session(app: &App, id: uuid::Uuid) -> Result<Option<Person>, AppError> {
    match db::access::user_of_session(&app.db, id, app.now()).await? {
        Some(row) => Ok(Some(person(app, &row).await?)),
        None => Ok(None),
    }
}

/// Signs out.
///
/// # Errors
/// `Db`.
pub async fn sign_out(app: &App, secret: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    db::access::end_session(&mut tx, &token_hash(secret)).await?;
    Ok(tx.commit().await?)
}

/// Makes a token for a program; it is shown this once.
///
/// # Errors
/// `NotFound` without that shop, `Db`.
pub async fn create_token(app: &App, shop: ShopId, (scope, name): (Scope, &str), actor: &str) -> Result<(TokenRow, String), AppError> {
    db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let token = format!("cb_{}_{}", shop.0.simple(), URL_SAFE_NO_PAD.encode(bytes::<32>(app.random.as_ref())));
    let row = TokenRow {
        id: app.new_id(),
        shop_id: shop.0,
        scope: scope.as_str().to_owned(),
        name: name.to_owned(),
        created_at: app.now().as_millisecond(),
    };
    let mut tx = app.db.begin().await?;
    db::access::add_token(&mut tx, &row, &token_hash(&token)).await?;
    audit(app, &mut tx, shop, actor, ("token.create", &row.id.to_string())).await?;
    tx.commit().await?;
    Ok((row, token))
}

/// Which program a token belongs to; none when it isn't valid.
///
/// # Errors
/// `Db`.
pub async fn program(app: &App, token: &str) -> Result<Option<Program>, AppError> {
    let shop = token.strip_prefix("cb_").and_then(|rest| rest.split_once('_')).and_then(|(shop, _)| shop.parse::<ShopId>().ok());
    let Some(shop) = shop else { return Ok(None) };
    let Some(row) = db::access::token_by_hash(&app.db, shop, &token_hash(token)).await? else { return Ok(None) };
    Ok(Some(Program { token_id: row.id, shop_id: shop, scope: row.scope.parse().map_err(AppError::Invalid)? }))
}

/// Records what somebody did, in the transaction that did it.
///
/// # Errors
/// `Db`.
pub async fn audit(app: &App, tx: &mut Tx, shop: ShopId, actor: &str, what: (&str, &str)) -> Result<(), AppError> {
    let (action, detail) = what;
    let entry =
        AuditEntry { id: app.new_id(), at: app.now(), actor: actor.to_owned(), action: action.to_owned(), detail: detail.to_owned() };
    Ok(db::access::audit(tx, shop, &entry).await?)
}

/// Records that somebody looked at a shopper's own words and addresses.
///
/// # Errors
/// `Db`.
pub async fn note_look(app: &App, shop: ShopId, actor: &str, what: (&str, &str)) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    audit(app, &mut tx, shop, actor, what).await?;
    Ok(tx.commit().await?)
}

/// Records that somebody looked at the shopper behind a cart.
///
/// # Errors
/// `Db`.
pub async fn note_reveal(app: &App, shop: ShopId, cart: CartId, actor: &str) -> Result<(), AppError> {
    note_look(app, shop, actor, ("cart.reveal", &cart.to_string())).await
}

/// Makes a program's token invalid.
///
/// # Errors
/// `NotFound` when it isn't valid, `Db`.
pub async fn revoke_token(app: &App, shop: ShopId, id: uuid::Uuid, actor: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if !db::access::revoke_token(&mut tx, shop, id, app.now()).await? {
        return Err(AppError::NotFound("valid token with that id"));
    }
    audit(app, &mut tx, shop, actor, ("token.revoke", &id.to_string())).await?;
    Ok(tx.commit().await?)
}
