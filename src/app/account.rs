//! What people do with their own account: another password, how pages look, their sessions.

use super::access::{Person, hash_password, password_fits};
use super::sign_in::limits::{self, Limit, allowed};
use super::team::{note, stores_of};
use super::{App, AppError};
use crate::db::access::LookRow;
use crate::db::{self, ceremonies, team};
use uuid::Uuid;

/// What came of a wish for another password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// It is changed.
    Yes,
    /// The present one is another.
    Refused,
    /// It was tried too often.
    TooMany,
}

/// Gives somebody another password, who knows the present one; their other sessions end.
///
/// # Errors
/// `Invalid` for one that is too short or too long, `Db`.
pub async fn change_password(app: &App, (person, session): (&Person, Uuid), (present, wanted): (&str, &str)) -> Result<Changed, AppError> {
    let key = limits::key("prove", &person.id.to_string());
    if !allowed(app, &[(&key, Limit::PASSWORDS)]).await? {
        return Ok(Changed::TooMany);
    }
    let Some(user) = db::access::user(&app.db, person.id).await? else { return Ok(Changed::Refused) };
    if !password_fits(present, user.password_hash).await {
        return Ok(Changed::Refused);
    }
    let hash = hash_password(app, wanted).await?;
    let stores = stores_of(app, person.id).await?;
    let mut tx = app.db.begin().await?;
    ceremonies::forget_tries(&mut tx, &key).await?;
    // Whoever is half signed in with the former one is so no more.
    ceremonies::end_of(&mut tx, person.id).await?;
    db::access::set_password(&mut tx, person.id, &hash).await?;
    team::end_others(&mut tx, person.id, session).await?;
    note(app, &mut tx, &stores, (&person.id.to_string(), "person.password", &person.id.to_string())).await?;
    tx.commit().await?;
    Ok(Changed::Yes)
}

/// Keeps how somebody wants pages to be.
///
/// # Errors
/// `Db`.
pub async fn set_look(app: &App, person: &Person, look: &LookRow) -> Result<(), AppError> {
    let wanted = (look.language.as_deref(), look.timezone.as_deref(), look.colours.as_deref());
    let mut tx = app.db.begin().await?;
    team::set_look(&mut tx, person.id, wanted).await?;
    Ok(tx.commit().await?)
}

/// Ends one of somebody's sessions.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn end_session(app: &App, person: &Person, id: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if !team::end_session(&mut tx, person.id, id).await? {
        return Err(AppError::NotFound("session of yours with that id"));
    }
    Ok(tx.commit().await?)
}

/// Ends all of somebody's sessions but one. How many.
///
/// # Errors
/// `Db`.
pub async fn end_others(app: &App, person: &Person, but: Uuid) -> Result<u64, AppError> {
    let mut tx = app.db.begin().await?;
    let ended = team::end_others(&mut tx, person.id, but).await?;
    tx.commit().await?;
    Ok(ended)
}
