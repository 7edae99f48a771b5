//! What nudges and addresses are by all that was told of them: worked out anew from every receipt and reply, so that neither order nor repetition matters.

use crate::app::explain::{self, Decided};
use crate::app::{App, AppError, outbound, send};
use crate::db::receipts::{Known, Nudged};
use crate::db::{self, Tx};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{NudgeId, ShopId};
use crate::domain::nudge::NudgeState;
use crate::domain::receipt::{BOUNCED, Became, Ground, Standing, TOLD, Word, ground};
use jiff::Timestamp;

/// The rule by which a provider's later word settles a message, and why.
const TAKEN: (&str, &str) = (TOLD, "its provider told what became of it, so it had taken it");

/// Counts what was told of a nudge before it was known what became of its hand-over.
///
/// # Errors
/// `Db`.
pub async fn counted(app: &App, tx: &mut Tx, shop: ShopId, id: NudgeId, now: Timestamp) -> Result<(), AppError> {
    let Some(nudge) = db::receipts::nudges(tx, shop, &[id.0]).await?.pop() else { return Ok(()) };
    if let (Some(provider), Some(provider_id)) = (&nudge.provider, &nudge.provider_id) {
        db::receipts::adopt(tx, shop, (id, nudge.handed_to.as_deref()), (provider, provider_id)).await?;
    }
    if settle(app, tx, shop, &nudge, now).await?
        && let Some(address) = &nudge.handed_to
    {
        weigh(tx, shop, (nudge.channel, address), now).await?;
    }
    Ok(())
}

/// Makes a nudge what all its receipts say. Were there any?
///
/// # Errors
/// `Db`.
pub async fn settle(app: &App, tx: &mut Tx, shop: ShopId, nudge: &Nudged, now: Timestamp) -> Result<bool, AppError> {
    let mut standing = Standing::default();
    for (fate, word) in db::receipts::of_nudge(tx, shop, nudge.id, nudge.channel).await? {
        standing.join(fate, word);
    }
    let Some((fate, word)) = standing.most() else { return Ok(false) };
    let left = match nudge.state {
        NudgeState::Sent | NudgeState::Delivered | NudgeState::Failed => true,
        NudgeState::Unknown | NudgeState::Scheduled => was_taken(app, tx, shop, (nudge, &standing), now).await?,
        // On its way: counted as soon as its worker has recorded it. Cancelled: it stays so, and the receipt says what happened.
        NudgeState::Sending | NudgeState::Cancelled => false,
    };
    if !left {
        return Ok(true);
    }
    // Who opened its link, or ordered by it, has got it.
    let clicked = db::touches::is_clicked(tx, shop, nudge.id).await? || db::credits::of_nudge(tx, shop, nudge.id).await?;
    let state = match standing.became(clicked) {
        Became::Sent => NudgeState::Sent,
        Became::Delivered => NudgeState::Delivered,
        Became::Failed => NudgeState::Failed,
    };
    let known = Known { id: nudge.id, state, delivered_at: standing.delivered_at(), fate, word };
    if state == NudgeState::Failed && nudge.state != NudgeState::Failed {
        bounced(app, tx, shop, (nudge, &standing, known), now).await?;
    } else {
        db::receipts::set_known(tx, shop, &known).await?;
        if state == NudgeState::Delivered && nudge.state != NudgeState::Delivered {
            outbound::delivered(tx, shop, nudge.id, now).await?;
        }
    }
    Ok(true)
}

/// A receipt proves that the provider took the message: also where it was unknown, or was to be tried again. Has it left, then?
async fn was_taken(
    app: &App,
    tx: &mut Tx,
    shop: ShopId,
    (nudge, standing): (&Nudged, &Standing),
    now: Timestamp,
) -> Result<bool, AppError> {
    send::has_arrived(app, tx, shop, (&[nudge.id.0], now), TAKEN).await?;
    let is = db::receipts::nudges(tx, shop, &[nudge.id.0]).await?.pop().map(|n| n.state);
    if is == Some(NudgeState::Scheduled) && standing.arrived() && db::receipts::sent_after_all(tx, shop, nudge.id, TAKEN.0).await? {
        explain::record(app, tx, shop, now, decided(nudge, "sent", TAKEN.0, TAKEN.1.to_owned())).await?;
        return Ok(true);
    }
    Ok(is == Some(NudgeState::Sent))
}

/// It was taken, and did not arrive: it has failed, or another channel takes over what nobody can have got.
async fn bounced(
    app: &App,
    tx: &mut Tx,
    shop: ShopId,
    (nudge, standing, known): (&Nudged, &Standing, Known<'_>),
    now: Timestamp,
) -> Result<(), AppError> {
    let mut why = told(known.fate.words(), known.word);
    let takes_over = match nudge.fallback {
        Some(channel) if standing.was_lost() => {
            why = format!("{why}; it goes by {} instead", channel.as_str());
            db::receipts::take_over(tx, shop, nudge.id, now).await?
        }
        _ => false,
    };
    if !takes_over {
        db::receipts::set_known(tx, shop, &known).await?;
    }
    explain::record(app, tx, shop, now, decided(nudge, "bounced", BOUNCED, why)).await
}

fn told(words: &str, word: &Word) -> String {
    word.reason.as_ref().map_or_else(|| words.to_owned(), |reason| format!("{words} ({reason})"))
}

fn decided<'a>(nudge: &Nudged, outcome: &'static str, rule: &'a str, why: String) -> Decided<'a> {
    Decided { cart: nudge.cart, nudge: Some(nudge.id), outcome, rule, why, inputs: "{}".into() }
}

/// Forbids an address, or allows it again, by all that was told of it and said from it. Whether it is forbidden, and on which ground.
///
/// # Errors
/// `Db`.
pub async fn weigh(tx: &mut Tx, shop: ShopId, (channel, address): (ChannelKind, &str), now: Timestamp) -> Result<Option<Ground>, AppError> {
    let told = db::receipts::of_address(tx, shop, channel, address).await?;
    let said = db::replies::said(tx, shop, channel, address).await?;
    let ground = ground(channel.is_by_phone(), &told, &said);
    match ground {
        Some(ground) => {
            let ours = Ground::ALL.map(Ground::reason);
            db::receipts::suppress(tx, shop, (channel, address), (ground.reason(), &ours), now).await?;
        }
        // Only somebody's own word lifts: what is told never does, and what was told of an erased person is forgotten.
        None if said.is_empty() => {}
        None => {
            let lifted: Vec<&str> = Ground::ALL.into_iter().filter(|g| g.is_lifted_by_start()).map(Ground::reason).collect();
            db::receipts::lift(tx, shop, (channel, address), &lifted).await?;
        }
    }
    Ok(ground)
}
