//! Which job, how often. A job only wakes a use case: what is due is always a question to the database.

use crate::app::{App, AppError, ingest, plan, restore, send};
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
/// Without a ring, deliveries are looked for this often: another replica may have stored them.
const APPLY_AT_LEAST_EVERY: Duration = Duration::from_secs(1);

/// The running workers.
pub struct Workers {
    scheduler: JobScheduler,
    stop: watch::Sender<bool>,
    applying: JoinHandle<()>,
    sending: JoinHandle<()>,
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
            Box::pin(async move { report("giving up old carts", plan::give_up_old(&app).await.map(|_| ())) })
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
    let sending = tokio::spawn(send_forever(Arc::clone(&app), stopped.clone()));
    let applying = tokio::spawn(apply_forever(app, stopped));
    Ok(Workers { scheduler, stop, applying, sending })
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

/// Plans and sends at every tick. Its own interval, since the scheduler counts in whole seconds; a tick that comes while the last is at work is left out.
async fn send_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(app.config.tick.0.unsigned_abs().max(TICK_MIN));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    while !*stopped.borrow() {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => break,
        }
        // Each call is bounded, so that shops get their turns: as long as there is more, it goes on at once.
        while work("planning", plan::plan_due(&app).await) && !*stopped.borrow() {}
        while work("sending", send::send_due(&app).await) && !*stopped.borrow() {}
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
        for worker in [self.applying, self.sending] {
            if worker.await.is_err() {
                tracing::warn!("a worker had failed");
            }
        }
    }
}
