//! How many connections are served at once.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, header};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinError, JoinSet};

use super::Drain;
use crate::api::{Failure, Language, Status};
use crate::metrics::Metrics;
use crate::server::connection::serve_connection;
use crate::server::{ServerLimits, instrument};

/// So many connections over the limit, but no more than that itself, are answered at once; further ones are closed without a word.
const TURNED_AWAY: usize = 256;

/// How long a connection over the limit may take.
const TURNED_AWAY_DEADLINE: Duration = Duration::from_secs(2);

/// The connections that are being served.
pub(super) struct Admission {
    served: Terms,
    turned_away: Terms,
    metrics: Metrics,
    /// Tells every connection to come to an end.
    stop: watch::Sender<()>,
    tasks: JoinSet<()>,
}

/// What a connection gets.
struct Terms {
    routes: Router,
    limits: ServerLimits,
    places: Arc<Semaphore>,
}

impl Terms {
    fn new(routes: Router, limits: ServerLimits, places: usize) -> Self {
        Self {
            routes,
            limits,
            places: Arc::new(Semaphore::new(places)),
        }
    }
}

impl Admission {
    pub(super) fn new(routes: Router, limits: ServerLimits, metrics: Metrics) -> Self {
        let full = Router::new().fallback(async |language: Language| {
            let mut answer = Failure::new(Status::Busy).retry_after(1).answer(language);
            let close = HeaderValue::from_static("close");
            answer.headers_mut().insert(header::CONNECTION, close);
            answer
        });
        let impatient = ServerLimits {
            header: TURNED_AWAY_DEADLINE,
            idle: TURNED_AWAY_DEADLINE,
            ..limits
        };
        let turned_away = TURNED_AWAY.min(limits.connections);
        Self {
            served: Terms::new(routes, limits, limits.connections),
            turned_away: Terms::new(
                instrument(full, &impatient, &metrics),
                impatient,
                turned_away,
            ),
            metrics,
            stop: watch::Sender::default(),
            tasks: JoinSet::new(),
        }
    }

    /// Serves a connection where there is a place for it, tells it that there is none, or closes it.
    pub(super) fn admit(&mut self, stream: TcpStream, peer: SocketAddr) {
        let place = [&self.served, &self.turned_away]
            .into_iter()
            .find_map(|terms| Some((Arc::clone(&terms.places).try_acquire_owned().ok()?, terms)));
        let Some((place, Terms { routes, limits, .. })) = place else {
            return;
        };
        // Answers are written whole: waiting for more to send would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone before it was served");
        }
        let (routes, limits) = (routes.clone(), *limits);
        let (stop, connected) = (self.stop.subscribe(), self.metrics.connected());
        self.tasks.spawn(async move {
            serve_connection(stream, peer, routes, limits, stop).await;
            drop((place, connected));
        });
    }

    /// Waits until a connection ends; for ever where there is none.
    pub(super) async fn one_ended(&mut self) {
        match self.tasks.join_next().await {
            Some(ended) => report(ended),
            None => std::future::pending().await,
        }
    }

    /// Closes connections at rest and lets requests finish, within the time that the limits give them.
    pub(super) async fn drain(mut self) -> Drain {
        self.stop.send_replace(());
        let all_ended = async {
            while let Some(ended) = self.tasks.join_next().await {
                report(ended);
            }
        };
        match tokio::time::timeout(self.served.limits.drain, all_ended).await {
            Ok(()) => Drain::Complete,
            Err(_elapsed) => Drain::Cut(self.tasks.len()),
        }
    }
}

/// Handlers that panic are answered for; this would be a fault of the server's own.
fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "serving a connection failed");
    }
}
