//! Accepting connections, bounding what a client can make them cost, and draining them.
//!
//! `axum::serve` knows no deadlines, so this is an accept loop of its own over hyper:
//!
//! - a request's head has [`ServerLimits::header`] from its first byte, and a connection may be silent for
//!   [`ServerLimits::idle`] between requests or leave an answer unread for as long, then it is closed;
//! - a request's body has to make progress, or is answered 408;
//! - connections over [`ServerLimits::connections`] are answered 503;
//! - [`serve`] ends by letting running requests finish.
//!
//! [`instrument`] adds what every answer has: a request id, a log line, an envelope even after a panic, and leave for pages
//! of the allowed origins to read it. The one answer that it does not reach is the HTTP library's own to what is not HTTP: 400
//! without a body, after which the connection is closed.

mod accept;
mod body;
mod connection;
mod cross_origin;
mod deadline;
mod offer;
mod request_id;
mod requests;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;

pub use accept::{Drain, serve};
pub use offer::Offer;
pub use request_id::RequestId;

use crate::api::{Language, TrustedProxies};
use crate::config::{Config, Origins};
use crate::metrics::Metrics;

/// What a server allows its clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerLimits {
    /// Connections open at once.
    pub connections: usize,
    /// Connections of one address (of one /64 of IPv6) open at once.
    pub connections_of_one: usize,
    /// From the first byte of a request's head to its last.
    pub header: Duration,
    /// Without progress of a request's body.
    pub body_idle: Duration,
    /// For all of a request's body.
    pub body: Duration,
    /// Without a byte in either direction, while no request is being handled.
    pub idle: Duration,
    /// For running requests to finish at the end.
    pub drain: Duration,
    /// The language of refusals where a request prefers none that there is.
    pub language: Language,
    /// Web pages of which origins may read the answers.
    pub origins: Origins,
    /// They may have all connections: everybody's come from them.
    pub trusted_proxies: TrustedProxies,
}

/// How long a connection for which there is no place may take.
const TURNED_AWAY_DEADLINE: Duration = Duration::from_secs(2);

impl ServerLimits {
    /// Those of a configuration.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self::within(usize::MAX, config)
    }

    /// Those of a configuration, with as many connections at most as the system allows.
    #[must_use]
    pub fn within(allowed: usize, config: &Config) -> Self {
        let connections = config.max_connections.size().min(allowed);
        Self {
            connections,
            connections_of_one: match config.max_connections_per_address {
                Some(most) => most.size(),
                None => connections.div_ceil(2),
            },
            header: config.header_seconds.seconds(),
            body_idle: config.body_idle_seconds.seconds(),
            body: config.body_seconds.seconds(),
            idle: config.idle_seconds.seconds(),
            drain: config.drain_seconds.seconds(),
            language: config.language,
            origins: config.cors_origins.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
        }
    }

    fn impatient(mut self) -> Self {
        self.header = TURNED_AWAY_DEADLINE;
        self.idle = TURNED_AWAY_DEADLINE;
        self
    }
}

/// An address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}; choose another address with {variable}")]
pub struct BindError {
    address: SocketAddr,
    variable: &'static str,
    source: io::Error,
}

/// Listens on an address; port 0 takes any that is free. `variable` says in the error where the address can be changed.
///
/// # Errors
/// [`BindError`]: it is taken, not of this machine, or not allowed.
pub async fn listen(address: SocketAddr, variable: &'static str) -> Result<TcpListener, BindError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| BindError {
            address,
            variable,
            source,
        })
}

/// The routes with what every answer of the server has.
pub fn instrument(routes: Router, limits: &ServerLimits, metrics: &Metrics) -> Router {
    let deadlines = body::BodyDeadlines {
        idle: limits.body_idle,
        total: limits.body,
    };
    routes
        .layer(from_fn_with_state(deadlines, body::refuse_slow))
        .layer(cross_origin::allow(&limits.origins))
        .layer(from_fn_with_state(metrics.clone(), requests::observe))
}
