//! How likely the checkouts of a batch are fake, and those begun near them: worked out when they come in, so that it is known before anything is planned.

use super::fold::Workset;
use crate::db::{self, DbError, Tx};
use crate::domain::bots::{AROUND, BURST_MIN, BotVerdict, Neighbours, Seen, Trace};
use crate::domain::cart::SaturatingInstant as _;
use crate::domain::ids::CartId;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Scores what has changed, and whatever that speaks for or against.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn score(tx: &mut Tx, set: &Workset<'_>) -> Result<(), DbError> {
    let (shop, now) = (set.shop.id, set.now);
    let fresh = checkouts(set);
    let times: Vec<Timestamp> = fresh.values().map(|s| s.begun_at).collect();
    let (Some(first), Some(last)) = (times.iter().min().copied(), times.iter().max().copied()) else { return Ok(()) };
    // Those near a fresh one are judged by those near them.
    let (from, to) = (first.saturating_add_lossy(-AROUND * 2), last.saturating_add_lossy(AROUND * 2));
    let mut seen = db::bots::begun_between(tx, shop, (from, to), now).await?;
    let news: Vec<(CartId, &Seen)> = fresh.iter().filter(|(id, s)| seen.get(id) != Some(s)).map(|(id, s)| (*id, s)).collect();
    if news.is_empty() && set.changed.merged_carts.is_empty() {
        return Ok(());
    }
    db::bots::note(tx, shop, &news, now).await?;
    seen.extend(fresh.iter().map(|(id, s)| (*id, s.clone())));
    let mut neighbours = Neighbours::of(&seen);
    if neighbours.busiest() >= BURST_MIN {
        neighbours = neighbours.at_pace(Some(db::bots::pace(tx, shop, first.saturating_add_lossy(-AROUND), now).await?));
    }
    let concerned = neighbours.concerned(&fresh.keys().copied().collect());
    let verdicts: Vec<(CartId, BotVerdict)> = concerned.into_iter().map(|id| (id, neighbours.evidence(id).verdict())).collect();
    db::bots::save(tx, shop, &verdicts, now).await
}

fn checkouts(set: &Workset<'_>) -> BTreeMap<CartId, Seen> {
    let changed = set.changed.carts.iter().filter_map(|id| set.carts.get(id));
    changed.filter_map(|cart| Some((cart.id, Seen { begun_at: cart.facts.started_at, trace: Trace::of(&cart.facts)? }))).collect()
}
