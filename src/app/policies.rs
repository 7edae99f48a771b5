//! A store's sending policy: in force by version, set with its faults told.

use super::access::audit;
use super::{App, AppError};
use crate::db::policies::PolicyRow;
use crate::db::{self, DbError, Tx};
use crate::domain::campaign::Fault;
use crate::domain::ids::ShopId;
use crate::domain::policy::Policy;
use std::collections::BTreeSet;

/// What the audit calls a change; its detail is the version.
pub const SET: &str = "policy.set";

/// Who changes a policy.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// As the audit names them.
    pub actor: &'a str,
    /// On which ground people are written to is for owners to say: they answer for it.
    pub is_owner: bool,
}

/// Why a policy can't be set.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Its faults, each with where it stands.
    #[error("the policy can't be set as it is")]
    Faulty(Vec<Fault>),
    /// The consent rules would change, and who asks is no owner.
    #[error("only an owner may change on which ground people are written to")]
    OwnersOnly,
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<DbError> for PolicyError {
    fn from(error: DbError) -> Self {
        Self::App(error.into())
    }
}

/// What is in force, and the row that says so; none while the default is.
///
/// # Errors
/// `Db`.
pub async fn get(app: &App, shop: ShopId) -> Result<(Policy, Option<PolicyRow>), AppError> {
    let row = db::policies::latest(&app.db, shop).await?;
    Ok((row.as_ref().map(|r| r.policy.clone()).unwrap_or_default(), row))
}

/// What is in force, as a transaction sees it.
///
/// # Errors
/// `Db`.
pub async fn in_force(tx: &mut Tx, shop: ShopId) -> Result<Policy, AppError> {
    Ok(db::policies::latest_in(tx, shop).await?.map(|r| r.policy).unwrap_or_default())
}

/// Sets a policy. One that says what is in force already changes nothing. The version in force then.
///
/// # Errors
/// `Faulty`, `OwnersOnly`, `NotFound` without that store, `Db`.
pub async fn set(app: &App, shop: ShopId, policy: Policy, by: By<'_>) -> Result<(Policy, Option<PolicyRow>), PolicyError> {
    let faults = policy.faults();
    if !faults.is_empty() {
        return Err(PolicyError::Faulty(faults));
    }
    let mut tx = app.db.begin().await?;
    // Whatever is planned or sent is decided wholly before or wholly after this.
    db::shops::lock_apply(&mut tx, shop).await?;
    db::shops::hold_claims(&mut tx, &BTreeSet::from([shop.0])).await?;
    db::shops::get_in(&mut tx, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let before = db::policies::latest_in(&mut tx, shop).await?;
    let in_force = before.as_ref().map(|r| r.policy.clone()).unwrap_or_default();
    if policy == in_force {
        return Ok((in_force, before));
    }
    let ground = |p: &Policy| (p.consent_table, p.consent.clone(), p.pages_may_ask);
    if ground(&policy) != ground(&in_force) && !by.is_owner {
        return Err(PolicyError::OwnersOnly);
    }
    let version = before.map_or(0, |r| r.version) + 1;
    let row = PolicyRow { version, policy: policy.clone(), set_by: by.actor.to_owned(), set_at: app.now() };
    db::policies::add(&mut tx, shop, &row).await?;
    audit(app, &mut tx, shop, by.actor, (SET, &version.to_string())).await?;
    tx.commit().await?;
    Ok((policy, Some(row)))
}
