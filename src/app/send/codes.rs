//! The shoppers' own codes in a claim: which are to be had, and who is given one, each message at most one and always the same.

use crate::app::{App, AppError};
use crate::db::contexts::NudgeContext;
use crate::db::discounts::{self as rows, Carried, Given, Key};
use crate::db::shops::Shop;
use crate::db::{DbError, Tx};
use crate::domain::campaign::Offer;
use crate::domain::cart::SaturatingInstant as _;
use crate::domain::experiment::Arm;
use crate::domain::ids::NudgeId;
use jiff::Timestamp;
use std::collections::HashMap;

/// A code as a message carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Own {
    /// As shoppers type it.
    pub code: String,
    /// Promised to work until then.
    pub ends_at: Timestamp,
}

/// Codes that a claim may give.
pub(super) struct Codes {
    now: Timestamp,
    /// Nothing is asked of a platform, and codes count as there.
    assumed: bool,
    /// What nudges of the claim were given before.
    own: HashMap<NudgeId, Carried>,
    /// What is to be had, held for this claim.
    spare: Vec<(Key, Vec<String>)>,
    given: Vec<Given>,
    /// Codes in whose place others were given.
    replaced: Vec<String>,
}

fn key(nudge: &NudgeContext) -> Option<Key> {
    let offer = nudge.step()?.offer_for(nudge.variant.as_deref()).filter(|_| nudge.arm == Arm::Treated)?;
    Some(Key { campaign_id: nudge.campaign_id, step: nudge.step, offer: offer.clone() })
}

impl Codes {
    /// None are to be had, as of an instant.
    pub fn none(app: &App, now: Timestamp) -> Self {
        Self { now, assumed: app.codes_assumed, own: HashMap::new(), spare: Vec::new(), given: Vec::new(), replaced: Vec::new() }
    }

    /// Reads what the nudges of a claim have, and holds what they may be given: no other claim can take it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn hold(app: &App, tx: &mut Tx, shop: &Shop, (nudges, now): (&[NudgeContext], Timestamp)) -> Result<Self, DbError> {
        let mut codes = Self::none(app, now);
        let asking: Vec<(Key, &NudgeContext)> = nudges.iter().filter_map(|n| Some((key(n)?, n))).collect();
        if asking.is_empty() || codes.assumed {
            return Ok(codes);
        }
        let ids: Vec<uuid::Uuid> = asking.iter().map(|(_, n)| n.id.0).collect();
        codes.own = rows::of_nudges(tx, shop.id, &ids).await?;
        for (key, _) in &asking {
            if codes.spare.iter().any(|(known, _)| known == key) {
                continue;
            }
            let most = i64::try_from(asking.iter().filter(|(k, _)| k == key).count()).unwrap_or(i64::MAX);
            let until = codes.promised(&key.offer);
            let mut spare: Vec<String> = rows::spare(tx, shop.id, key, until, most).await?.into_iter().map(|s| s.code).collect();
            // Taken from the end.
            spare.reverse();
            codes.spare.push((key.clone(), spare));
        }
        Ok(codes)
    }

    fn promised(&self, offer: &Offer) -> Timestamp {
        self.now.saturating_add_lossy(offer.valid_for.0)
    }

    /// What a nudge was given before, if it works for as long as is promised now.
    fn kept(&self, nudge: &NudgeContext, offer: &Offer) -> Option<&Carried> {
        self.own.get(&nudge.id).filter(|own| own.works_until >= self.promised(offer))
    }

    /// Is there a code for this nudge?
    pub fn ready(&self, nudge: &NudgeContext) -> bool {
        let Some(key) = key(nudge) else { return false };
        self.assumed || self.kept(nudge, &key.offer).is_some() || self.spare.iter().any(|(k, spare)| *k == key && !spare.is_empty())
    }

    /// Takes a code for a nudge that leaves: its own again, or the next that is to be had.
    pub fn take(&mut self, nudge: &NudgeContext) -> Option<Own> {
        let key = key(nudge)?;
        let ends_at = self.promised(&key.offer);
        let code = if let Some(own) = self.kept(nudge, &key.offer) {
            own.code.clone()
        } else {
            let next = self.spare.iter_mut().find(|(k, _)| *k == key)?.1.pop()?;
            // An older one, of an attempt that never left, would end too soon.
            self.replaced.extend(self.own.get(&nudge.id).map(|own| own.code.clone()));
            next
        };
        self.given.push(Given { code: code.clone(), cart_id: nudge.cart_id, nudge_id: nudge.id, at: self.now, ends_at });
        Some(Own { code, ends_at })
    }

    /// Writes down what was given.
    ///
    /// # Errors
    /// `Unavailable`; `Conflict` when a code isn't to be had after all: then nothing may leave.
    pub async fn save(&self, tx: &mut Tx, shop: &Shop) -> Result<(), AppError> {
        for code in &self.replaced {
            rows::give_up(tx, shop.id, code).await?;
        }
        for given in &self.given {
            if !rows::give(tx, shop.id, given).await? {
                return Err(AppError::Conflict("a discount code was given to somebody else meanwhile".into()));
            }
        }
        Ok(())
    }
}
