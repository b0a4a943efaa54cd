//! The accept loop.

mod admission;
mod backlog;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

use self::admission::Admission;
use super::Offer;
use crate::metrics::Metrics;

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

/// Serves until `stop` is ready, then stops accepting, lets running requests finish within [`ServerLimits::drain`](super::ServerLimits::drain), and
/// answers whether they did. Handlers find the client's address as `ConnectInfo<SocketAddr>`.
///
/// A client that was connected when the port closed gets an answer to what it had sent, even where nobody had accepted it.
pub async fn serve(
    listener: TcpListener,
    offer: Offer,
    metrics: &Metrics,
    stop: impl Future<Output = ()>,
) -> Drain {
    let mut stop = pin!(stop);
    let mut admission = Admission::new(offer, metrics.clone());
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            () = admission.one_ended() => {}
            (stream, peer) = accept(&listener) => admission.admit(stream, peer),
        }
    }
    for (stream, peer) in backlog::take(listener) {
        admission.admit(stream, peer);
    }
    admission.drain().await
}

/// The next connection, whatever happens to others before it.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut exhausted = false;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
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
