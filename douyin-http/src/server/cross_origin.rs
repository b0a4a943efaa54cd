//! Web pages of other origins.

use std::time::Duration;

use axum::http::{Method, header};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use super::request_id;
use crate::config::Origins;

/// How long a browser need not ask again. They keep it for two hours at most.
const KEPT: Duration = Duration::from_hours(2);

/// Lets pages of these origins call the API and play media. Any origin is no danger by itself: a token is no cookie, so no page
/// can use one that it was not given.
pub(super) fn allow(origins: &Origins) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::OPTIONS])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT_LANGUAGE,
            header::RANGE,
            header::IF_NONE_MATCH,
            request_id::HEADER,
        ])
        .expose_headers([
            request_id::HEADER,
            header::RETRY_AFTER,
            header::ACCEPT_RANGES,
            header::CONTENT_LENGTH,
            header::CONTENT_RANGE,
            header::ETAG,
        ])
        .max_age(KEPT);
    match origins {
        // It is the same answer for all of them: caches may keep one copy.
        Origins::Any => layer.allow_origin(Any).vary([]),
        Origins::These(origins) => layer
            .allow_origin(AllowOrigin::list(origins.iter().cloned()))
            .vary([header::ORIGIN]),
    }
}
