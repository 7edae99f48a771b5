//! Who gets what of a campaign: the side of the comparison and the texts that a shopper draws, recomputable by anybody.

use crate::app::{App, AppError};
use crate::db;
use crate::domain::campaign::CampaignSpec;
use crate::domain::contact::Identity;
use crate::domain::experiment::{Arm, Lot, arm, variant};
use crate::domain::ids::{CampaignId, ShopId};

/// What a shopper draws in a campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct Assigned {
    /// By which version; 0: by the draft, since it was never published.
    pub version: i64,
    /// The side that they are on: once they were in the campaign, the one from then on.
    pub arm: Arm,
    /// They were in the campaign before, so that a change of the percentage doesn't move them.
    pub fixed_before: bool,
    /// Of 100.
    pub lot_percent: f64,
    /// The comparison group takes lots below this.
    pub holdout_percent: u8,
    /// Each step that compares texts.
    pub steps: Vec<Drawn>,
}

/// What they draw in one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// From 1.
    pub step: usize,
    /// Of 100.
    pub lot_percent: f64,
    /// The text that they get.
    pub variant: String,
    /// `(name, takes lots below this)`, in order.
    pub below: Vec<(String, f64)>,
}

/// What the shopper of an address draws.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn assigned(app: &App, shop: ShopId, id: CampaignId, who: &Identity) -> Result<Assigned, AppError> {
    let row = super::get(app, shop, id).await?;
    let mut tx = app.db.begin().await?;
    let spec = db::campaigns::version(&mut tx, shop, id, row.version).await?.unwrap_or(row.spec);
    let contact = db::contacts::owners(&mut tx, shop, &[who]).await?.first().map(|(_, contact)| *contact);
    let before = match contact {
        Some(contact) => db::enrolments::arm_before(&mut tx, shop, id, contact).await?,
        None => None,
    };
    tx.rollback().await?;
    let shopper = who.value();
    Ok(Assigned {
        version: row.version,
        arm: before.unwrap_or_else(|| arm(id.0, shopper, spec.holdout_percent)),
        fixed_before: before.is_some(),
        lot_percent: Lot::of(id.0, shopper).percent(),
        holdout_percent: spec.holdout_percent,
        steps: (0..spec.steps.len()).filter_map(|step| drawn(id, &spec, step, shopper)).collect(),
    })
}

fn drawn(id: CampaignId, spec: &CampaignSpec, index: usize, shopper: &str) -> Option<Drawn> {
    let variants = &spec.steps.get(index)?.variants;
    let chosen = variant(id.0, index, shopper, variants)?;
    let whole: f64 = variants.iter().map(|v| f64::from(v.weight)).sum();
    let mut so_far = 0.0;
    let below = variants.iter().map(|v| {
        so_far += f64::from(v.weight);
        (v.name.clone(), 100.0 * so_far / whole)
    });
    let below = below.collect();
    Some(Drawn { step: index + 1, lot_percent: Lot::of_step(id.0, index, shopper).percent(), variant: chosen.name.clone(), below })
}
