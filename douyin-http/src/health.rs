//! Whether the process is up, and whether it can do its work.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use douyin_core::Store;
use douyin_media::MediaStorage;

use crate::api::{Failure, Status};

/// What a server needs to do its work.
#[derive(Clone)]
pub struct Health {
    /// Where the rows are.
    pub store: Arc<dyn Store>,
    /// Where the media is.
    pub media: MediaStorage,
}

impl Health {
    /// `/healthz` answers 200 as long as the process does anything at all; `/readyz` only while the store can be read and
    /// written and the media storage be written, 503 otherwise.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .with_state(self)
    }
}

async fn ready(State(health): State<Health>, headers: HeaderMap) -> Response {
    let failure = Failure::new(Status::Unavailable).retry_after(1);
    if let Err(error) = health.store.ping().await {
        return failure.because(error).answer(&headers);
    }
    if let Err(error) = health.media.ping().await {
        return failure.because(error).answer(&headers);
    }
    "ready\n".into_response()
}
