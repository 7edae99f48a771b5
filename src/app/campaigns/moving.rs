//! Moving sequences that run to a campaign's new version, on purpose and by and by: publishing returns at once, and intake waits for no more than one batch.

use crate::app::explain::{self, Decided, row_at};
use crate::app::plan::{clock_of, new_nudge, shopper_key, slots, times, whereabouts};
use crate::app::restore::{self, Planned};
use crate::app::scene::Scenes;
use crate::app::{App, AppError};
use crate::db::campaigns::CampaignRow;
use crate::db::carts::CartRow;
use crate::db::enrolments::Enrolment;
use crate::db::moves::{self, Open, Running};
use crate::db::restores::DueInGap;
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::campaign::{CampaignSpec, Change, Existing, MOVED, changes, path_in};
use crate::domain::experiment::Arm;
use crate::domain::ids::{CampaignId, CartId, NudgeId, ShopId};
use crate::domain::nudge::NudgeState;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// At most this many sequences in one transaction.
const BATCH_MAX: i64 = 100;

/// To what sequences are moved.
pub struct To {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// Which version.
    pub version: i64,
    /// As it was published.
    pub spec: CampaignSpec,
}

/// Asks for a move to the version that was just published.
///
/// # Errors
/// `Db`.
pub(super) async fn begin(app: &App, tx: &mut Tx, shop: ShopId, row: &CampaignRow) -> Result<(), AppError> {
    Ok(moves::begin(tx, shop, row.id, (row.version, app.now())).await?)
}

/// Moves a batch of every move that isn't over. How many sequences.
///
/// # Errors
/// `Db`; what was moved before stays so, and the rest goes on at the next call.
pub async fn move_due(app: &App) -> Result<usize, AppError> {
    let mut moved = 0;
    for one in moves::open(&app.db).await? {
        moved += move_batch(app, &one).await?;
    }
    Ok(moved)
}

async fn move_batch(app: &App, one: &Open) -> Result<usize, AppError> {
    let campaign = one.campaign;
    let shop = db::shops::get(&app.db, one.shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let counted = if one.counted { None } else { Some(moves::count(&app.db, one).await?) };
    let mut tx = app.db.begin().await?;
    db::shops::lock_apply(&mut tx, shop.id).await?;
    let Some(mut m) = moves::lock(&mut tx, shop.id, campaign).await? else {
        tx.rollback().await?;
        return Ok(0);
    };
    m.total = m.total.or(counted.filter(|_| m.version == one.version));
    let ids = moves::next(&mut tx, shop.id, campaign, &m, BATCH_MAX).await?;
    let spec = db::campaigns::version(&mut tx, shop.id, campaign, m.version).await?;
    let running = moves::load(&mut tx, shop.id, &ids).await?;
    let (looked_at, now) = (ids.len(), app.now());
    match (ids.last(), spec) {
        (Some(last), Some(spec)) => {
            let to = To { campaign, version: m.version, spec };
            let moved = move_given(app, &mut tx, &shop, &to, (running, now)).await?;
            m.moved += i64::try_from(moved).unwrap_or(i64::MAX);
            m.after = Some(*last);
        }
        _ => m.ended_at = Some(now),
    }
    moves::note(&mut tx, shop.id, campaign, &m).await?;
    tx.commit().await?;
    Ok(looked_at)
}

/// Moves these sequences as of an instant, in the caller's transaction: those by an earlier version of which something waits. Each leaves a decision. How many.
///
/// # Errors
/// `Db`.
pub async fn move_given(
    app: &App,
    tx: &mut Tx,
    shop: &Shop,
    to: &To,
    (mut running, now): (Vec<Running>, Timestamp),
) -> Result<usize, AppError> {
    running.retain(|r| r.version < to.version && r.nudges.values().any(|(_, e)| e.state == NudgeState::Scheduled));
    let ids: Vec<uuid::Uuid> = running.iter().map(|r| r.cart_id.0).collect();
    let carts: HashMap<CartId, CartRow> = db::carts::load(tx, shop.id, &ids).await?.into_iter().map(|c| (c.id, c)).collect();
    let asked = || running.iter().filter(|_| !to.spec.paths.is_empty());
    let of_carts = asked().filter_map(|r| carts.get(&r.cart_id)).map(|c| &c.facts);
    let scenes = Scenes::load(tx, shop.id, (of_carts, asked().map(|r| r.contact_id)), now).await?;
    let moving = Moving { app, shop, to, scenes: &scenes, now };
    let mut moved = 0;
    for one in &running {
        let Some(cart) = carts.get(&one.cart_id) else { continue };
        moving.one(tx, one, cart).await?;
        moved += 1;
    }
    Ok(moved)
}

/// What is the same for every sequence of a batch.
struct Moving<'a> {
    app: &'a App,
    shop: &'a Shop,
    to: &'a To,
    scenes: &'a Scenes,
    now: Timestamp,
}

