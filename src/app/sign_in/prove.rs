//! Proving again who one is, before what is dangerous: a session that was left open at a desk must not be enough.

use super::passkey::{Question, credentials_of, party, verified};
use super::{Limit, allowed, allowed_codes, forget_codes, limits, new_challenge, password_fits};
use crate::app::access::Person;
use crate::app::keys::token_hash;
use crate::app::{App, AppError, factors};
use crate::db::ceremonies::{self as rows, CeremonyRow};
use crate::db::{self, Tx};
use uuid::Uuid;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proved {
    /// It is them.
    Yes,
    /// What they gave is wrong, or was taken before.
    Refused,
    /// It was tried too often.
    TooMany,
}

/// By password, and by a code of who has such; in this session.
///
/// # Errors
/// `Db`.
pub async fn prove(app: &App, (person, session): (&Person, Uuid), (password, code): (&str, &str)) -> Result<Proved, AppError> {
    let key = limits::key("prove", &person.id.to_string());
    if !allowed(app, &[(&key, Limit::PASSWORDS)]).await? {
        return Ok(Proved::TooMany);
    }
    let Some(user) = db::access::user(&app.db, person.id).await? else { return Ok(Proved::Refused) };
    if !password_fits(password, user.password_hash).await {
        return Ok(Proved::Refused);
    }
    let asks = factors::of(app, person.id).await?.any();
    if asks && !allowed_codes(app, person.id).await? {
        return Ok(Proved::TooMany);
    }
    let mut tx = app.db.begin().await?;
    if asks && factors::take(app, &mut tx, person.id, code).await?.is_none() {
        return Ok(Proved::Refused);
    }
    rows::forget_tries(&mut tx, &key).await?;
    done(app, tx, person.id, session).await
}

async fn done(app: &App, mut tx: Tx, user: Uuid, session: Uuid) -> Result<Proved, AppError> {
    forget_codes(&mut tx, user).await?;
    db::team::proved(&mut tx, session, app.now()).await?;
    tx.commit().await?;
    Ok(Proved::Yes)
}

/// Asks one of a person's authenticators, for this session: `prove` to prove again, `register` for a new one.
///
/// # Errors
/// `Conflict` without passkeys, `Db`.
pub async fn ask_again(app: &App, (person, session): (&Person, Uuid), kind: &str) -> Result<Question, AppError> {
    let party = party(app)?;
    let challenge = new_challenge(app);
    let row = CeremonyRow {
        secret_hash: of_session(session, kind),
        id: app.new_id(),
        kind: kind.to_owned(),
        user_id: Some(person.id),
        challenge: Some(challenge.clone()),
        expires_at: (app.now() + super::CEREMONY_LASTS).as_millisecond(),
    };
    let mut tx = app.db.begin().await?;
    rows::begin(&mut tx, &row, app.now()).await?;
    tx.commit().await?;
    Ok(Question { party, challenge, credentials: credentials_of(app, person.id).await? })
}

fn of_session(session: Uuid, kind: &str) -> Vec<u8> {
    token_hash(&format!("{kind} {session}"))
}

/// What was asked in this session, if it still stands; it doesn't stand afterwards.
///
/// # Errors
/// `Db`.
pub(in crate::app) async fn asked(app: &App, session: Uuid, kind: &str) -> Result<Option<Vec<u8>>, AppError> {
    let mut tx = app.db.begin().await?;
    let row = rows::take(&mut tx, (&of_session(session, kind), kind), app.now()).await?;
    tx.commit().await?;
    Ok(row.and_then(|row| row.challenge))
}

/// By one of their passkeys; in this session.
///
/// # Errors
/// `Conflict` without passkeys, `Db`.
pub async fn prove_by_passkey(app: &App, (person, session): (&Person, Uuid), told: &str) -> Result<Proved, AppError> {
    let Some(challenge) = asked(app, session, "prove").await? else { return Ok(Proved::Refused) };
    let Ok(found) = verified(app, (&challenge, Some(person.id)), told).await? else { return Ok(Proved::Refused) };
    let mut tx = app.db.begin().await?;
    if !found.is_used(app, &mut tx).await? {
        return Ok(Proved::Refused);
    }
    done(app, tx, person.id, session).await
}
