//! What is counted, in the text format that Prometheus reads.
//!
//! Every metric there is stands once in a table, [`METRICS`], from which `docs/METRICS.md` is made. Requests are counted here; the
//! crates below know nothing of metrics, tell plain numbers, and a source for each writes these when somebody asks.

mod catalog;
mod page;
mod requests;
pub(crate) mod source;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

pub use self::catalog::{Description, Kind, METRICS, reference};
use self::page::Sources;
pub(crate) use self::page::{Page, Source};
pub(crate) use self::requests::Running;
use self::requests::{Requests, Route};

/// The format of the answer, by the `OpenMetrics` specification 1.0.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The counters of one process. Clones are the same counters.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Arc<Registry>,
    sources: Sources,
    requests: Requests,
    connections: Gauge,
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
        let requests = Requests::default();
        let connections = Gauge::default();
        let mut registry = Registry::default();
        requests.register(&mut registry);
        let described = &catalog::HTTP_CONNECTIONS;
        registry.register(described.name, described.help, Gauge::clone(&connections));
        let sources = Sources::default();
        registry.register_collector(Box::new(sources.clone()));
        Self {
            registry: Arc::new(registry),
            sources,
            requests,
            connections,
        }
    }

    /// Tells from now on what this tells whenever somebody asks.
    pub(crate) fn add(&self, source: impl Source) {
        self.sources.add(Box::new(source));
    }

    /// Counts a request from now on as running, until it is answered or dropped.
    pub(crate) fn begin(&self, route: Option<MatchedPath>, method: &Method) -> Running {
        self.requests.begin(Route(route), method)
    }

    /// Counts a connection until what it answers is dropped.
    pub(crate) fn connected(&self) -> Connected {
        self.connections.inc();
        Connected(Gauge::clone(&self.connections))
    }

    /// Everything as it stands.
    ///
    /// # Errors
    /// Where a source fails.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// `/metrics`.
    pub fn routes(&self) -> Router {
        let metrics = self.clone();
        Router::new().route(
            "/metrics",
            get(async move || match metrics.text() {
                Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
                Err(error) => {
                    tracing::error!(%error, "the counters could not be written");
                    StatusCode::INTERNAL_SERVER_ERROR.into_response()
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
mod tests;
