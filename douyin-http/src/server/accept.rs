//! The accept loop.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};

use super::ServerLimits;
use super::connection::converse;
use crate::api::{Failure, Status};
use crate::metrics::Metrics;

/// So many connections over the limit, but no more than that itself, are answered at once; further ones are closed without a word.
const TURNED_AWAY: usize = 256;

/// How long a connection over the limit may take.
const TURNED_AWAY_DEADLINE: Duration = Duration::from_secs(2);

/// How long accepting rests when the process has used up its file descriptors or the system its memory.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(100);

/// How serving came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Drain {
    /// Every request was answered.
    Complete,
    /// So many connections were still busy at the deadline and were cut.
    Cut(usize),
}

/// Serves until `stop` is ready, then stops accepting, lets running requests finish within [`ServerLimits::drain`], and
/// answers whether they did. Handlers find the client's address as `ConnectInfo<SocketAddr>`.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    limits: ServerLimits,
    metrics: &Metrics,
    stop: impl Future<Output = ()>,
) -> Drain {
    let mut stop = pin!(stop);
    let connections = Arc::new(Semaphore::new(limits.connections));
    let turned_away = Arc::new(Semaphore::new(TURNED_AWAY.min(limits.connections)));
    let full = Router::new().fallback(async |headers: HeaderMap| {
        let mut answer = Failure::new(Status::Busy).retry_after(1).answer(&headers);
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
        answer
    });
    let impatient = ServerLimits {
        header: TURNED_AWAY_DEADLINE,
        idle: TURNED_AWAY_DEADLINE,
        ..limits
    };
    let graceful = GracefulShutdown::new();
    let mut tasks = JoinSet::new();
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener) => accepted,
            Some(ended) = tasks.join_next() => {
                report(ended);
                continue;
            }
        };
        let (routes, limits, place) = match Arc::clone(&connections).try_acquire_owned() {
            Ok(place) => (routes.clone(), limits, place),
            Err(_full) => match Arc::clone(&turned_away).try_acquire_owned() {
                Ok(place) => (full.clone(), impatient, place),
                Err(_full) => continue,
            },
        };
        let (watcher, connected) = (graceful.watcher(), metrics.connected());
        tasks.spawn(async move {
            converse(stream, peer, routes, limits, watcher).await;
            drop((place, connected));
        });
    }
    drop(listener);
    let drained = tokio::time::timeout(limits.drain, graceful.shutdown()).await;
    match drained {
        Ok(()) => Drain::Complete,
        Err(_elapsed) => {
            while let Some(ended) = tasks.try_join_next() {
                report(ended);
            }
            Drain::Cut(tasks.len())
        }
    }
}

/// Handlers that panic are answered for; this would be a fault of the server's own.
fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "serving a connection failed");
    }
}

/// The next connection, whatever happens to others before it.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut exhausted = false;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are written whole: waiting for more to send would only delay them.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection was gone before it was served");
                }
                return (stream, peer);
            }
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                if !exhausted {
                    tracing::error!(%error, "cannot accept connections; trying again");
                    exhausted = true;
                }
                tokio::time::sleep(EXHAUSTED_PAUSE).await;
            }
        }
    }
}

fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests;
