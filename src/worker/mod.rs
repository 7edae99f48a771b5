//! Which job, how often. A job only wakes a use case: what is due is always a question to the database.

use crate::app::campaigns::moving;
use crate::app::{App, AppError, consents, digest, discounts, ingest, plan, restore, send, service, trials, watch as watching};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// Old carts are given up this often.
const GIVE_UP_EVERY: Duration = Duration::from_secs(300);
/// A sign of life is given this often: an older copy of the database is known by its older sign.
const BEAT_EVERY: Duration = Duration::from_secs(10);
/// No tick is shorter: looking costs a question to the database.
const TICK_MIN: Duration = Duration::from_millis(50);
/// Providers are asked this often what became of messages whose outcome is unknown: minutes matter, seconds don't.
const SETTLE_EVERY: Duration = Duration::from_secs(5);
/// Pools of discount codes are looked after this often: a message that waits for a code is looked at again every minute.
const KEEP_EVERY: Duration = Duration::from_secs(5);
/// Opt-outs that the platform is to be told of are looked for this often.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// Without a ring, deliveries are looked for this often: another replica may have stored them.
const APPLY_AT_LEAST_EVERY: Duration = Duration::from_secs(1);

/// Answers to who wrote back are looked for this often.
const SERVE_EVERY: Duration = Duration::from_secs(1);
/// Moves to a campaign's new version are looked for this often.
const MOVE_EVERY: Duration = Duration::from_secs(2);
/// Between two batches of a move others get their turn at the database.
const MOVE_PAUSE: Duration = Duration::from_millis(20);
/// Trials of campaigns on the past are looked for this often.
const TRY_EVERY: Duration = Duration::from_secs(2);

/// The watch looks this often: a canary goes on at each look.
const WATCH_EVERY: Duration = Duration::from_secs(5);
/// When the nightly check runs: half past three in the night, UTC (seconds, minutes, hours, day, month, weekday).
const NIGHTLY: &str = "0 30 3 * * *";
/// Figures by mail are looked for this often.
const DIGESTS_EVERY: Duration = Duration::from_secs(60);
/// Processes spread it over this long, so that they don't all ask at once.
const NIGHTLY_SPREAD: Duration = Duration::from_secs(600);

/// The running workers.
pub struct Workers {
    scheduler: JobScheduler,
    stop: watch::Sender<bool>,
    applying: JoinHandle<()>,
    planning: JoinHandle<()>,
    sending: JoinHandle<()>,
    settling: JoinHandle<()>,
    keeping: JoinHandle<()>,
    moving: JoinHandle<()>,
    trying: JoinHandle<()>,
    serving: JoinHandle<()>,
    telling: JoinHandle<()>,
}

/// Starts them.
///
/// # Errors
/// When the scheduler refuses a job.
pub async fn start(app: Arc<App>) -> Result<Workers, JobSchedulerError> {
    let (stop, stopped) = watch::channel(false);
    let scheduler = JobScheduler::new().await?;
    let for_old = Arc::clone(&app);
    scheduler
        .add(Job::new_repeated_async(GIVE_UP_EVERY, move |_, _| {
            let app = Arc::clone(&for_old);
            Box::pin(async move {
                report("giving up old carts", plan::give_up_old(&app).await.map(|_| ()));
                report("forgetting old counts", send::forget_old_counts(&app).await.map(|_| ()));
            })
        })?)
        .await?;
    let for_nightly = Arc::clone(&app);
    scheduler
        .add(Job::new_async(NIGHTLY, move |_, _| {
            let app = Arc::clone(&for_nightly);
            Box::pin(async move {
                tokio::time::sleep(spread(&app)).await;
                report("the nightly check", watching::nightly(&app).await.map(|_| ()));
            })
        })?)
        .await?;
    let for_digests = Arc::clone(&app);
    scheduler
        .add(Job::new_repeated_async(DIGESTS_EVERY, move |_, _| {
            let app = Arc::clone(&for_digests);
            Box::pin(async move { report("sending digests", digest::send_due(&app).await.map(|_| ())) })
        })?)
        .await?;
    let for_beat = Arc::clone(&app);
    scheduler
        .add(Job::new_repeated_async(BEAT_EVERY, move |_, _| {
            let app = Arc::clone(&for_beat);
            Box::pin(async move { report("giving a sign of life", restore::beat(&app).await) })
        })?)
        .await?;
    scheduler.start().await?;
    let planning = tokio::spawn(plan_forever(Arc::clone(&app), stopped.clone()));
    let sending = tokio::spawn(send_forever(Arc::clone(&app), stopped.clone()));
    let settling = tokio::spawn(settle_forever(Arc::clone(&app), stopped.clone()));
    let keeping = tokio::spawn(keep_forever(Arc::clone(&app), stopped.clone()));
    let moving = tokio::spawn(move_forever(Arc::clone(&app), stopped.clone()));
    let serving = tokio::spawn(serve_forever(Arc::clone(&app), stopped.clone()));
    let trying = tokio::spawn(try_forever(Arc::clone(&app), stopped.clone()));
    let telling = tokio::spawn(tell_forever(Arc::clone(&app), stopped.clone()));
    let applying = tokio::spawn(apply_forever(app, stopped));
    Ok(Workers { scheduler, stop, applying, planning, sending, settling, keeping, moving, trying, serving, telling })
}

/// A moment of this process's own within the spread.
fn spread(app: &App) -> Duration {
    let chance: [u8; 2] = crate::clock::bytes(app.random.as_ref());
    NIGHTLY_SPREAD.mul_f64(f64::from(u16::from_be_bytes(chance)) / f64::from(u16::MAX))
}

