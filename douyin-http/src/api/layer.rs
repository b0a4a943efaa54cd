//! What stands around every handler: it reads the parameters before, and gives a failure its shape after, even
//! that of a handler that panics.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use futures_util::FutureExt as _;

use super::Api;
use super::error::Failure;
use super::language::Language;
use super::params::Params;
use super::reply::{FailureContext, Payload};

/// Around an endpoint whose parameters may be in the body, which is small.
pub(super) async fn with_params<T: Payload>(
    State(api): State<Arc<Api>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let params = Params::read(&parts, body, api.max_body_bytes).await;
    run::<T>(
        &api,
        params,
        Request::from_parts(parts, Body::empty()),
        next,
    )
    .await
}

/// Around an endpoint that takes its body itself.
pub(super) async fn with_body<T: Payload>(
    State(api): State<Arc<Api>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let params = Params::of_query(&parts);
    run::<T>(&api, Ok(params), Request::from_parts(parts, body), next).await
}

async fn run<T: Payload>(
    api: &Api,
    params: Result<Params, Failure>,
    mut request: Request,
    next: Next,
) -> Response {
    let language = Language::of(request.headers(), request.extensions());
    let mut response = match params.clone() {
        Ok(params) => {
            request.extensions_mut().insert(params);
            let handled = AssertUnwindSafe(next.run(request)).catch_unwind().await;
            handled.unwrap_or_else(|panic| Failure::of_panic(panic.as_ref()).into_response())
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
