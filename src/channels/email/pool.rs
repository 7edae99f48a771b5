//! Sessions that are kept between mails, and how many talk to one server at once, whichever stores they are of.

use super::session::Session;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until, timeout};

/// Sessions with one server at once, kept ones included; Postfix lets a client have 50.
const HOST_SESSIONS_MAX: usize = 32;
/// Mails that one session carries before another takes its place: servers count, and a fresh name look-up finds those that have moved.
const MAILS_MAX: usize = 100;
/// Mails after which a session makes room for others who wait for the server.
const TURN: usize = 16;

/// Servers that are talked to, by name and port.
static HOSTS: Mutex<BTreeMap<(String, u16), Weak<Host>>> = Mutex::new(BTreeMap::new());
static OWNERS: AtomicU64 = AtomicU64::new(0);

/// A server, and those who talk to it.
struct Host {
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
    kept: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The one that has been idle for longest first.
    kept: Vec<Kept>,
    /// Somebody ends those that are idle for too long.
    is_watched: bool,
}

/// A session that waits for its next mail.
struct Kept {
    owner: u64,
    session: Session,
    until: Instant,
}

/// A place among those that talk to a server.
pub struct Slot(Option<OwnedSemaphorePermit>);

impl Slot {
    /// Passes the place on; none if that was done before.
    pub fn pass_on(&mut self) -> Option<Self> {
        self.0.take().map(|permit| Self(Some(permit)))
    }
}

/// What a mail may leave by.
pub enum Way {
    /// A session that has carried mails before.
    Kept(Session),
    /// A place for a new one.
    New(Slot),
}

/// One channel's sessions with its server.
pub struct Pool {
    host: Arc<Host>,
    owner: u64,
    turns: Semaphore,
    waiting: AtomicUsize,
    idle: Duration,
}

impl Pool {
    /// Of a channel that holds at most `sessions` at once, each for at most `idle` without a mail.
    pub fn new(host: &str, port: u16, sessions: usize, idle: Duration) -> Self {
        let owner = OWNERS.fetch_add(1, Ordering::Relaxed);
        Self { host: Host::of(host, port), owner, turns: Semaphore::new(sessions.max(1)), waiting: AtomicUsize::new(0), idle }
    }

    /// Waits for one of the channel's own turns. None if that takes too long.
    pub async fn turn(&self, limit: Duration) -> Option<SemaphorePermit<'_>> {
        let _waiting = Waiting::of(&self.waiting);
        timeout(limit, self.turns.acquire()).await.ok()?.ok()
    }

    /// A way to the server. None if all are taken for too long.
    pub async fn way(&self, limit: Duration) -> Option<Way> {
        if let Some(way) = self.way_now() {
            return Some(way);
        }
        let _waiting = Waiting::of(&self.host.waiting);
        // A session that was kept before it could be seen that somebody waits.
        if let Some(way) = self.way_now() {
            return Some(way);
        }
        let permit = timeout(limit, Arc::clone(&self.host.slots).acquire_owned()).await.ok()?.ok()?;
        Some(Way::New(Slot(Some(permit))))
    }

    fn way_now(&self) -> Option<Way> {
        let mut state = self.host.state();
        let now = Instant::now();
        let over: Vec<Kept> = state.kept.extract_if(.., |kept| kept.until <= now).collect();
        let own = state.kept.iter().rposition(|kept| kept.owner == self.owner).map(|at| state.kept.remove(at));
        let way = match own {
            Some(kept) => Some(Way::Kept(kept.session)),
            None => self.host.free_slot(&mut state).map(Way::New),
        };
        drop(state);
        over.into_iter().for_each(|kept| leave(kept.session));
        way
    }

    /// Keeps a session for the next mail, unless it has carried its share.
    pub fn keep(&self, session: Session) {
        let Some(carried) = session.carried() else { return };
        let mut state = self.host.state();
        let others_wait = self.host.waiting.load(Ordering::SeqCst) > 0;
        let makes_room = others_wait && (carried >= TURN || self.waiting.load(Ordering::SeqCst) == 0);
        if carried >= MAILS_MAX || makes_room {
            drop(state);
            return leave(session);
        }
        let until = Instant::now() + self.idle;
        state.kept.push(Kept { owner: self.owner, session, until });
        if !std::mem::replace(&mut state.is_watched, true) {
            drop(tokio::spawn(watch(Arc::downgrade(&self.host), until)));
        }
    }
}

impl Host {
    fn of(name: &str, port: u16) -> Arc<Self> {
        let mut hosts = HOSTS.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.retain(|_, host| host.strong_count() > 0);
        let key = (name.to_ascii_lowercase(), port);
        if let Some(host) = hosts.get(&key).and_then(Weak::upgrade) {
            return host;
        }
        let slots = Arc::new(Semaphore::new(HOST_SESSIONS_MAX));
        let host = Arc::new(Self { slots, waiting: AtomicUsize::new(0), kept: Mutex::default() });
        hosts.insert(key, Arc::downgrade(&host));
        host
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A free place, or that of the session that has been idle for longest.
    fn free_slot(&self, state: &mut State) -> Option<Slot> {
        if let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() {
            return Some(Slot(Some(permit)));
        }
        if state.kept.is_empty() {
            return None;
        }
        let mut session = state.kept.remove(0).session;
        let slot = session.give_up_slot();
        leave(session);
        slot
    }
}

/// Says goodbye, beside what goes on. Its place is free at once.
fn leave(mut session: Session) {
    drop(session.give_up_slot());
    drop(tokio::spawn(session.quit()));
}

/// Ends sessions that are idle for too long, as long as there are any.
async fn watch(host: Weak<Host>, mut next: Instant) {
    loop {
        sleep_until(next).await;
        let Some(host) = host.upgrade() else { return };
        let mut state = host.state();
        let now = Instant::now();
        let over: Vec<Kept> = state.kept.extract_if(.., |kept| kept.until <= now).collect();
        let earliest = state.kept.iter().map(|kept| kept.until).min();
        state.is_watched = earliest.is_some();
        drop(state);
        over.into_iter().for_each(|kept| leave(kept.session));
        match earliest {
            Some(earliest) => next = earliest,
            None => return,
        }
    }
}

/// Counts somebody as long as they wait, also when they give up.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
