//! Credit: which nudges could have earned an order, what the model gives them, and which carts are recovered by it.

use super::{App, AppError, send};
use crate::db::credits::CreditRow;
use crate::db::orders::OrderRow;
use crate::db::shops::Shop;
use crate::db::touches::{Candidate, Ties};
use crate::db::{self, DbError, Tx};
use crate::domain::attribution::{Evidence, Model, Share, Touch, VERSION, split_minor};
use crate::domain::campaign::CampaignSpec;
use crate::domain::ids::{CartId, NudgeId, ShopId};
use crate::domain::order::{Head, Worth};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// No campaign's window is longer than this.
const LONGEST_WINDOW: SignedDuration = SignedDuration::from_hours(24 * 60);
/// Orders are dated to the second: clicks within that second count.
const ORDER_GRAIN: SignedDuration = SignedDuration::from_secs(1);

/// Works out an order's credits anew and puts them in the place of the old. The carts that had or have credit.
///
/// # Errors
/// `Db`.
pub async fn credit_order(
    app: &App,
    tx: &mut Tx,
    shop: ShopId,
    (order, cart): (&OrderRow, Option<CartId>),
    now: Timestamp,
) -> Result<BTreeSet<CartId>, AppError> {
    let (Some(head), Some(worth)) = (&order.facts.head, order.worth()) else { return Ok(BTreeSet::new()) };
    let mut carts: BTreeSet<CartId> = db::credits::carts_of_order(tx, shop, order.id).await?.into_iter().collect();
    let named = db::discounts::nudges_of(tx, shop, &head.discount_codes).await?;
    let ties = Ties {
        // What staff or a machine ordered proves nothing by the person alone.
        contact: order.contact_id.filter(|_| !head.not_by_shopper),
        cart,
        marker: order.facts.marker.as_deref(),
        // Whoever used a shopper's own code had it from its message.
        named: named.iter().map(|(_, nudge)| nudge.0).collect(),
        clicked_before: head.created_at.checked_add(ORDER_GRAIN).unwrap_or(head.created_at),
        sent_since: head.created_at.checked_sub(LONGEST_WINDOW).unwrap_or(Timestamp::UNIX_EPOCH),
    };
    let candidates = if worth.gross_minor > 0 { db::touches::candidates(tx, shop, &ties).await? } else { Vec::new() };
    let touches: Result<Vec<Option<Touch>>, DbError> = candidates.iter().map(|c| touch(c, head, (ties.marker, &ties.named))).collect();
    let touches: Vec<Touch> = touches?.into_iter().flatten().collect();
    settle_arrived(app, tx, (shop, now), (&candidates, &touches)).await?;
    let off_minor = taken_off(order, &touches, &candidates, &named)?;
    for model in Model::ALL {
        let shares = model.shares(head.created_at, &touches);
        let credits = rows(app, order, (worth, off_minor), &candidates, (model, &shares));
        carts.extend(credits.iter().map(|c| c.cart_id));
        db::credits::replace(tx, shop, order.id, model, &credits).await?;
    }
    Ok(carts)
}

/// An order that carries what only a nudge's message could tell shows that it arrived.
async fn settle_arrived(
    app: &App,
    tx: &mut Tx,
    (shop, now): (ShopId, Timestamp),
    (candidates, touches): (&[Candidate], &[Touch]),
) -> Result<(), AppError> {
    for unknown in candidates.iter().filter(|c| c.unknown) {
        let Some(touch) = touches.iter().find(|t| t.nudge_id == unknown.nudge_id) else { continue };
        let evidence = match touch.evidence {
            Evidence::Link => send::CLICKED,
            Evidence::Code => ("ordered", "an order used its discount code, so it arrived"),
            Evidence::Marker => ("ordered", "an order carries its marker, so it arrived"),
        };
        send::has_arrived(app, tx, shop, (&[unknown.nudge_id.0], now), evidence).await?;
    }
    Ok(())
}

/// What the codes took off an order that the messages tied to it carried: shoppers' own, and those that are the same for everybody.
fn taken_off(order: &OrderRow, touches: &[Touch], candidates: &[Candidate], named: &[(String, NudgeId)]) -> Result<i64, DbError> {
    let mut ours: BTreeSet<String> = BTreeSet::new();
    for touch in touches {
        ours.extend(named.iter().filter(|(_, nudge)| *nudge == touch.nudge_id).map(|(code, _)| code.clone()));
        if let Some(candidate) = candidates.iter().find(|c| c.nudge_id == touch.nudge_id) {
            ours.extend(shared_code(candidate, &spec_of(candidate)?).map(str::to_ascii_uppercase));
        }
    }
    Ok(order.facts.taken_off_by(|code| ours.contains(&code.to_ascii_uppercase())))
}

