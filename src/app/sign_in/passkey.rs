//! Signing in with a passkey: alone, since the device has made sure who holds it, or after the password.

use super::limits::{Limit, allowed, key};
use super::{Second, Whence, ceremony, finish, half, new_challenge};
use crate::app::keys::token_hash;
use crate::app::{App, AppError, team};
use crate::db::Tx;
use crate::db::ceremonies as rows;
use crate::db::factors::{self as kept, PasskeyRow};
use crate::domain::passkey::{Algorithm, Asked, Assertion, Credential, Refusal, RelyingParty};
use uuid::Uuid;

/// What is asked of an authenticator.
pub struct Question {
    /// By whom.
    pub party: RelyingParty,
    /// What is to be signed.
    pub challenge: Vec<u8>,
    /// The credentials that can answer; empty: any that it has for us.
    pub credentials: Vec<Vec<u8>>,
}

/// This installation, as passkeys know it.
///
/// # Errors
/// `Conflict` where there are none at its address.
pub(in crate::app) fn party(app: &App) -> Result<RelyingParty, AppError> {
    RelyingParty::of(&app.config.public_url).map_err(|_| AppError::Conflict("passkeys can't be used at this installation's address".into()))
}

/// Asks whoever sits before a browser. The ceremony's secret, and the question; none where it was asked too often.
///
/// # Errors
/// `Conflict` without passkeys, `Db`.
pub async fn ask_anybody(app: &App, from: &Whence) -> Result<Option<(String, Question)>, AppError> {
    let party = party(app)?;
    let key = key("question", from.address.as_deref().unwrap_or_default());
    if !allowed(app, &[(&key, Limit::QUESTIONS)]).await? {
        return Ok(None);
    }
    let (mut row, secret) = ceremony(app, "passkey", None);
    let challenge = new_challenge(app);
    row.challenge = Some(challenge.clone());
    let mut tx = app.db.begin().await?;
    rows::begin(&mut tx, &row, app.now()).await?;
    tx.commit().await?;
    Ok(Some((secret, Question { party, challenge, credentials: Vec::new() })))
}

/// Signs in whoever's passkey answers.
///
/// # Errors
/// `Conflict` without passkeys, `Db`.
pub async fn by_passkey(app: &App, secret: &str, told: &str, from: &Whence) -> Result<Second, AppError> {
    // Whatever comes of the answer, there is no second one.
    let mut tx = app.db.begin().await?;
    let taken = rows::take(&mut tx, (&token_hash(secret), "passkey"), app.now()).await?;
    tx.commit().await?;
    let Some(challenge) = taken.and_then(|row| row.challenge) else { return Ok(Second::Over) };
    let Ok(found) = verified(app, (&challenge, None), told).await? else { return Ok(Second::Refused) };
    let mut tx = app.db.begin().await?;
    if !found.is_used(app, &mut tx).await? {
        return Ok(Second::Refused);
    }
    finish(app, tx, found.user, from).await
}

/// Asks somebody who is half signed in; none when that took too long.
///
/// # Errors
/// `Conflict` without passkeys, `Db`.
pub async fn ask_after_password(app: &App, secret: &str) -> Result<Option<Question>, AppError> {
    let party = party(app)?;
    let Some(half) = half(app, secret).await? else { return Ok(None) };
    let challenge = new_challenge(app);
    let mut tx = app.db.begin().await?;
    let asked = rows::ask(&mut tx, &token_hash(secret), &challenge).await?;
    tx.commit().await?;
    let credentials = credentials_of(app, half.user).await?;
    Ok(asked.then_some(Question { party, challenge, credentials }))
}

/// Signs in somebody who is half signed in, if the answer is theirs.
///
/// # Errors
/// `Conflict` without passkeys, `Db`.
pub async fn second_by_passkey(app: &App, secret: &str, told: &str, from: &Whence) -> Result<Second, AppError> {
    let hash = token_hash(secret);
    let Some(row) = rows::get(&app.db, (&hash, "password"), app.now()).await? else { return Ok(Second::Over) };
    let (Some(user), Some(challenge)) = (row.user_id, row.challenge) else { return Ok(Second::Over) };
    let mut tx = app.db.begin().await?;
    let first = rows::answered(&mut tx, &hash, &challenge).await?;
    tx.commit().await?;
    if !first {
        return Ok(Second::Over);
    }
    let Ok(found) = verified(app, (&challenge, Some(user)), told).await? else { return Ok(Second::Refused) };
    let mut tx = app.db.begin().await?;
    if !found.is_used(app, &mut tx).await? {
        return Ok(Second::Refused);
    }
    if rows::take(&mut tx, (&hash, "password"), app.now()).await?.is_none() {
        return Ok(Second::Over);
    }
    finish(app, tx, user, from).await
}

/// The authenticators' ids of somebody's passkeys.
pub(in crate::app) async fn credentials_of(app: &App, user: Uuid) -> Result<Vec<Vec<u8>>, AppError> {
    Ok(kept::passkeys(&app.db, user).await?.into_iter().map(|p| p.credential).collect())
}

/// A passkey whose answer is believed.
pub(super) struct Found {
    pub(super) user: Uuid,
    id: Uuid,
    counter: u32,
}

impl Found {
    /// Notes that it was used. False where another answer of it, or of a copy, came before this one.
    pub(super) async fn is_used(&self, app: &App, tx: &mut Tx) -> Result<bool, AppError> {
        Ok(kept::use_passkey(tx, self.id, i64::from(self.counter), app.now()).await?)
    }
}

/// Which passkey has answered a question, of this person, or of anybody.
pub(super) async fn verified(app: &App, (challenge, of): (&[u8], Option<Uuid>), told: &str) -> Result<Result<Found, Refusal>, AppError> {
    let party = party(app)?;
    let assertion = match Assertion::read(told) {
        Ok(read) => read,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(row) = kept::passkey(&app.db, &assertion.credential).await? else { return Ok(Err(Refusal::Credential)) };
    let Some(known) = credential(&row) else { return Ok(Err(Refusal::Key)) };
    let says = assertion.person.as_ref().map(|id| id.as_slice() == row.user_id.as_bytes());
    // Who isn't known by a password is who the authenticator says, and it has to say it (section 7.2, step 6).
    if says == Some(false) || of.map_or(says != Some(true), |of| of != row.user_id) {
        return Ok(Err(Refusal::Credential));
    }
    let checked = assertion.check(Asked { party: &party, challenge }, &known);
    if checked == Err(Refusal::Copied) {
        let (who, which) = (row.user_id.to_string(), row.id.to_string());
        let stores = team::stores_of(app, row.user_id).await?;
        let mut tx = app.db.begin().await?;
        team::note(app, &mut tx, &stores, (&who, "person.passkey_copied", &which)).await?;
        tx.commit().await?;
    }
    Ok(checked.map(|counter| Found { user: row.user_id, id: row.id, counter }))
}

fn credential(row: &PasskeyRow) -> Option<Credential> {
    Some(Credential {
        id: row.credential.clone(),
        public_key: row.public_key.clone(),
        algorithm: Algorithm::of(row.algorithm)?,
        counter: u32::try_from(row.counter).ok()?,
    })
}
