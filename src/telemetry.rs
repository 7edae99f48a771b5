//! Logs and metrics: set up once at start, and the list of what is counted.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::time::Instant;
use tracing_subscriber::EnvFilter;

/// Without `RUST_LOG`. The scheduler tells of each of its ticks.
const USUAL_FILTER: &str = "info,actix_server=warn,tokio_cron_scheduler=warn,sqlx=warn";
/// Seconds: from a health check to the longest wait for a provider.
const DURATION_BUCKETS_S: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0];
/// How many things went together.
const SIZE_BUCKETS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Deliveries taken in, repeats included.
pub const DELIVERIES_ACCEPTED: &str = "comeback_deliveries_accepted_total";
/// Deliveries refused: signature, shop, size.
pub const DELIVERIES_REFUSED: &str = "comeback_deliveries_refused_total";
/// Deliveries read and applied.
pub const DELIVERIES_APPLIED: &str = "comeback_deliveries_applied_total";
/// Deliveries that couldn't be read.
pub const DELIVERIES_SET_ASIDE: &str = "comeback_deliveries_set_aside_total";
/// Deliveries per commit.
pub const INTAKE_BATCH_SIZE: &str = "comeback_intake_batch_size";
/// Events of visits, by who told them and what became of them.
pub const EVENTS: &str = "comeback_events_total";
/// Decisions before a send, by rule.
pub const DECISIONS: &str = "comeback_decisions_total";
/// Messages handed to a provider, by channel and outcome.
pub const MESSAGES: &str = "comeback_messages_total";
/// How often a sender was held because its provider didn't take messages.
pub const SENDER_HOLDS: &str = "comeback_sender_holds_total";
/// Senders by which nothing leaves now.
pub const SENDERS_HELD: &str = "comeback_senders_held";
/// Stores asked for prices and stock, by outcome.
pub const STORE_QUESTIONS: &str = "comeback_store_questions_total";
/// Links opened, by people and by machines.
pub const CLICKS: &str = "comeback_clicks_total";
/// Calls of providers, by what became of them.
pub const CALLBACKS: &str = "comeback_callbacks_total";
/// What providers told of messages, by channel and fate.
pub const RECEIPTS: &str = "comeback_receipts_total";
/// What shoppers wrote back, by channel and meaning.
pub const REPLIES: &str = "comeback_replies_total";
/// Messages that are no reminders, by purpose and outcome.
pub const SERVICE_MESSAGES: &str = "comeback_service_messages_total";
/// Ticks of a worker that failed.
pub const WORKER_ERRORS: &str = "comeback_worker_errors_total";
/// How old the oldest delivery is that waits.
pub const WORKER_LAG: &str = "comeback_worker_lag_seconds";
/// Alarms that stand, by store and kind.
pub const ALARMS: &str = "comeback_alarms";
/// When a store's canary last came through.
pub const CANARY_LAST_SUCCESS: &str = "comeback_canary_last_success_timestamp_seconds";
/// How long it took.
pub const CANARY_DURATION: &str = "comeback_canary_duration_seconds";
/// How long requests took, by route and status.
pub const HTTP_DURATION: &str = "comeback_http_request_duration_seconds";

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Many values in buckets.
    Histogram(&'static [f64]),
}