fn spec_of(c: &Candidate) -> Result<CampaignSpec, DbError> {
    serde_json::from_str(&c.spec).map_err(|e| DbError::Corrupt(format!("a campaign version can't be read: {e}")))
}

/// The code for everybody that a nudge carried.
fn shared_code<'a>(c: &Candidate, spec: &'a CampaignSpec) -> Option<&'a str> {
    let step = usize::try_from(c.step).ok().and_then(|s| spec.steps.get(s));
    step.and_then(|s| s.code_for(c.variant.as_deref()))
}

/// The best evidence that ties a nudge to an order, if there is any.
fn touch(c: &Candidate, head: &Head, (marker, named): (Option<&str>, &[uuid::Uuid])) -> Result<Option<Touch>, DbError> {
    let spec = spec_of(c)?;
    let code = shared_code(c, &spec);
    let used =
        named.contains(&c.nudge_id.0) || code.is_some_and(|code| head.discount_codes.iter().any(|used| used.eq_ignore_ascii_case(code)));
    let (evidence, at) = match c.clicked_at {
        Some(at) => (Evidence::Link, at),
        None if used => (Evidence::Code, c.sent_at),
        None if marker == Some(c.short_code.as_str()) => (Evidence::Marker, c.sent_at),
        None => return Ok(None),
    };
    Ok(Some(Touch { nudge_id: c.nudge_id, campaign_id: c.campaign_id, at, evidence, window: spec.attribution.click_window.0 }))
}

fn rows(
    app: &App,
    order: &OrderRow,
    (worth, off_minor): (Worth, i64),
    candidates: &[Candidate],
    (model, shares): (Model, &[Share]),
) -> Vec<CreditRow> {
    let Some(head) = &order.facts.head else { return Vec::new() };
    let parts: Vec<u64> = shares.iter().map(|s| s.parts).collect();
    let gross = split_minor(worth.gross_minor, &parts);
    let net = split_minor(worth.net_minor, &parts);
    let off = split_minor(off_minor, &parts);
    let inputs = serde_json::to_string(&shares.iter().map(|s| &s.touch).collect::<Vec<_>>()).unwrap_or_default();
    let amounts = gross.into_iter().zip(net).zip(off);
    let credit = |(share, ((gross_minor, net_minor), discount_minor)): (&Share, ((i64, i64), i64))| {
        let nudge = candidates.iter().find(|c| c.nudge_id == share.touch.nudge_id)?;
        Some(CreditRow {
            order_id: order.id,
            model,
            nudge_id: nudge.nudge_id,
            campaign_id: nudge.campaign_id,
            cart_id: nudge.cart_id,
            step: nudge.step,
            channel: nudge.channel,
            evidence: share.touch.evidence.as_str().to_owned(),
            window_ms: i64::try_from(share.touch.window.as_millis()).unwrap_or(i64::MAX),
            currency: head.total.currency,
            gross_minor,
            refunds_minor: gross_minor - net_minor,
            net_minor,
            discount_minor,
            ordered_at: head.created_at,
            made_at: app.now(),
            rules_version: VERSION,
            inputs: inputs.clone(),
        })
    };
    shares.iter().zip(amounts).filter_map(credit).collect()
}

/// Marks carts as recovered whose nudges have credit, and takes it back from those that have none any more.
///
/// # Errors
/// `Db`.
pub async fn mark_recovered(tx: &mut Tx, shop: &Shop, carts: &BTreeSet<CartId>, now: Timestamp) -> Result<(), AppError> {
    if carts.is_empty() {
        return Ok(());
    }
    let ids: Vec<uuid::Uuid> = carts.iter().map(|c| c.0).collect();
    let credited = db::credits::credited_carts(tx, shop.id, &ids).await?;
    for mut cart in db::carts::load(tx, shop.id, &ids).await? {
        let recovered = credited.contains(&cart.id);
        if cart.recovered != recovered {
            cart.recovered = recovered;
            cart.state = cart.facts.state(now, SignedDuration::from_millis(shop.abandon_after_ms), recovered);
            db::carts::save(tx, shop.id, &[&cart], now).await?;
        }
    }
    Ok(())
}
