//! How often things may be tried. Counted in the database, so that replicas share it, and before the try is looked at, so that many at once are no more.

use crate::app::{App, AppError};
use crate::db::ceremonies as rows;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

/// So many tries within so long.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    most: i64,
    within: SignedDuration,
}

impl Limit {
    /// Passwords, from one network address for one account.
    pub const PASSWORDS: Self = Self { most: 10, within: SignedDuration::from_mins(15) };
    /// One-time codes of one person, from wherever: three of a million are right at any time.
    pub const CODES: Self = Self { most: 10, within: SignedDuration::from_mins(15) };
    /// The same over a day: with fifty, who knows the password gets in once in eighteen years of trying daily.
    pub const CODES_OF_A_DAY: Self = Self { most: 50, within: SignedDuration::from_hours(24) };
    /// Questions to authenticators, from one network address: each is a row for some minutes.
    pub const QUESTIONS: Self = Self { most: 60, within: SignedDuration::from_mins(15) };
}

/// Under which tries are counted: a hash, so that no address stands in the table.
pub fn key(what: &str, of: &str) -> Vec<u8> {
    Sha256::digest(format!("{what} {of}").as_bytes()).to_vec()
}

/// Counts a try by each of these keys. Is it within all of their limits?
///
/// # Errors
/// `Db`.
pub async fn allowed(app: &App, keys: &[(&Vec<u8>, Limit)]) -> Result<bool, AppError> {
    let mut within = true;
    let mut tx = app.db.begin().await?;
    for (key, limit) in keys {
        within &= rows::count_try(&mut tx, key, limit.within, app.now()).await? <= limit.most;
    }
    tx.commit().await?;
    Ok(within)
}
