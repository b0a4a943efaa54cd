use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use super::Description;
use super::catalog::{
    HTTP_REQUEST_SECONDS, HTTP_REQUESTS, HTTP_REQUESTS_ABANDONED, HTTP_REQUESTS_IN_FLIGHT,
};
use crate::api::Status;

/// Upper bounds in seconds: a profile takes well under a millisecond, a feed page about one, a login a twentieth of a second, an
/// upload with its cover may take minutes.
const BUCKETS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

/// Counts requests. Clones are the same counters.
#[derive(Debug, Clone, Default)]
pub(super) struct Requests(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    answered: Family<Answered, Counter>,
    seconds: Family<OfRoute, Histogram, fn() -> Histogram>,
    abandoned: Family<OfRoute, Counter>,
    in_flight: Gauge,
}

/// What a client cannot choose: routes are those that there are, methods those that are known, and statuses are the server's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: Route,
    method: &'static str,
    status: u16,
    status_code: Code,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: Route,
}

/// The route that a request matched. The two spellings of a path are one route.
#[derive(Debug, Clone)]
pub(super) struct Route(pub(super) Option<MatchedPath>);

/// The `status_code` of an answer; empty for answers that have none, such as files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Code(Option<Status>);

impl Route {
    /// Its path, without a slash at the end; never what the client sent.
    fn as_str(&self) -> &str {
        let path = self.0.as_ref().map_or("(none)", MatchedPath::as_str);
        path.strip_suffix('/')
            .filter(|path| !path.is_empty())
            .unwrap_or(path)
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        self.as_str().encode(encoder)
    }
}

impl EncodeLabelValue for Code {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        match self.0 {
            Some(status) => status.code().encode(encoder),
            None => "".encode(encoder),
        }
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            answered: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            abandoned: Family::default(),
            in_flight: Gauge::default(),
        }
    }
}

impl Requests {
    pub(super) fn register(&self, registry: &mut Registry) {
        fn register(registry: &mut Registry, described: &Description, metric: impl Metric) {
            registry.register(described.name, described.help, metric);
        }
        let counters = &*self.0;
        register(registry, &HTTP_REQUESTS, counters.answered.clone());
        register(registry, &HTTP_REQUEST_SECONDS, counters.seconds.clone());
        register(
            registry,
            &HTTP_REQUESTS_IN_FLIGHT,
            counters.in_flight.clone(),
        );
        register(
            registry,
            &HTTP_REQUESTS_ABANDONED,
            counters.abandoned.clone(),
        );
    }

    pub(super) fn begin(&self, route: Route, method: &Method) -> Running {
        self.0.in_flight.inc();
        Running {
            counters: Arc::clone(&self.0),
            route: OfRoute { route },
            method: known(method),
            answered: false,
        }
    }
}

/// A request that is being handled.
#[derive(Debug)]
pub(crate) struct Running {
    counters: Arc<Counters>,
    route: OfRoute,
    method: &'static str,
    answered: bool,
}

impl Running {
    /// The route that it matched.
    pub(crate) fn route(&self) -> &str {
        self.route.route.as_str()
    }

    /// Its method, or `other`.
    pub(crate) const fn method(&self) -> &'static str {
        self.method
    }

    /// It was answered, after so long.
    pub(crate) fn answered(mut self, http: StatusCode, status: Option<Status>, took: Duration) {
        self.answered = true;
        let seconds = self.counters.seconds.get_or_create(&self.route);
        seconds.observe(took.as_secs_f64());
        drop(seconds);
        let labels = Answered {
            route: self.route.route.clone(),
            method: self.method,
            status: http.as_u16(),
            status_code: Code(status),
        };
        self.counters.answered.get_or_create(&labels).inc();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.counters.in_flight.dec();
        if !self.answered {
            self.counters.abandoned.get_or_create(&self.route).inc();
        }
    }
}

/// The methods that HTTP itself has. A client may send any other word.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
