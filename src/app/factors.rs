//! Second factors: one-time codes, passkeys, and recovery codes for who has lost both.

use super::sign_in::{self, Question};
use super::team::{note, stores_of};
use super::{App, AppError};
use crate::app::access::Person;
use crate::app::keys::token_hash;
use crate::clock::bytes;
use crate::db::factors::{self as rows, PasskeyRow};
use crate::db::{self, Tx};
use crate::domain::one_time_code::{self as codes, RECOVERY_BYTES, RECOVERY_CODES, SECRET_BYTES};
use crate::domain::passkey::{Asked, register};
use uuid::Uuid;

/// Nobody needs more.
pub const PASSKEYS_MAX: usize = 20;
/// Of a passkey's name.
pub const NAME_MAX: usize = 60; // characters
/// Of a one-time code; what has more is meant as a recovery code.
const CODE_DIGITS: usize = 6;

/// What somebody has beside their password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factors {
    /// An app that makes one-time codes.
    pub code: bool,
    /// Passkeys.
    pub passkeys: usize,
    /// Recovery codes that weren't used.
    pub recovery: i64,
}

impl Factors {
    /// Is their password not enough?
    pub fn any(self) -> bool {
        self.code || self.passkeys > 0
    }
}

/// What somebody has.
///
/// # Errors
/// `Db`.
pub async fn of(app: &App, user: Uuid) -> Result<Factors, AppError> {
    Ok(Factors {
        code: rows::code(&app.db, user).await?.is_some_and(|c| c.confirmed_at.is_some()),
        passkeys: rows::passkeys(&app.db, user).await?.len(),
        recovery: rows::recovery_left(&app.db, user).await?,
    })
}

/// With what a code was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The app's.
    Code,
    /// One of those for who has lost it.
    Recovery,
}

/// Takes a code of somebody: each is taken once. None: it is wrong, or was taken.
///
/// # Errors
/// `Keys`, `Db`.
pub(super) async fn take(app: &App, tx: &mut Tx, user: Uuid, typed: &str) -> Result<Option<How>, AppError> {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    if plain.len() > CODE_DIGITS {
        let taken = rows::take_recovery(tx, user, &token_hash(&codes::plain(typed)), app.now()).await?;
        return Ok(taken.then_some(How::Recovery));
    }
    let Some(row) = rows::code(&app.db, user).await?.filter(|c| c.confirmed_at.is_some()) else { return Ok(None) };
    let secret = app.keys.open(user, &row.sealed)?;
    let Some(step) = codes::step(&secret, typed, app.now()) else { return Ok(None) };
    Ok(rows::take_step(tx, user, step).await?.then_some(How::Code))
}

/// Makes a secret for an app, to be confirmed by a code; in place of one that wasn't confirmed.
///
/// # Errors
/// `Conflict` where there is an app, `Keys`, `Db`.
pub async fn begin_code(app: &App, person: &Person) -> Result<(), AppError> {
    let secret = codes::secret(bytes::<SECRET_BYTES>(app.random.as_ref()));
    let sealed = app.keys.seal(person.id, bytes(app.random.as_ref()), &secret)?;
    let mut tx = app.db.begin().await?;
    if !rows::set_code(&mut tx, person.id, &sealed, app.now()).await? {
        return Err(AppError::Conflict("an app makes codes for you already; switch it off before you set up another".into()));
    }
    Ok(tx.commit().await?)
}

/// The secret that is to be confirmed; none where there is none.
///
/// # Errors
/// `Keys`, `Db`.
pub async fn unconfirmed(app: &App, person: &Person) -> Result<Option<String>, AppError> {
    match rows::code(&app.db, person.id).await?.filter(|c| c.confirmed_at.is_none()) {
        Some(row) => Ok(Some(app.keys.open(person.id, &row.sealed)?)),
        None => Ok(None),
    }
}

/// What came of a new factor.
#[derive(Debug, PartialEq, Eq)]
pub enum Added {
    /// It is asked for from now on. The first one comes with recovery codes, which are shown this once.
    Yes(Vec<String>),
    /// The code, or the authenticator's answer, is wrong.
    Refused,
}

/// Asks for the app's codes from now on, if this is one of them. Other sessions end: they were begun without one.
///
/// # Errors
/// `Keys`, `Db`.
pub async fn confirm_code(app: &App, (person, session): (&Person, Uuid), typed: &str) -> Result<Added, AppError> {
    if !sign_in::allowed_codes(app, person.id).await? {
        return Ok(Added::Refused);
    }
    let Some(row) = rows::code(&app.db, person.id).await?.filter(|c| c.confirmed_at.is_none()) else { return Ok(Added::Refused) };
    let secret = app.keys.open(person.id, &row.sealed)?;
    let Some(step) = codes::step(&secret, typed, app.now()) else { return Ok(Added::Refused) };
    let before = of(app, person.id).await?;
    let stores = stores_of(app, person.id).await?;
    let mut tx = app.db.begin().await?;
    if !rows::confirm_code(&mut tx, person.id, (&row.sealed, step), app.now()).await? {
        return Ok(Added::Refused);
    }
    sign_in::forget_codes(&mut tx, person.id).await?;
    note(app, &mut tx, &stores, (&person.id.to_string(), "person.codes_on", &person.id.to_string())).await?;
    let shown = secured(app, &mut tx, (person.id, session), before).await?;
    tx.commit().await?;
    Ok(Added::Yes(shown))
}

