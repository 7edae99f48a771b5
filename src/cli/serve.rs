//! `comeback serve`: the HTTP server and the workers, until told to stop.

use super::{CliError, out, start};
use crate::app::{App, first_run, restore};
use crate::config::Config;
use crate::{db, telemetry, web, worker};
use clap::{Args, ValueEnum};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How often measurements are put into their buckets, and the lag is looked at.
const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// How to serve.
#[derive(Debug, Default, Args)]
pub struct Serve {
    /// Where to listen, in place of server.bind
    #[arg(long, value_name = "ADDR")]
    bind: Option<SocketAddr>,
    /// What this process does
    #[arg(long, value_enum, default_value_t)]
    role: Role,
    /// Bring the database up to date first (SQLite's is always)
    #[arg(long)]
    migrate: bool,
}

/// What a process does; replicas may share the work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Everything
    #[default]
    All,
    /// Answer requests
    Web,
    /// Apply deliveries, plan and send; its address answers health checks and metrics
    Worker,
}

/// Serves until SIGTERM or SIGINT; then what runs ends, and what is on its way is recorded.
///
/// # Errors
/// When it can't start.
pub async fn run(config: Config, serve: Serve) -> Result<(), CliError> {
    let schema = if serve.migrate { start::Schema::Migrate } else { start::Schema::Usual };
    let listener = listen(serve.bind.unwrap_or(config.bind))?;
    let app = Arc::new(start::app(config, schema).await?);
    // Before anything can be sent: is this the database that was in use last? Doors alone send nothing.
    if serve.role != Role::Web {
        restore::at_start(&app).await?;
    }
    let running = Running::start(&app, listener, serve.role, web::routes).await?;
    if serve.role != Role::Worker
        && let Some(link) = first_run::link(&app).await?
    {
        // On stdout alone, never in the log: whoever has it becomes the owner.
        out::line(&format!(
            "Nobody can sign in yet. Make the first owner's account here; the link works until there is one:\n\n  {link}\n"
        ));
    }
    tracing::info!(public_url = app.config.public_url, engine = app.db.engine(), "serving");
    signalled().await?;
    running.stop().await;
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Takes an address to listen on.
///
/// # Errors
/// When it is taken or not ours, with what to do.
pub fn listen(bind: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(bind)
        .map_err(|e| CliError::Failed(format!("can't listen on {bind}: {e}; choose another address with --bind or COMEBACK_SERVER__BIND")))
}

/// A server and its workers.
pub struct Running {
    app: Arc<App>,
    server: Option<actix_web::dev::ServerHandle>,
    workers: Option<worker::Workers>,
    watch: worker::Watch,
    measuring: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Starts what the role asks for.
    ///
    /// # Errors
    /// When the server or the workers can't start.
    pub async fn start<F>(app: &Arc<App>, listener: TcpListener, role: Role, routes: F) -> Result<Self, CliError>
    where
        F: Fn(&mut actix_web::web::ServiceConfig) + Clone + Send + 'static,
    {
        let problem = |what: &str, e: &dyn std::fmt::Display| CliError::Failed(format!("the {what} can't start: {e}"));
        let server = match role {
            Role::All | Role::Web => web::serve_with(Arc::clone(app), listener, routes),
            // A worker has no doors but those for its operator.
            Role::Worker => web::serve_with(Arc::clone(app), listener, web::health_routes),
        };
        let server = server.map_err(|e| problem("server", &e))?;
        let handle = server.handle();
        tokio::spawn(server);
        let workers = match role {
            Role::Web => None,
            Role::All | Role::Worker => Some(worker::start(Arc::clone(app)).await.map_err(|e| problem("workers", &e))?),
        };
        let watch = worker::start_watch(Arc::clone(app));
        Ok(Self { app: Arc::clone(app), server: Some(handle), workers, watch, measuring: tokio::spawn(measure(Arc::clone(app))) })
    }

    /// Stops: no new work, and what is on its way is recorded; then no new requests, and those that run end.
    pub async fn stop(self) {
        // In this order: a connection to the database that a request opened lives on the server's threads, and may be what a worker records with.
        self.app.live.close();
        self.watch.stop().await;
        if let Some(workers) = self.workers {
            workers.stop().await;
        }
        if let Some(server) = self.server {
            server.stop(true).await;
        }
        self.measuring.abort();
    }
}

async fn measure(app: Arc<App>) {
    loop {
        telemetry::tidy_metrics();
        // A database that can't be asked is seen elsewhere.
        if let Ok(oldest) = db::deliveries::oldest_pending(&app.db).await {
            let lag = oldest.map_or(0.0, |oldest| app.now().duration_since(oldest).as_secs_f64());
            metrics::gauge!(telemetry::WORKER_LAG).set(lag);
        }
        tokio::time::sleep(MEASURE_EVERY).await;
    }
}

/// Waits for SIGTERM or SIGINT.
///
/// # Errors
/// When the system doesn't let us.
pub async fn signalled() -> Result<(), CliError> {
    let problem = |e| CliError::Failed(format!("signals can't be received: {e}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(problem)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(problem)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