/// A running watch: in every process, whatever its role; one of them has the lease.
pub struct Watch {
    stop: watch::Sender<bool>,
    watching: JoinHandle<()>,
}

/// Starts it.
pub fn start_watch(app: Arc<App>) -> Watch {
    let (stop, stopped) = watch::channel(false);
    Watch { stop, watching: tokio::spawn(watch_forever(app, stopped)) }
}

async fn watch_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let watcher = watching::Watcher::new(&app);
    while !*stopped.borrow() {
        tokio::select! {
            () = tokio::time::sleep(WATCH_EVERY) => {}
            _ = stopped.changed() => break,
        }
        report("watching", watcher.look(&app).await.map(|_| ()));
    }
}

impl Watch {
    /// Stops it after the look that it is at.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        if self.watching.await.is_err() {
            tracing::warn!("the watch had failed");
        }
    }
}

/// Applies deliveries as soon as they are stored.
async fn apply_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        tokio::select! {
            () = app.stored.notified() => {}
            () = tokio::time::sleep(APPLY_AT_LEAST_EVERY) => {}
            _ = stopped.changed() => break,
        }
        while work("applying deliveries", ingest::apply_due(&app).await) && !*stopped.borrow() {}
    }
}

/// Plans at every tick. Its own interval, since the scheduler counts in whole seconds; a tick that comes while the last is at work is left out.
async fn plan_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(tick(&app));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    while !*stopped.borrow() {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => break,
        }
        // Each call is bounded, so that shops get their turns: as long as there is more, it goes on at once.
        while work("planning", plan::plan_due(&app).await) && !*stopped.borrow() {}
    }
}

/// Sends what is due. On its own, so that planning waits for no provider.
async fn send_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let every = tick(&app);
    let stop = async move {
        // Whoever held the other end is gone when this fails: time to stop as well.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    send::keep_sending(app, every, stop, |error| report("sending", Err(error))).await;
}

fn tick(app: &App) -> Duration {
    app.config.tick.0.unsigned_abs().max(TICK_MIN)
}

/// Sends what answers shoppers. On its own, so that reminders on their way keep nobody waiting who asked to stop.
async fn serve_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        while work("sending answers", service::send_due(&app).await) && !*stopped.borrow() {}
        tokio::select! {
            () = tokio::time::sleep(SERVE_EVERY) => {}
            _ = stopped.changed() => break,
        }
    }
}

/// Moves sequences to new versions of their campaigns. On its own, so that nothing that is due waits for it.
async fn move_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        while work("moving sequences to a new version", moving::move_due(&app).await) && !*stopped.borrow() {
            tokio::time::sleep(MOVE_PAUSE).await;
        }
        tokio::select! {
            () = tokio::time::sleep(MOVE_EVERY) => {}
            _ = stopped.changed() => break,
        }
    }
}

/// Tries campaigns on the past. Broken off at once on stopping: whoever starts next begins it anew.
async fn try_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let trying = async {
        loop {
            while work("trying a campaign on the past", trials::run_next(&app).await.map(usize::from)) {}
            tokio::time::sleep(TRY_EVERY).await;
        }
    };
    tokio::select! {
        () = trying => {}
        _ = stopped.changed() => {}
    }
}

/// Settles unknown outcomes. On its own, so that a provider that takes its time to answer keeps no message waiting; and given up at once on stopping, since
/// a question changes nothing and is asked again.
async fn settle_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(SETTLE_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let settling = async {
        loop {
            ticks.tick().await;
            while work("settling unknown outcomes", send::settle_unknown(&app).await) {}
        }
    };
    tokio::select! {
        () = settling => {}
        _ = stopped.changed() => {}
    }
}

/// Keeps pools of discount codes. On its own, so that a platform that takes its time keeps no message waiting; and given up at once on stopping, since what
/// was asked for is stored before, and the next turn finds out what became of it.
async fn keep_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(KEEP_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let keeping = async {
        loop {
            ticks.tick().await;
            report("looking after discount codes", discounts::keep(&app).await.map(|_| ()));
        }
    };
    tokio::select! {
        () = keeping => {}
        _ = stopped.changed() => {}
    }
}

/// Tells platforms of opt-outs. On its own, so that one that takes its time keeps nothing waiting; and given up at once on stopping, since telling it again
/// changes nothing.
async fn tell_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(TELL_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let telling = async {
        loop {
            ticks.tick().await;
            while work("telling platforms of opt-outs", consents::tell_due(&app).await) {}
        }
    };
    tokio::select! {
        () = telling => {}
        _ = stopped.changed() => {}
    }
}

/// Was something done, so that there may be more?
fn work(what: &str, done: Result<usize, AppError>) -> bool {
    let more = done.as_ref().is_ok_and(|count| *count > 0);
    report(what, done.map(|_| ()));
    more
}

fn report(what: &str, done: Result<(), AppError>) {
    if let Err(error) = done {
        metrics::counter!(crate::telemetry::WORKER_ERRORS).increment(1);
        tracing::error!(%error, "{what} failed; it is tried again at the next tick");
    }
}

impl Workers {
    /// Stops them: no new work is begun, and what is on its way is recorded first.
    pub async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the scheduler did not stop cleanly");
        }
        let _ = self.stop.send(true);
        for worker in
            [self.applying, self.planning, self.sending, self.settling, self.keeping, self.moving, self.trying, self.serving, self.telling]
        {
            if worker.await.is_err() {
                tracing::warn!("a worker had failed");
            }
        }
    }
}
