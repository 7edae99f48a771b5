//! Which job, how often. A job only wakes a use case: what is due is always a question to the database.

use crate::app::campaigns::moving;
use crate::app::{
    App, AppError, consents, digest, discounts, files, ingest, journeys, lift, money, outbound, plan, recompute, reconcile, restore,
    retention, rollups, send, service, trials, watch as watching,
};
use std::future::Future;
use std::pin::Pin;
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

/// Between two portions of background work others get their turn at the database.
const PAUSE: Duration = Duration::from_millis(20);

/// One portion of background work: how much was done, 0 when nothing is left.
type Portion = fn(Arc<App>) -> Pin<Box<dyn Future<Output = Result<usize, AppError>> + Send>>;

/// Work that nothing that is due waits for: what, how often it is looked for, and how a portion of it is done. Each goes on by itself, and is broken off between two
/// portions on stopping.
const BACKGROUND: [(&str, Duration, Portion); 8] = [
    ("moving sequences to a new version", Duration::from_secs(2), |app| Box::pin(async move { moving::move_due(&app).await })),
    ("working credits out anew", Duration::from_secs(2), |app| Box::pin(async move { recompute::work_due(&app).await })),
    ("working out orders anew", Duration::from_secs(2), |app| Box::pin(async move { money::recount_due(&app).await })),
    ("keeping journeys", Duration::from_secs(5), |app| Box::pin(async move { journeys::keep_due(&app).await })),
    ("counting for the reports", Duration::from_secs(1), |app| Box::pin(async move { rollups::count_due(&app).await })),
    ("counting outcomes", Duration::from_secs(2), |app| Box::pin(async move { lift::count::count_due(&app).await })),
    ("telling stores' own programs", Duration::from_secs(1), |app| Box::pin(async move { outbound::send::send_due(&app).await })),
    ("letting go of what was kept long enough", Duration::from_secs(30), |app| Box::pin(async move { retention::work_due(&app).await })),
];
/// Files to be made or taken in are looked for this often.
const FILES_EVERY: Duration = Duration::from_secs(1);
/// Comparisons with a platform's books are looked for this often.
const COMPARE_EVERY: Duration = Duration::from_secs(2);

/// The running workers.
pub struct Workers {
    scheduler: JobScheduler,
    stop: watch::Sender<bool>,
    loops: Vec<JoinHandle<()>>,
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
                report("forgetting what programs were told", outbound::send::forget_old(&app).await.map(|_| ()));
                report("deleting files that expired", files::jobs::forget_old(&app).await.map(|_| ()));
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
                report("asking for the nightly comparison with the books", reconcile::ask_nightly(&app).await.map(|_| ()));
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
    let mut loops = vec![
        tokio::spawn(apply_forever(Arc::clone(&app), stopped.clone())),
        tokio::spawn(plan_forever(Arc::clone(&app), stopped.clone())),
        tokio::spawn(send_forever(Arc::clone(&app), stopped.clone())),
        tokio::spawn(settle_forever(Arc::clone(&app), stopped.clone())),
        tokio::spawn(keep_forever(Arc::clone(&app), stopped.clone())),
        tokio::spawn(serve_forever(Arc::clone(&app), stopped.clone())),
        tokio::spawn(try_forever(Arc::clone(&app), stopped.clone())),
        tokio::spawn(compare_forever(Arc::clone(&app), stopped.clone())),
        tokio::spawn(files_forever(Arc::clone(&app), stopped.clone())),
        tokio::spawn(tell_forever(Arc::clone(&app), stopped.clone())),
    ];
    loops.extend(BACKGROUND.map(|job| tokio::spawn(work_forever(Arc::clone(&app), job, stopped.clone()))));
    Ok(Workers { scheduler, stop, loops })
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

async fn work_forever(app: Arc<App>, (what, every, portion): (&'static str, Duration, Portion), mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        while work(what, portion(Arc::clone(&app)).await) && !*stopped.borrow() {
            tokio::time::sleep(PAUSE).await;
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = stopped.changed() => break,
        }
    }
}

/// Compares orders with platforms' books. Broken off at once on stopping: whoever starts next begins it anew.
async fn compare_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let comparing = async {
        loop {
            while work("comparing orders with the books", reconcile::run_next(&app).await.map(usize::from)) {}
            tokio::time::sleep(COMPARE_EVERY).await;
        }
    };
    tokio::select! {
        () = comparing => {}
        _ = stopped.changed() => {}
    }
}

/// Makes files and takes them in. Broken off at once on stopping: whoever starts next goes on with it once the lease is over.
async fn files_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let working = async {
        loop {
            while work("working on files", files::work::run_next(&app).await.map(usize::from)) {}
            tokio::time::sleep(FILES_EVERY).await;
        }
    };
    tokio::select! {
        () = working => {}
        _ = stopped.changed() => {}
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
        for worker in self.loops {
            if worker.await.is_err() {
                tracing::warn!("a worker had failed");
            }
        }
    }
}
