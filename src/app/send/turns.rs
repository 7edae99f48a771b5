//! Whose turn it is: stores are served side by side, each with one small claim at a time, so that neither a store with a million messages nor a provider that takes
//! its time keeps others waiting.

use super::claim::{Claimed, Most, claim};
use super::gates::Contenders;
use super::{flow, fresh, hand_over, settle};
use crate::app::{App, AppError, ingest};
use crate::db::flow::{self as rows, Due, PROGRAM, Way};
use crate::db::nudges::Lease;
use crate::db::{self, DbError};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// At most this many messages of one channel are taken by one claim: so many that a transaction is shared by many, and so few that none waits for long with its
/// lease running.
const BATCH_MAX: i64 = 128;
/// Stores that are served side by side.
const SHOPS_MAX: usize = 16;
/// At most this many turns of one store in one call.
const TURNS_MAX: usize = 8;
/// A store whose deliveries come faster than they are applied has to wait for its next turn.
const APPLY_MAX: usize = 8;

/// What came of a turn.
struct Turn {
    looked_at: usize,
    /// The store may have more.
    more: bool,
}

/// A store that waits for its turn.
struct Waiting {
    shop: ShopId,
    /// What it wants to send by, and whether it may have a sender of its own there.
    by: Vec<(ChannelKind, bool)>,
    /// Turns that it had since it was last found to have something due.
    turns: usize,
}

/// Stores in the order in which they are served.
#[derive(Default)]
struct Turns {
    queue: VecDeque<Waiting>,
    among: Contenders,
}

impl Turns {
    /// Puts stores at the end, whoever waits the longest first; those that wait or are served already keep their places.
    fn join(&mut self, app: &App, due: Vec<Due>, served: &HashSet<ShopId>) {
        let mut found: BTreeMap<ShopId, Vec<(ChannelKind, bool)>> = BTreeMap::new();
        for one in due {
            found.entry(one.shop).or_default().push((one.channel, one.chose));
        }
        self.among = Contenders(ChannelKind::ALL.map(|kind| found.values().filter(|by| by.contains(&(kind, false))).count()));
        let queued: HashSet<ShopId> = self.queue.iter().map(|w| w.shop).collect();
        let fresh = found.into_iter().filter(|(shop, _)| !queued.contains(shop) && !served.contains(shop));
        let mut fresh: Vec<Waiting> = fresh.map(|(shop, by)| Waiting { shop, by, turns: 0 }).collect();
        fresh.sort_by_cached_key(|w| (app.flow.last_turn(w.shop), w.shop));
        self.queue.extend(fresh);
    }

    /// The next for whom there is anything to take: a sender whose rate is used up is not asked in vain for every store.
    fn next(&mut self, app: &App) -> Option<Waiting> {
        let now = app.now();
        while let Some(waiting) = self.queue.pop_front() {
            if waiting.by.iter().any(|(kind, chose)| *chose || !app.flow.is_empty((PROGRAM, *kind), now)) {
                app.flow.has_turn(waiting.shop);
                return Some(waiting);
            }
        }
        None
    }

    /// Back to the end of the queue, if there may be more.
    fn again(&mut self, waiting: Waiting, turn: &Turn, most: usize) {
        let turns = waiting.turns + 1;
        if turn.more && turns < most {
            self.queue.push_back(Waiting { turns, ..waiting });
        }
    }
}

/// What is due and may leave: by shop and channel, without those whose sender is held.
async fn due(app: &App) -> Result<Vec<Due>, AppError> {
    let now = app.now();
    let mut due = rows::due(&app.db, now).await?;
    if due.is_empty() {
        return Ok(due);
    }
    let shut = rows::shut(&app.db, now).await?;
    if shut.is_empty() {
        return Ok(due);
    }
    let mut open = Vec::new();
    for one in due.drain(..) {
        if !is_shut(app, &one, &shut).await? {
            open.push(one);
        }
    }
    Ok(open)
}

/// Is what a shop would send by held? A shop without providers of its own is not even read for that.
async fn is_shut(app: &App, due: &Due, shut: &[Way]) -> Result<bool, DbError> {
    let of = |shop: ShopId| shut.iter().find(|w| (w.shop_id, w.channel) == (shop, due.channel));
    let (own, program) = (of(due.shop), of(PROGRAM));
    if own.is_none() && program.is_none() {
        return Ok(false);
    }
    let now = app.now();
    let full = |way: Option<&Way>| way.is_some_and(|w| w.full.as_ref().is_some_and(|f| f.until > now));
    let (channel, row) = if due.chose {
        let Some(shop) = db::shops::get(&app.db, due.shop).await? else { return Ok(false) };
        let Some((channel, Some(sender))) = app.sender_for(&shop, due.channel) else { return Ok(false) };
        (channel, sender.row_of(due.shop))
    } else {
        let Some(channel) = app.channel(due.channel) else { return Ok(false) };
        (Arc::clone(channel), PROGRAM)
    };
    let way = if row == PROGRAM { program } else { own };
    let held = way.is_some_and(|w| flow::is_shut(&flow::current(w, (channel.name(), channel.account())), now));
    Ok(held || full(way) || full(own))
}

