//! Signing in: the password, then a second factor of those who have one. Between the two there is a ceremony of a few minutes, which can do nothing else.

pub mod limits;
mod passkey;
mod prove;

pub(super) use passkey::party;
pub use passkey::{Question, ask_after_password, ask_anybody, by_passkey, second_by_passkey};
pub(super) use prove::asked;
pub use prove::{Proved, ask_again, prove, prove_by_passkey};

use super::access::{begin_session, new_secret, password_fits};
use super::factors::{self, Factors};
use super::keys::token_hash;
use super::{App, AppError};
use crate::clock::bytes;
use crate::db::access::UserRow;
use crate::db::ceremonies::{self as rows, CeremonyRow};
use crate::db::{self, Tx};
use crate::domain::passkey::CHALLENGE_BYTES;
use jiff::SignedDuration;
use limits::{Limit, allowed};
use uuid::Uuid;

/// Between the right password and the second factor, and for an authenticator to answer.
pub const CEREMONY_LASTS: SignedDuration = SignedDuration::from_mins(10);

/// From where somebody signs in.
#[derive(Debug, Clone, Default)]
pub struct Whence {
    /// The network address.
    pub address: Option<String>,
    /// What the browser calls itself.
    pub agent: Option<String>,
}

/// What came of a password.
pub enum Started {
    /// It is enough: the session's secret.
    Session(String),
    /// A second factor is asked for: the ceremony's secret.
    Half(String),
    /// Address and password don't belong together.
    Refused,
    /// It was tried too often.
    TooMany,
}

/// Checks address and password.
///
/// # Errors
/// `Db`.
pub async fn start(app: &App, (email, password): (&str, &str), from: &Whence) -> Result<Started, AppError> {
    let email = email.trim().to_lowercase();
    let key = limits::key("password", &format!("{} {email}", from.address.as_deref().unwrap_or_default()));
    if !allowed(app, &[(&key, Limit::PASSWORDS)]).await? {
        return Ok(Started::TooMany);
    }
    let Some(user) = person_of(app, &email, password).await? else { return Ok(Started::Refused) };
    let has = factors::of(app, user.id).await?;
    let mut tx = app.db.begin().await?;
    rows::forget_tries(&mut tx, &key).await?;
    let started = if has.any() {
        let (row, secret) = ceremony(app, "password", Some(user.id));
        rows::begin(&mut tx, &row, app.now()).await?;
        Started::Half(secret)
    } else {
        Started::Session(begin_session(app, &mut tx, user.id, from).await?)
    };
    tx.commit().await?;
    Ok(started)
}

/// Whose address and password these are.
pub(super) async fn person_of(app: &App, email: &str, password: &str) -> Result<Option<UserRow>, AppError> {
    /// Hashed when there is nobody of that name, so that the answer takes as long.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$YmFkYmFkYmFkYmFkYmFkYmFkYmFkYmFkYmFkYmFkYmE";
    let user = db::access::user_by_email(&app.db, email).await?;
    let stored = user.as_ref().map_or_else(|| NOBODY.to_owned(), |u| u.password_hash.clone());
    let fits = password_fits(password, stored).await;
    Ok(user.filter(|_| fits))
}

/// A ceremony that begins now, with the secret for the browser.
fn ceremony(app: &App, kind: &str, user: Option<Uuid>) -> (CeremonyRow, String) {
    let secret = new_secret(app);
    let row = CeremonyRow {
        secret_hash: token_hash(&secret),
        id: app.new_id(),
        kind: kind.to_owned(),
        user_id: user,
        challenge: None,
        expires_at: (app.now() + CEREMONY_LASTS).as_millisecond(),
    };
    (row, secret)
}

fn new_challenge(app: &App) -> Vec<u8> {
    bytes::<CHALLENGE_BYTES>(app.random.as_ref()).to_vec()
}

/// Somebody whose password was right, and who is asked for more.
pub struct Half {
    /// The ceremony's: forms carry a token of it.
    pub id: Uuid,
    /// Who.
    pub user: Uuid,
    /// What they can be asked for.
    pub has: Factors,
}

/// Who is half signed in by this secret; none when it took too long.
///
/// # Errors
/// `Db`.
pub async fn half(app: &App, secret: &str) -> Result<Option<Half>, AppError> {
    let Some(row) = rows::get(&app.db, (&token_hash(secret), "password"), app.now()).await? else { return Ok(None) };
    let Some(user) = row.user_id else { return Ok(None) };
    Ok(Some(Half { id: row.id, user, has: factors::of(app, user).await? }))
}

/// What came of a second factor.
pub enum Second {
    /// It is right: the session's secret.
    Session(String),
    /// It is wrong, or was taken before.
    Refused,
    /// It was tried too often.
    TooMany,
    /// It took too long, or somebody else answered with the same secret.
    Over,
}

/// Checks a code, one-time or recovery, of somebody who is half signed in; and signs them in.
///
/// # Errors
/// `Db`.
pub async fn second_by_code(app: &App, secret: &str, typed: &str, from: &Whence) -> Result<Second, AppError> {
    let Some(half) = half(app, secret).await? else { return Ok(Second::Over) };
    if !allowed_codes(app, half.user).await? {
        return Ok(Second::TooMany);
    }
    let stores = super::team::stores_of(app, half.user).await?;
    let mut tx = app.db.begin().await?;
    if rows::take(&mut tx, (&token_hash(secret), "password"), app.now()).await?.is_none() {
        return Ok(Second::Over);
    }
    let Some(how) = factors::take(app, &mut tx, half.user, typed).await? else { return Ok(Second::Refused) };
    if how == factors::How::Recovery {
        super::team::note(app, &mut tx, &stores, (&half.user.to_string(), "person.recovery_code", "signed in")).await?;
    }
    finish(app, tx, half.user, from).await
}

/// How often codes of somebody may be tried, from wherever.
pub(super) async fn allowed_codes(app: &App, user: Uuid) -> Result<bool, AppError> {
    let (soon, late) = code_keys(user);
    allowed(app, &[(&soon, Limit::CODES), (&late, Limit::CODES_OF_A_DAY)]).await
}

fn code_keys(user: Uuid) -> (Vec<u8>, Vec<u8>) {
    (limits::key("code", &user.to_string()), limits::key("codes of a day", &user.to_string()))
}

/// Forgets tries of codes, since one was right.
pub(super) async fn forget_codes(tx: &mut Tx, user: Uuid) -> Result<(), AppError> {
    let (soon, late) = code_keys(user);
    rows::forget_tries(tx, &soon).await?;
    Ok(rows::forget_tries(tx, &late).await?)
}

async fn finish(app: &App, mut tx: Tx, user: Uuid, from: &Whence) -> Result<Second, AppError> {
    forget_codes(&mut tx, user).await?;
    let secret = begin_session(app, &mut tx, user, from).await?;
    tx.commit().await?;
    Ok(Second::Session(secret))
}
