//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::timeout;
use tower::Service as _;

use super::deadline::{Exchanges, TimedStream};
use super::offer::{Offer, TermsOf};
use crate::api::FallbackLanguage;

/// So long after it was told to come to an end, a connection waits for a first request, which may be on its way.
const LAST_CALL: Duration = Duration::from_millis(100);

/// Answers the requests of a connection, each by the present `terms`, until the client closes it, lets it wait for too long, or `stop` changes: then the
/// request that is running is the last one, and a connection that has not had any gets a moment to begin it.
pub(super) async fn serve_connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    offer: Offer,
    terms: TermsOf,
    mut stop: watch::Receiver<()>,
) {
    let exchanges = Arc::new(Exchanges::default());
    let (head, idle) = {
        let limits = &terms(&offer).limits;
        (limits.header, limits.idle)
    };
    let stream = TimedStream::new(stream, Arc::clone(&exchanges), head, idle);
    let service = service_fn(|request: axum::http::Request<Incoming>| {
        let handling = exchanges.begin();
        let terms = terms(&offer);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let language = FallbackLanguage(terms.limits.language);
        request.extensions_mut().insert(language);
        let answer = terms.routes.clone().call(request);
        let offer = &offer;
        async move {
            let mut answer: Result<Response, Infallible> = answer.await;
            if offer.ends_connections()
                && let Ok(answer) = &mut answer
            {
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(header::CONNECTION, close);
            }
            drop(handling);
            answer
        }
    });
    let connection = http1::Builder::new()
        // The stream has deadlines of its own, which tell a slow head from a connection at rest.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let stopped = async {
        // A sender that is gone and a client that is silent mean the same.
        let _ = stop.changed().await;
        let _ = timeout(LAST_CALL, exchanges.first()).await;
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests;
