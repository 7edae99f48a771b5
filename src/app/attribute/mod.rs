//! Credit: which nudges could have earned orders, what the models give them, and which carts are recovered by it.

mod ground;

use super::{App, AppError, outbound, recompute, send};
use crate::db::credit_runs::Former;
use crate::db::credits::CreditRow;
use crate::db::orders::OrderRow;
use crate::db::shops::Shop;
use crate::db::{self, Tx};
use crate::domain::attribution::{Evidence, Model, Share, Touch, VERSION, counting, split_minor};
use crate::domain::ids::{CartId, ContactId, ShopId};
use crate::domain::order::{Head, Worth};
use ground::{Ground, Tied};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Orders of a shopper are credited again this far back when something becomes known of a message to them.
const AGAIN_WITHIN: SignedDuration = SignedDuration::from_hours(24 * 60);

/// Carts are loaded and saved by so many: a change of settings may concern very many.
const CARTS_AT_ONCE: usize = 1_000;

/// Works out orders' credits anew and puts them in the place of the old, in the generation that is whole and in one that grows beside it. The carts that had or
/// have credit.
///
/// # Errors
/// `Db`.
pub async fn credit_orders(
    app: &App,
    tx: &mut Tx,
    shop: ShopId,
    orders: &[&OrderRow],
    now: Timestamp,
) -> Result<BTreeSet<CartId>, AppError> {
    let orders: Vec<&OrderRow> = orders.iter().copied().filter(|o| o.worth().is_some()).collect();
    if orders.is_empty() {
        return Ok(BTreeSet::new());
    }
    let ids: Vec<Uuid> = orders.iter().map(|o| o.id.0).collect();
    let mut carts: BTreeSet<CartId> = db::credits::carts_of_orders(tx, shop, &ids).await?.into_iter().collect();
    let ground = Ground::load(tx, shop, &orders).await?;
    for order in &orders {
        settle_arrived(app, tx, (shop, now), (&ground, order)).await?;
    }
    let before = outbound::before(tx, shop, &ids).await?;
    for generation in recompute::generations(tx, shop).await? {
        let rows = rows_of(app, &ground, &orders, (generation.number, &generation.former));
        if generation.is_whole {
            // Those that go, and those that come in their place.
            db::recovered::of_credits(tx, shop, &ids).await?;
            db::recovered::marked(tx, shop, &rows.iter().map(|r| r.ordered_at.as_millisecond()).collect::<Vec<_>>()).await?;
            carts.extend(rows.iter().filter(|r| r.evidence.is_attributed()).map(|r| r.cart_id));
        }
        db::credits::replace(tx, shop, generation.number, &ids, &rows).await?;
    }
    outbound::credited(tx, shop, (&ids, before), now).await?;
    // Those that lost it and those that got it, and whoever bought, count anew in the reports.
    db::rollups::carts_marked(tx, shop, &carts.iter().map(|c| c.0).collect::<Vec<_>>()).await?;
    for order in &orders {
        db::rollups::of_order(tx, shop, order.id).await?;
    }
    Ok(carts)
}

/// Works out a generation's credits of the orders after one id and up to another: nothing else is looked at or changed.
///
/// # Errors
/// `Db`.
pub(super) async fn credit_in(
    app: &App,
    tx: &mut Tx,
    shop: ShopId,
    stretch: (Uuid, Uuid),
    (generation, former): (i64, &Former),
) -> Result<(), AppError> {
    let tied = db::orders::tied(tx, shop, stretch).await?;
    let orders: Vec<&OrderRow> = tied.iter().collect();
    let ground = Ground::load(tx, shop, &orders).await?;
    let rows = rows_of(app, &ground, &orders, (generation, former));
    Ok(db::credits::replace_stretch(tx, shop, generation, stretch, &rows).await?)
}

/// Credits what shoppers ordered lately once more, because more became known of messages to them.
///
/// # Errors
/// `Db`.
pub async fn again_for(app: &App, tx: &mut Tx, shop: &Shop, contacts: &[ContactId], now: Timestamp) -> Result<(), AppError> {
    let ids: Vec<Uuid> = contacts.iter().map(|c| c.0).collect();
    let since = now.checked_sub(AGAIN_WITHIN).unwrap_or(Timestamp::UNIX_EPOCH);
    let orders = if ids.is_empty() { Vec::new() } else { db::orders::by_contacts(tx, shop.id, &ids, since).await? };
    let carts = credit_orders(app, tx, shop.id, &orders.iter().collect::<Vec<_>>(), now).await?;
    mark_recovered(tx, shop, &carts, now).await
}

/// An order that carries what only a nudge's message could tell shows that it arrived.
async fn settle_arrived(
    app: &App,
    tx: &mut Tx,
    (shop, now): (ShopId, Timestamp),
    (ground, order): (&Ground, &OrderRow),
) -> Result<(), AppError> {
    let Some(head) = &order.facts.head else { return Ok(()) };
    for tied in ground.tied(order, head).iter().filter(|t| t.candidate.unknown) {
        let evidence = match tied.proof(head) {
            Some(Evidence::Link) => send::CLICKED,
            Some(Evidence::Code) => ("ordered", "an order used its discount code, so it arrived"),
            Some(Evidence::Marker) => ("ordered", "an order carries its marker, so it arrived"),
            _ => continue,
        };
        send::has_arrived(app, tx, shop, (&[tied.candidate.nudge_id.0], now), evidence).await?;
    }
    Ok(())
}

