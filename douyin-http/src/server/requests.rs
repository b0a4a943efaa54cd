//! What every request has: an id, a log line, and an answer even if its handler panics.

use std::panic::AssertUnwindSafe;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;
use tokio::time::Instant;
use tracing::{Instrument as _, Span};

use super::RequestId;
use super::request_id::HEADER;
use crate::api::{Failure, Language, Status};
use crate::metrics::Metrics;
use crate::telemetry;

/// Handles a request within a span of its id. Only the route is logged, never the path or query that were asked for: they hold
/// tokens and passwords.
pub(super) async fn observe(
    State(metrics): State<Metrics>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::of(request.headers());
    request.extensions_mut().insert(id.clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let running = metrics.begin(route, request.method());
    let (method, route) = (running.method(), running.route());
    let span = telemetry::span(id.as_str(), method, route, request.headers());
    let language = Language::of(request.headers(), request.extensions());
    let begun = Instant::now();
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
    async move {
        let mut answer = match handled.await {
            Ok(answer) => answer,
            Err(panic) => after_panic(panic.as_ref(), language),
        };
        let (http, took) = (answer.status(), begun.elapsed());
        // Most failures are among those that HTTP says 200 to.
        let outcome = answer.extensions().get::<Status>().copied();
        let (method, route) = (running.method(), running.route());
        let (status, status_code) = (http.as_u16(), outcome.map(Status::code));
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if outcome == Some(Status::Busy) {
            // Refusing has to be cheap: most of what comes under overload is refused.
            tracing::debug!(method, route, status, status_code, microseconds, "refused");
        } else {
            tracing::info!(method, route, status, status_code, microseconds, "answered");
        }
        telemetry::answered(&Span::current(), http, outcome);
        running.answered(http, outcome, took);
        answer.headers_mut().insert(HEADER, id.into_header());
        answer
    }
    .instrument(span)
    .await
}

/// The last resort, for what is no endpoint: those answer their own panics.
fn after_panic(panic: &(dyn std::any::Any + Send), language: Language) -> Response {
    let mut answer = Failure::of_panic(panic).answer(language);
    *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    answer
}
