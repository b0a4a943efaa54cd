//! What stands around every handler: it reads the parameters before and lets it work when there is a place for it, and gives a
//! failure its shape after, even that of a handler that panics.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use tokio::time::timeout;

use super::Api;
use super::error::Failure;
use super::gates::Work;
use super::language::Language;
use super::limits::Action;
use super::params::Params;
use super::reply::{FailureContext, Payload};
use super::status::Status;
use super::viewer::{Network, Viewer};

/// What a layer works with.
#[derive(Clone)]
pub(super) struct Around {
    pub(super) api: Arc<Api>,
    pub(super) work: Work,
    pub(super) action: Action,
}

/// Around an endpoint whose parameters may be in the body, which is small. It works while it has a place, and for as long as a
/// request may; reading the body needs no place, because a slow client would keep it.
pub(super) async fn with_params<T: Payload>(
    State(Around { api, work, action }): State<Around>,
    request: Request,
    next: Next,
) -> Response {
    let gate = api.gates.of(work, request.method());
    let (parts, mut body) = request.into_parts();
    let params = async {
        if !body.is_end_stream() {
            gate.look()?;
        }
        let params = Params::read(&parts, &mut body, api.max_body_bytes).await?;
        count(&api, action, &parts, &params).await?;
        Ok(params)
    };
    let params = params.await;
    let request = Request::from_parts(parts, Body::empty());
    run::<T>(&api, params, request, async |request| {
        let _place = gate.enter().await?;
        timeout(api.request_time, next.run(request))
            .await
            .map_err(|late| {
                Failure::new(Status::TookTooLong)
                    .retry_after(1)
                    .because(late)
            })
    })
    .await
}

/// Around an endpoint that takes its body itself, a place where it needs one, and counts itself how often that happens: the body
/// may say who calls.
pub(super) async fn with_body<T: Payload>(
    State(Around { api, .. }): State<Around>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let params = Params::of_query(&parts);
    let request = Request::from_parts(parts, body);
    run::<T>(&api, Ok(params), request, async |request| {
        Ok(next.run(request).await)
    })
    .await
}

/// Counts a request, where its action is limited.
async fn count(api: &Api, action: Action, parts: &Parts, params: &Params) -> Result<(), Failure> {
    let viewer = || Viewer::of_token(api, params.token().as_deref()).ok();
    let counts = api.limits.counts_accounts(action);
    let account = Viewer::id(counts.then(viewer).flatten());
    let network = Network::of(parts, api).0;
    Ok(api.limits.admit(action, network, account).await?)
}

async fn run<T: Payload>(
    api: &Api,
    params: Result<Params, Failure>,
    mut request: Request,
    handle: impl AsyncFnOnce(Request) -> Result<Response, Failure>,
) -> Response {
    let language = Language::of(request.headers(), request.extensions());
    let mut response = match params.clone() {
        Ok(params) => {
            request.extensions_mut().insert(params);
            match AssertUnwindSafe(handle(request)).catch_unwind().await {
                Ok(handled) => handled.unwrap_or_else(IntoResponse::into_response),
                Err(panic) => Failure::of_panic(panic.as_ref()).into_response(),
            }
        }
        Err(failure) => failure.into_response(),
    };
    match response.extensions_mut().remove::<Failure>() {
        None => response,
        Some(failure) => {
            let context = FailureContext {
                now: api.douyin.now(),
                paged: params.is_ok_and(|params| params.asks_for_a_page()),
            };
            failure.render(language, &T::of_failure(context))
        }
    }
}

#[cfg(test)]
mod tests;
