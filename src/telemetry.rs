//! Logs and metrics.

/// The metrics in Prometheus' format.
pub fn render_metrics() -> String {
    String::new()
}
