//! Simulated time, each process's own idea of it, and the places where a call of the program waits for time to pass.

use comeback::clock::Clock;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Milliseconds since 1970, or a number of them.
pub type Ms = i64;
pub const SECOND: Ms = 1000;
pub const MINUTE: Ms = 60 * SECOND;
pub const HOUR: Ms = 60 * MINUTE;
pub const DAY: Ms = 24 * HOUR;

pub fn stamp(at: Ms) -> Timestamp {
    Timestamp::from_millisecond(at).expect("a time in this century")
}

/// What all processes of a simulation share: the true time, and who waits for it.
#[derive(Default)]
pub struct Times {
    now: AtomicI64,
    waits: Mutex<Waits>,
}

#[derive(Default)]
struct Waits {
    /// The call that is being polled.
    call: u64,
    /// How long its next hand-over is held up.
    hold: Option<Ms>,
    /// Set by whoever begins to wait: until when.
    parked: Option<Ms>,
    opened: BTreeSet<u64>,
    wakers: Vec<(u64, Waker)>,
}

impl Times {
    pub fn now(&self) -> Ms {
        self.now.load(Ordering::Relaxed)
    }

    pub fn set(&self, to: Ms) {
        self.now.store(to, Ordering::Relaxed);
    }

    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().expect("nobody panics while waiting")
    }

    /// From here on a call is polled; its next hand-over is held up for `hold`.
    pub fn enter(&self, call: u64, hold: Option<Ms>) {
        let mut waits = self.waits();
        (waits.call, waits.hold, waits.parked) = (call, hold, None);
    }

    /// Did the call that is polled begin to wait? Until when.
    pub fn parked(&self) -> Option<Ms> {
        let mut waits = self.waits();
        let parked = waits.parked.take();
        if parked.is_some() {
            waits.hold = None;
        }
        parked
    }

    /// Lets a call go on.
    pub fn open(&self, call: u64) {
        let mut waits = self.waits();
        waits.opened.insert(call);
        let (mine, others): (Vec<_>, Vec<_>) = std::mem::take(&mut waits.wakers).into_iter().partition(|(of, _)| *of == call);
        waits.wakers = others;
        drop(waits);
        mine.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// How long the hand-over that begins now is held up.
    pub fn hold(&self) -> Option<Ms> {
        self.waits().hold
    }

    /// Holds up the call that is polled, if it is to be.
    pub fn gate(self: &Arc<Self>) -> Gate {
        Gate { times: Arc::clone(self), call: None }
    }
}

/// Where messages wait for their provider: all of one call together.
pub struct Gate {
    times: Arc<Times>,
    call: Option<u64>,
}

impl Future for Gate {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let times = Arc::clone(&self.times);
        let now = times.now();
        let mut waits = times.waits();
        match (self.call, waits.hold) {
            (Some(call), _) if waits.opened.contains(&call) => return Poll::Ready(()),
            (None, None) => return Poll::Ready(()),
            (None, Some(hold)) => {
                let call = waits.call;
                self.call = Some(call);
                waits.parked = Some(now + hold);
                waits.opened.remove(&call);
            }
            (Some(_), _) => {}
        }
        let call = waits.call;
        waits.wakers.push((call, context.waker().clone()));
        Poll::Pending
    }
}

/// What one process takes for the time.
pub struct SimClock {
    times: Arc<Times>,
    /// How far it is ahead.
    pub skew: AtomicI64,
}

impl SimClock {
    pub fn new(times: &Arc<Times>, skew: Ms) -> Arc<Self> {
        Arc::new(Self { times: Arc::clone(times), skew: AtomicI64::new(skew) })
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        stamp(self.times.now() + self.skew.load(Ordering::Relaxed))
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let times = Arc::clone(&self.times);
        let until = times.now() + Ms::try_from(time.as_millis()).expect("a short sleep");
        Box::pin(std::future::poll_fn(move |_| {
            if times.now() >= until {
                return Poll::Ready(());
            }
            times.waits().parked = Some(until);
            Poll::Pending
        }))
    }
}
