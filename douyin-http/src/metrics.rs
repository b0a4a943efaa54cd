//! What is counted, in the text format that Prometheus reads.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The format of the answer, by the `OpenMetrics` specification 1.0.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds: a feed page takes about a millisecond, an upload with its cover may take many seconds.
const BUCKETS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

/// The counters of one process. Clones are the same counters.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Answered, Histogram, fn() -> Histogram>,
    connections: Gauge,
}

/// Neither label is a client's to choose, so that nobody can make the counters grow.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Counters that stand at zero.
    #[must_use]
    pub fn new() -> Self {
        let requests: Family<Answered, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let connections = Gauge::default();
        let mut registry = Registry::with_prefix("douyin");
        registry.register(
            "http_request_seconds",
            "Time from a request's head to its answer's, by route and HTTP status",
            Family::clone(&requests),
        );
        registry.register(
            "http_connections",
            "Open connections",
            Gauge::clone(&connections),
        );
        Self {
            registry: Arc::new(registry),
            requests,
            connections,
        }
    }

    pub(crate) fn answered(&self, route: &str, status: StatusCode, took: Duration) {
        let answered = Answered {
            route: route.to_owned(),
            status: status.as_u16(),
        };
        self.requests
            .get_or_create(&answered)
            .observe(took.as_secs_f64());
    }

    /// Counts a connection until what it answers is dropped.
    pub(crate) fn connected(&self) -> Connected {
        self.connections.inc();
        Connected(Gauge::clone(&self.connections))
    }

    /// `/metrics`.
    pub fn routes(&self) -> Router {
        let registry = Arc::clone(&self.registry);
        Router::new().route(
            "/metrics",
            get(async move || {
                let mut text = String::new();
                match encode(&mut text, &registry) {
                    Ok(()) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
                    Err(error) => {
                        tracing::error!(%error, "the counters could not be written");
                        StatusCode::INTERNAL_SERVER_ERROR.into_response()
                    }
                }
            }),
        )
    }
}

/// An open connection.
pub(crate) struct Connected(Gauge);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn requests_times_and_open_connections_are_counted() {
        let metrics = Metrics::new();
        let connected = metrics.connected();
        drop(metrics.connected());
        metrics.answered("/feed", StatusCode::OK, Duration::from_millis(2));
        metrics.answered("/feed", StatusCode::OK, Duration::from_millis(20));
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let answer = metrics.routes().oneshot(request).await.unwrap();
        let text = answer.into_body().collect().await.unwrap().to_bytes();
        let text = std::str::from_utf8(&text).unwrap();
        for line in [
            r#"douyin_http_request_seconds_bucket{le="0.0025",route="/feed",status="200"} 1"#,
            r#"douyin_http_request_seconds_count{route="/feed",status="200"} 2"#,
            "douyin_http_connections 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        drop(connected);
    }
}