/// Every metric: its name, kind and meaning.
pub const METRICS: [(&str, Kind, &str); 22] = [
    (DELIVERIES_ACCEPTED, Kind::Counter, "Webhook deliveries answered with 200, repeats included"),
    (DELIVERIES_REFUSED, Kind::Counter, "Webhook deliveries refused: signature, unknown store, too large"),
    (DELIVERIES_APPLIED, Kind::Counter, "Deliveries read and applied to carts, orders and contacts"),
    (DELIVERIES_SET_ASIDE, Kind::Counter, "Deliveries that could not be read, kept for a retry"),
    (INTAKE_BATCH_SIZE, Kind::Histogram(&SIZE_BUCKETS), "Deliveries that shared one commit"),
    (EVENTS, Kind::Counter, "Events of visits, by who told them (server, browser) and what became of them"),
    (DECISIONS, Kind::Counter, "Decisions on whether a nudge may leave, by the rule that decided"),
    (MESSAGES, Kind::Counter, "Messages handed to a provider, by channel and outcome"),
    (
        SENDER_HOLDS,
        Kind::Counter,
        "How often a sender was held because its provider did not take messages, by channel and whose sender it is",
    ),
    (SENDERS_HELD, Kind::Gauge, "Senders by which nothing leaves now: held by their provider, or their limit per day is used up"),
    (STORE_QUESTIONS, Kind::Counter, "Stores asked for prices and stock before messages leave, by outcome"),
    (CLICKS, Kind::Counter, "Links opened, by people and by machines"),
    (CALLBACKS, Kind::Counter, "Calls of e-mail and SMS providers, by provider and what became of them"),
    (RECEIPTS, Kind::Counter, "What providers told of messages after they took them, by channel and fate"),
    (REPLIES, Kind::Counter, "What shoppers wrote back, by channel and meaning"),
    (SERVICE_MESSAGES, Kind::Counter, "Confirmations, answers and questions that are no reminders, by purpose and outcome"),
    (WORKER_ERRORS, Kind::Counter, "Runs of a worker that failed and were left to the next tick"),
    (WORKER_LAG, Kind::Gauge, "Age of the oldest delivery that waits to be applied"),
    (ALARMS, Kind::Gauge, "Alarms that stand, by store and kind"),
    (CANARY_LAST_SUCCESS, Kind::Gauge, "When a store's canary last came through the whole way"),
    (CANARY_DURATION, Kind::Gauge, "How long a store's last canary that came through took"),
    (HTTP_DURATION, Kind::Histogram(&DURATION_BUCKETS_S), "Time to answer a request, by route and status"),
];

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Sets up logs to stderr, as text or JSON, and the recorder of metrics. `filter` is in `tracing`'s directives; one that can't be read is reported and left out.
/// A second call changes nothing.
pub fn init(log_json: bool, filter: Option<&str>) {
    let (filter, problem) = match filter.map(EnvFilter::try_new) {
        None => (EnvFilter::new(USUAL_FILTER), None),
        Some(Ok(filter)) => (filter, None),
        Some(Err(error)) => (EnvFilter::new(USUAL_FILTER), Some(error)),
    };
    let stderr = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let done = if log_json { stderr.json().try_init() } else { stderr.with_ansi(std::io::stderr().is_terminal()).try_init() };
    if let (Ok(()), Some(error)) = (done, problem) {
        tracing::warn!(%error, "RUST_LOG can't be read: the usual logs are kept");
    }
    record_metrics();
}

fn record_metrics() {
    let mut builder = PrometheusBuilder::new();
    for (metric, kind, _) in METRICS {
        if let Kind::Histogram(buckets) = kind {
            builder = match builder.set_buckets_for_metric(Matcher::Full(metric.to_owned()), buckets) {
                Ok(builder) => builder,
                Err(error) => return tracing::warn!(%error, "metrics are not recorded"),
            };
        }
    }
    // A second call finds a recorder in place, and leaves it.
    let Ok(handle) = builder.install_recorder() else { return };
    let _ = RECORDER.set(handle);
    for (metric, kind, meaning) in METRICS {
        match kind {
            Kind::Counter => metrics::describe_counter!(metric, meaning),
            Kind::Gauge => metrics::describe_gauge!(metric, meaning),
            Kind::Histogram(_) => metrics::describe_histogram!(metric, meaning),
        }
    }
}

/// Measures how long something takes, on the machine's own clock.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    #[allow(clippy::disallowed_methods)] // the one place that measures durations
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Records a request that has been answered, by the route's pattern and the status' class.
    pub fn answered(self, route: String, status: u16) {
        let class = match status {
            0..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        metrics::histogram!(HTTP_DURATION, "route" => route, "status" => class).record(self.0.elapsed().as_secs_f64());
    }
}

/// The metrics in Prometheus' format; empty before `init`.
pub fn render_metrics() -> String {
    RECORDER.get().map(PrometheusHandle::render).unwrap_or_default()
}

/// Puts what was measured into its buckets; to be called every few seconds, or measurements pile up until somebody asks for them.
pub fn tidy_metrics() {
    if let Some(recorder) = RECORDER.get() {
        recorder.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_shown_with_its_meaning() {
        init(false, Some("error"));
        init(true, None);
        metrics::counter!(WORKER_ERRORS).increment(3);
        metrics::histogram!(INTAKE_BATCH_SIZE).record(3.0);
        tidy_metrics();
        let text = render_metrics();
        for part in [
            "# TYPE comeback_worker_errors_total counter",
            "comeback_worker_errors_total 3",
            "comeback_intake_batch_size_bucket{le=\"4\"} 1",
        ] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }

    #[test]
    fn every_metric_is_ours_and_listed_once() {
        let mut names: Vec<&str> = METRICS.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), METRICS.len());
        assert!(names.iter().all(|n| n.starts_with("comeback_")));
    }
}