/// What goes with a new factor: other sessions end, and the first one comes with recovery codes.
async fn secured(app: &App, tx: &mut Tx, (user, session): (Uuid, Uuid), before: Factors) -> Result<Vec<String>, AppError> {
    if before.any() {
        return Ok(Vec::new());
    }
    db::team::end_others(tx, user, session).await?;
    new_recovery(app, tx, user).await
}

async fn new_recovery(app: &App, tx: &mut Tx, user: Uuid) -> Result<Vec<String>, AppError> {
    let made: Vec<String> = (0..RECOVERY_CODES).map(|_| codes::recovery_code(bytes::<RECOVERY_BYTES>(app.random.as_ref()))).collect();
    let hashes: Vec<Vec<u8>> = made.iter().map(|code| token_hash(&codes::plain(code))).collect();
    rows::set_recovery(tx, user, &hashes, app.now()).await?;
    Ok(made)
}

/// Other recovery codes in place of those that are left; shown this once.
///
/// # Errors
/// `Conflict` without another factor, `Db`.
pub async fn renew_recovery(app: &App, person: &Person) -> Result<Vec<String>, AppError> {
    if !of(app, person.id).await?.any() {
        return Err(AppError::Conflict("recovery codes come with a second factor; set one up first".into()));
    }
    let stores = stores_of(app, person.id).await?;
    let mut tx = app.db.begin().await?;
    let made = new_recovery(app, &mut tx, person.id).await?;
    note(app, &mut tx, &stores, (&person.id.to_string(), "person.recovery_codes", &person.id.to_string())).await?;
    tx.commit().await?;
    Ok(made)
}

/// Asks for the app's codes no more.
///
/// # Errors
/// `NotFound` where there is no app, `Db`.
pub async fn remove_code(app: &App, person: &Person) -> Result<(), AppError> {
    let (stores, left) = (stores_of(app, person.id).await?, of(app, person.id).await?);
    let mut tx = app.db.begin().await?;
    if !rows::remove_code(&mut tx, person.id).await? {
        return Err(AppError::NotFound("app that makes codes"));
    }
    if left.passkeys == 0 {
        rows::remove_recovery(&mut tx, person.id).await?;
    }
    note(app, &mut tx, &stores, (&person.id.to_string(), "person.codes_off", &person.id.to_string())).await?;
    Ok(tx.commit().await?)
}

/// Asks an authenticator to make a passkey for somebody.
///
/// # Errors
/// `Conflict` without passkeys at this address or with too many, `Db`.
pub async fn begin_passkey(app: &App, (person, session): (&Person, Uuid)) -> Result<Question, AppError> {
    if of(app, person.id).await?.passkeys >= PASSKEYS_MAX {
        return Err(AppError::Conflict(format!("you have {PASSKEYS_MAX} passkeys; remove one before you add another")));
    }
    sign_in::ask_again(app, (person, session), "register").await
}

/// Keeps the passkey that the authenticator made.
///
/// # Errors
/// `Conflict` without passkeys at this address, `Db`.
pub async fn add_passkey(app: &App, (person, session): (&Person, Uuid), (name, told): (&str, &str)) -> Result<Added, AppError> {
    let party = sign_in::party(app)?;
    let Some(challenge) = sign_in::asked(app, session, "register").await? else { return Ok(Added::Refused) };
    let Ok(made) = register(Asked { party: &party, challenge: &challenge }, told) else { return Ok(Added::Refused) };
    let before = of(app, person.id).await?;
    let row = PasskeyRow {
        id: app.new_id(),
        user_id: person.id,
        credential: made.id,
        public_key: made.public_key,
        algorithm: made.algorithm.number(),
        counter: i64::from(made.counter),
        name: name.chars().take(NAME_MAX).collect(),
        created_at: app.now().as_millisecond(),
        used_at: None,
    };
    let stores = stores_of(app, person.id).await?;
    let mut tx = app.db.begin().await?;
    if !rows::add_passkey(&mut tx, &row).await? {
        return Ok(Added::Refused);
    }
    note(app, &mut tx, &stores, (&person.id.to_string(), "person.passkey_add", &row.id.to_string())).await?;
    let shown = secured(app, &mut tx, (person.id, session), before).await?;
    tx.commit().await?;
    Ok(Added::Yes(shown))
}

/// Takes a passkey of somebody no more.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn remove_passkey(app: &App, person: &Person, id: Uuid) -> Result<(), AppError> {
    let (stores, left) = (stores_of(app, person.id).await?, of(app, person.id).await?);
    let mut tx = app.db.begin().await?;
    if !rows::remove_passkey(&mut tx, person.id, id).await? {
        return Err(AppError::NotFound("passkey of yours with that id"));
    }
    if !left.code && left.passkeys == 1 {
        rows::remove_recovery(&mut tx, person.id).await?;
    }
    note(app, &mut tx, &stores, (&person.id.to_string(), "person.passkey_remove", &id.to_string())).await?;
    Ok(tx.commit().await?)
}

/// Takes away everything that somebody proves with beside their password, for whoever has lost it; their sessions end.
///
/// # Errors
/// `NotFound` where they have nothing, `Db`.
pub async fn reset(app: &App, user: Uuid, actor: &str) -> Result<(), AppError> {
    let stores = stores_of(app, user).await?;
    let mut tx = app.db.begin().await?;
    if !rows::remove_all(&mut tx, user).await? {
        return Err(AppError::NotFound("second factor of that person"));
    }
    db::ceremonies::end_of(&mut tx, user).await?;
    db::access::end_sessions(&mut tx, user).await?;
    note(app, &mut tx, &stores, (actor, "person.factors_reset", &user.to_string())).await?;
    Ok(tx.commit().await?)
}
