//! Which job, how often. A job only wakes a use case: what is due is always a question to the database.

use crate::app::{App, AppError, ingest, plan, send};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// Old carts are given up this often.
const GIVE_UP_EVERY: Duration = Duration::from_secs(300);
/// Without a ring, deliveries are looked for this often: another replica may have stored them.
const APPLY_AT_LEAST_EVERY: Duration = Duration::from_secs(1);

/// The running workers.
pub struct Workers {
    scheduler: JobScheduler,
    stop: watch::Sender<bool>,
    applying: JoinHandle<()>,
    running: Arc<tokio::sync::Mutex<()>>,
}

/// Starts them.
///
/// # Errors
/// When the scheduler refuses a job.
pub async fn start(app: Arc<App>) -> Result<Workers, JobSchedulerError> {
    let (stop, stopped) = watch::channel(false);
    let running = Arc::new(tokio::sync::Mutex::new(()));
    let scheduler = JobScheduler::new().await?;
    let tick = app.config.tick.0.unsigned_abs().max(Duration::from_millis(50));
    let (for_tick, guard) = (Arc::clone(&app), Arc::clone(&running));
    scheduler
        .add(Job::new_repeated_async(tick, move |_, _| {
            let (app, guard) = (Arc::clone(&for_tick), Arc::clone(&guard));
            Box::pin(async move {
                // A tick that finds the last one still at work leaves it the field.
                if let Ok(_held) = guard.try_lock() {
                    report("planning", plan::plan_due(&app).await.map(|_| ()));
                    report("sending", send::send_due(&app).await.map(|_| ()));
                }
            })
        })?)
        .await?;
    let for_old = Arc::clone(&app);
    scheduler
        .add(Job::new_repeated_async(GIVE_UP_EVERY, move |_, _| {
            let app = Arc::clone(&for_old);
            Box::pin(async move { report("giving up old carts", plan::give_up_old(&app).await.map(|_| ())) })
        })?)
        .await?;
    scheduler.start().await?;
    let applying = tokio::spawn(apply_forever(app, stopped));
    Ok(Workers { scheduler, stop, applying, running })
}

/// Applies deliveries as soon as they are stored.
async fn apply_forever(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        tokio::select! {
            () = app.stored.notified() => {}
            () = tokio::time::sleep(APPLY_AT_LEAST_EVERY) => {}
            _ = stopped.changed() => break,
        }
        report("applying deliveries", ingest::apply_due(&app).await.map(|_| ()));
    }
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
        if self.applying.await.is_err() {
            tracing::warn!("the worker that applies deliveries had failed");
        }
        let _last = self.running.lock().await;
    }
}
