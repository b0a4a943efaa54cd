//! Web pages of other origins.

use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderName, Method, header};
use futures_util::future::Either;
use tower::{Layer, Service};
use tower_http::cors::{AllowOrigin, Any, Cors, CorsLayer};

use super::request_id;
use crate::config::Origins;

/// How long a browser need not ask again. They keep it for two hours at most.
const KEPT: Duration = Duration::from_hours(2);

const METHODS: [Method; 6] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

/// What pages may send.
const ALLOWED: [HeaderName; 10] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::ACCEPT_LANGUAGE,
    header::RANGE,
    header::IF_NONE_MATCH,
    request_id::HEADER,
    HeaderName::from_static("tus-resumable"),
    HeaderName::from_static("upload-length"),
    HeaderName::from_static("upload-metadata"),
    HeaderName::from_static("upload-offset"),
];

/// What pages may read.
const EXPOSED: [HeaderName; 15] = [
    request_id::HEADER,
    header::RETRY_AFTER,
    header::ACCEPT_RANGES,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::ETAG,
    header::LOCATION,
    HeaderName::from_static("tus-extension"),
    HeaderName::from_static("tus-max-size"),
    HeaderName::from_static("tus-resumable"),
    HeaderName::from_static("tus-version"),
    HeaderName::from_static("upload-expires"),
    HeaderName::from_static("upload-length"),
    HeaderName::from_static("upload-metadata"),
    HeaderName::from_static("upload-offset"),
];

/// Lets pages of these origins call the API and play media. Any origin is no danger by itself: a token is no cookie, so no page
/// can use one that it was not given.
pub(super) fn allow(origins: &Origins) -> CrossOrigin {
    let layer = CorsLayer::new()
        .allow_methods(METHODS)
        .allow_headers(ALLOWED)
        .expose_headers(EXPOSED)
        .max_age(KEPT);
    CrossOrigin(match origins {
        // It is the same answer for all of them: caches may keep one copy.
        Origins::Any => layer.allow_origin(Any).vary([]),
        Origins::These(origins) => layer
            .allow_origin(AllowOrigin::list(origins.iter().cloned()))
            .vary([header::ORIGIN]),
    })
}

/// Answers what browsers ask before a request. The layer below would do so for every `OPTIONS`, also where somebody else asks what an
/// upload can be like.
#[derive(Debug, Clone)]
pub(super) struct CrossOrigin(CorsLayer);

impl<S: Clone> Layer<S> for CrossOrigin {
    type Service = Crossing<S>;

    fn layer(&self, within: S) -> Crossing<S> {
        Crossing {
            any: self.0.layer(within.clone()),
            within,
        }
    }
}

/// What is behind a [`CrossOrigin`].
#[derive(Debug, Clone)]
pub(super) struct Crossing<S> {
    any: Cors<S>,
    within: S,
}

impl<S> Service<Request> for Crossing<S>
where
    S: Service<Request>,
    Cors<S>: Service<Request, Response = S::Response, Error = S::Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<S::Future, <Cors<S> as Service<Request>>::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        std::task::ready!(self.within.poll_ready(context))?;
        self.any.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let asks = request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if *request.method() == Method::OPTIONS && !asks {
            Either::Left(self.within.call(request))
        } else {
            Either::Right(self.any.call(request))
        }
    }
}
