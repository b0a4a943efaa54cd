//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tower::Service as _;

use super::ServerLimits;
use super::deadline::{Exchanges, TimedStream};

/// Answers the requests of a connection until the client closes it, lets it wait for too long, or `watcher` is told to
/// come to an end.
pub(super) async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    routes: Router,
    limits: ServerLimits,
    watcher: Watcher,
) {
    let exchanges = Arc::new(Exchanges::default());
    let stream = TimedStream::new(stream, Arc::clone(&exchanges), limits.header, limits.idle);
    let service = service_fn(move |request: axum::http::Request<Incoming>| {
        let handling = exchanges.begin();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = routes.clone().call(request);
        async move {
            let answer: Result<Response, Infallible> = answer.await;
            drop(handling);
            answer
        }
    });
    let connection = http1::Builder::new()
        // The stream has deadlines of its own, which tell a slow head from a connection at rest.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests;