/// What the codes took off an order that the messages tied to it carried: shoppers' own, and those that are the same for everybody.
fn taken_off(ground: &Ground, order: &OrderRow, head: &Head, tied: &[Tied<'_>]) -> i64 {
    let earned = || tied.iter().filter(|t| t.proof(head).is_some());
    let shared = earned().filter_map(|t| t.shared_code).map(str::to_ascii_uppercase);
    let own = earned().flat_map(|t| ground.named.iter().filter(|(_, nudge)| **nudge == t.candidate.nudge_id)).map(|(code, _)| code.clone());
    let ours: BTreeSet<String> = shared.chain(own).collect();
    order.facts.taken_off_by(|code| ours.contains(&code.to_ascii_uppercase()))
}

fn rows_of(app: &App, ground: &Ground, orders: &[&OrderRow], (generation, former): (i64, &Former)) -> Vec<CreditRow> {
    let mut rows = Vec::new();
    for order in orders {
        let (Some(head), Some(worth)) = (&order.facts.head, order.worth()) else { continue };
        let tied = ground.tied(order, head);
        let touches: Vec<Touch> = tied.iter().flat_map(|t| ground.touches(t, head, former)).collect();
        if touches.is_empty() {
            continue;
        }
        let is_earned = touches.iter().any(|t| t.evidence.is_attributed());
        let off_minor = if is_earned { taken_off(ground, order, head, &tied) } else { 0 };
        let inputs = serde_json::to_string(&counting(head.created_at, &touches)).unwrap_or_default();
        for model in Model::PER_ORDER {
            let shares = model.shares(head.created_at, &touches);
            let of = Of { generation, order, head, worth, off_minor, inputs: &inputs, made_at: app.now() };
            rows.extend(of.rows(&tied, model, &shares));
        }
    }
    rows
}

/// One order, for its rows.
struct Of<'a> {
    generation: i64,
    order: &'a OrderRow,
    head: &'a Head,
    worth: Worth,
    off_minor: i64,
    inputs: &'a str,
    made_at: Timestamp,
}

impl Of<'_> {
    fn rows(&self, tied: &[Tied<'_>], model: Model, shares: &[Share]) -> Vec<CreditRow> {
        let parts: Vec<u64> = shares.iter().map(|s| s.parts).collect();
        let gross = split_minor(self.worth.gross_minor, &parts);
        let net = split_minor(self.worth.net_minor, &parts);
        let off = split_minor(self.off_minor, &parts);
        let amounts = gross.into_iter().zip(net).zip(off);
        let row = |(share, ((gross_minor, net_minor), discount_minor)): (&Share, ((i64, i64), i64))| {
            let nudge = tied.iter().map(|t| t.candidate).find(|c| c.nudge_id == share.touch.nudge_id)?;
            Some(CreditRow {
                generation: self.generation,
                order_id: self.order.id,
                model,
                nudge_id: nudge.nudge_id,
                campaign_id: nudge.campaign_id,
                cart_id: nudge.cart_id,
                step: nudge.step,
                channel: nudge.channel,
                evidence: share.touch.evidence,
                window_ms: i64::try_from(share.touch.window.as_millis()).unwrap_or(i64::MAX),
                currency: self.head.total.currency,
                gross_minor,
                refunds_minor: gross_minor - net_minor,
                net_minor,
                discount_minor,
                ordered_at: self.head.created_at,
                made_at: self.made_at,
                rules_version: VERSION,
                inputs: self.inputs.to_owned(),
            })
        };
        shares.iter().zip(amounts).filter_map(row).collect()
    }
}

/// Marks carts as recovered whose nudges have credit, and takes it back from those that have none any more.
///
/// # Errors
/// `Db`.
pub async fn mark_recovered(tx: &mut Tx, shop: &Shop, carts: &BTreeSet<CartId>, now: Timestamp) -> Result<(), AppError> {
    if carts.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = carts.iter().map(|c| c.0).collect();
    for some in ids.chunks(CARTS_AT_ONCE) {
        let credited: BTreeSet<CartId> = db::credits::credited_carts(tx, shop.id, some).await?.into_iter().collect();
        let mut changed = db::carts::load(tx, shop.id, some).await?;
        changed.retain_mut(|cart| {
            let before = std::mem::replace(&mut cart.recovered, credited.contains(&cart.id));
            cart.state = cart.facts.state(now, SignedDuration::from_millis(shop.abandon_after_ms), cart.recovered);
            cart.recovered != before
        });
        db::carts::save(tx, shop.id, &changed.iter().collect::<Vec<_>>(), now).await?;
        outbound::recovered(tx, shop.id, &changed.iter().filter(|c| c.recovered).collect::<Vec<_>>(), now).await?;
    }
    Ok(())
}