/// One claim of one shop, to its end.
async fn turn(app: &App, shop: ShopId, among: Contenders) -> Result<Turn, AppError> {
    let shop = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let lease = Lease { by: app.new_id().to_string(), until: app.now() + app.config.lease.0 };
    let most = Most { each: BATCH_MAX, among };
    let mut claimed = claim(app, &shop, &lease, most).await?;
    for _ in 0..APPLY_MAX {
        // A delivery that may end a cart waits: it is applied before anything may leave.
        if !matches!(claimed, Claimed::ApplyFirst) {
            break;
        }
        ingest::apply_shop(app, shop.id).await?;
        claimed = claim(app, &shop, &lease, most).await?;
    }
    let Claimed::Batch { looked_at, ready, more } = claimed else { return Ok(Turn { looked_at: 0, more: false }) };
    hand_over(app, &shop, &lease, ready).await?;
    Ok(Turn { looked_at, more })
}

/// One claim of one shop, to its end. How many nudges were looked at.
///
/// # Errors
/// `Db`.
pub async fn send_shop(app: &App, shop: ShopId) -> Result<usize, AppError> {
    Ok(turn(app, shop, Contenders::ALONE).await?.looked_at)
}

/// Sends what is due now, in turns. How many nudges were looked at.
///
/// # Errors
/// `Db`: the first of them, once all other stores had their turns.
pub async fn send_due(app: &App) -> Result<usize, AppError> {
    settle::mark_lost(app).await?;
    fresh::refresh(app).await;
    let mut turns = Turns::default();
    turns.join(app, due(app).await?, &HashSet::new());
    let mut served = FuturesUnordered::new();
    let (mut looked_at, mut failed) = (0, None);
    loop {
        while served.len() < SHOPS_MAX
            && let Some(waiting) = turns.next(app)
        {
            let among = turns.among;
            served.push(turn(app, waiting.shop, among).map(|turn| (waiting, turn)));
        }
        let Some((waiting, turn)) = served.next().await else { break };
        match turn {
            Ok(turn) => {
                looked_at += turn.looked_at;
                turns.again(waiting, &turn, TURNS_MAX);
            }
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(looked_at), Err)
}

/// What happens while it is sent.
enum Happened {
    /// A store had its turn.
    Served(Waiting, Result<Turn, AppError>),
    /// It was looked what is due.
    Looked(Result<Vec<Due>, AppError>),
}

/// Looks what is due after a while: what is held up at a slow provider holds up nobody else.
async fn look(app: &App, after: Duration) -> Result<Vec<Due>, AppError> {
    app.clock.sleep(after).await;
    settle::mark_lost(app).await?;
    fresh::refresh(app).await;
    due(app).await
}

/// Sends what is due until it is told to stop, looking every so often; what is on its way then is seen to its end. Turns are tasks of their own, so that they
/// share all processors. `report` is told of what failed, which is tried again after the next look.
pub async fn keep_sending(app: Arc<App>, every: Duration, stopped: impl Future<Output = ()>, report: impl Fn(AppError)) {
    let mut turns = Turns::default();
    let mut happens: FuturesUnordered<BoxFuture<'static, Happened>> = FuturesUnordered::new();
    let looking = |after| {
        let app = Arc::clone(&app);
        async move { Happened::Looked(look(&app, after).await) }.boxed()
    };
    happens.push(looking(Duration::ZERO));
    let mut served: HashSet<ShopId> = HashSet::new();
    let (mut stopped, mut stopping) = (std::pin::pin!(stopped.fuse()), false);
    loop {
        while !stopping
            && served.len() < SHOPS_MAX
            && let Some(waiting) = turns.next(&app)
        {
            served.insert(waiting.shop);
            happens.push(serve(&app, waiting, turns.among));
        }
        if stopping && served.is_empty() {
            return;
        }
        let happened = tokio::select! {
            () = &mut stopped, if !stopping => {
                stopping = true;
                continue;
            }
            happened = happens.next() => happened,
        };
        match happened {
            Some(Happened::Served(waiting, turn)) => {
                served.remove(&waiting.shop);
                match turn {
                    Ok(turn) => turns.again(waiting, &turn, usize::MAX),
                    Err(error) => report(error),
                }
            }
            Some(Happened::Looked(due)) => {
                match due {
                    Ok(due) => turns.join(&app, due, &served),
                    Err(error) => report(error),
                }
                happens.push(looking(every));
            }
            None => return,
        }
    }
}

/// One turn in a task of its own.
fn serve(app: &Arc<App>, waiting: Waiting, among: Contenders) -> BoxFuture<'static, Happened> {
    let (app, shop) = (Arc::clone(app), waiting.shop);
    let task = tokio::spawn(async move { turn(&app, shop, among).await });
    async move {
        let turn = task.await.unwrap_or_else(|_| {
            Err(AppError::Conflict("sending for a store broke off; its messages are unknown when their lease is over".into()))
        });
        Happened::Served(waiting, turn)
    }
    .boxed()
}