impl Moving<'_> {
    async fn one(&self, tx: &mut Tx, r: &Running, cart: &CartRow) -> Result<(), AppError> {
        let Some(shopper) = shopper_key(cart) else { return Ok(()) };
        let (spec, shop) = (&self.to.spec, self.shop.id);
        let scene = || self.scenes.of(&cart.facts, Some(r.contact_id), self.now);
        let path = path_in(spec, r.path.as_deref(), || spec.path_of(&scene()).map(|p| p.name.as_str()));
        let zone = clock_of(&whereabouts(&cart.facts, &self.shop.timezone));
        let slots = slots(spec, path, r.abandoned_at, zone.as_ref());
        let enrolment = self.as_new(r, path);
        let (mut planned, mut over) = (Vec::new(), Vec::new());
        for (step, change) in changes(&slots.iter().map(|s| s.index).collect(), &existing(r)) {
            let there = r.nudges.get(&step).map(|(id, _)| *id);
            let Some(slot) = slots.iter().find(|s| s.index == step) else {
                if let Some(id) = there {
                    moves::cancel(tx, shop, id).await?;
                    over.push(id);
                }
                continue;
            };
            let nudge = new_nudge(self.app, &enrolment, slot, &shopper, self.now);
            let id = there.unwrap_or(nudge.id);
            match there {
                Some(id) => moves::plan_again(tx, shop, id, &nudge).await?,
                None => db::nudges::insert(tx, shop, &nudge).await?,
            }
            if change == Change::Passed {
                moves::cancel(tx, shop, id).await?;
                over.push(id);
            } else {
                planned.push(Planned { nudge: DueInGap { id, cart_id: r.cart_id, due_at: slot.due_at }, delay: slot.earliest });
            }
        }
        let to_come: BTreeSet<NudgeId> = planned.iter().map(|p| p.nudge.id).collect();
        let coming = slots.iter().filter(|s| r.nudges.get(&s.index).is_none_or(|(id, _)| to_come.contains(id)));
        self.explain(tx, r, &enrolment, (times(coming), over)).await?;
        moves::set_version(tx, shop, r, (self.to.version, path)).await?;
        if r.arm == Arm::Treated {
            restore::set_aside_planned(self.app, tx, (shop, self.now), (&cart.facts, spec.abandon_after.0), &planned).await?;
        }
        Ok(())
    }

    /// The sequence as the new version would have it.
    fn as_new(&self, r: &Running, path: Option<&str>) -> Enrolment {
        Enrolment {
            id: r.id,
            campaign_id: self.to.campaign,
            version: self.to.version,
            cart_id: r.cart_id,
            contact_id: r.contact_id,
            arm: r.arm,
            begun_by: self.to.spec.trigger,
            path: path.map(str::to_owned),
            abandoned_at: r.abandoned_at,
            created_at: self.now,
        }
    }

    async fn explain(&self, tx: &mut Tx, r: &Running, new: &Enrolment, (times, over): (String, Vec<NudgeId>)) -> Result<(), AppError> {
        let path = new.path.as_ref().map_or_else(String::new, |p| format!(" on the path \"{p}\""));
        let (name, version) = (&self.to.spec.name, self.to.version);
        let inputs = serde_json::json!({
            "campaign_id": new.campaign_id, "from_version": r.version, "version": version, "path_before": r.path, "path": new.path,
        });
        let why = format!("moved to version {version} of the campaign \"{name}\"{path}: {times}");
        let decided = Decided { cart: r.cart_id, nudge: None, outcome: "planned", rule: MOVED, why, inputs: inputs.to_string() };
        db::decisions::insert(tx, self.shop.id, &[row_at(self.app, self.now, decided)]).await?;
        let over = over.into_iter().map(|n| (n, r.cart_id));
        explain::cancelled_rows(self.app, tx, self.shop.id, over, (MOVED, self.now)).await
    }
}

fn existing(r: &Running) -> BTreeMap<usize, Existing> {
    r.nudges.iter().map(|(step, (_, existing))| (*step, *existing)).collect()
}
