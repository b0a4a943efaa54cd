//! What stands around every handler: it reads the parameters before, and gives a failure its shape after.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

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
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
    let mut response = match params.clone() {
        Ok(params) => {
            request.extensions_mut().insert(params);
            next.run(request).await
        }
        Err(failure) => failure.into_response(),
    };
    match response.extensions_mut().remove::<Failure>() {
        None => response,
        Some(failure) => {
            let language = Language::preferred(accepted.as_ref(), api.language);
            let context = FailureContext {
                now: api.douyin.now(),
                paged: params.is_ok_and(|params| params.asks_for_a_page()),
            };
            failure.render(language, &T::of_failure(context))
        }
    }
}
