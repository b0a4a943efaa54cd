//! Whether the process is up, and whether it can do its work.

mod verdict;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use douyin_core::{LeasedIds, NoIds, Store};
use douyin_media::MediaStorage;

use self::verdict::Verdict;
use crate::api::{Failure, Language, Status};
use crate::open::{Deaf, SessionKeeper};

/// What a server needs to do its work. Clones share what they find out.
#[derive(Clone)]
pub struct Health {
    store: Arc<dyn Store>,
    media: MediaStorage,
    ids: Arc<LeasedIds>,
    sessions: Option<Arc<SessionKeeper>>,
    ready: Arc<Verdict>,
    leaves: Arc<AtomicBool>,
}

impl Health {
    /// That of a server with these.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, media: MediaStorage, ids: Arc<LeasedIds>) -> Self {
        Self {
            store,
            media,
            ids,
            sessions: None,
            ready: Arc::default(),
            leaves: Arc::default(),
        }
    }

    /// Not ready either while it cannot be found out which sessions have ended elsewhere.
    #[must_use]
    pub fn following(self, sessions: Arc<SessionKeeper>) -> Self {
        Self {
            sessions: Some(sessions),
            ..self
        }
    }

    /// `/healthz` answers 200 as long as the process does anything at all; `/readyz` only while the store can be read and
    /// written, media be taken and ids be made, 503 otherwise. Everybody may ask, so it is found out once a second at most.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .with_state(self)
    }

    /// It is about to end: not ready from now on, so that nobody sends it anything new.
    pub fn leave(&self) {
        self.leaves.store(true, Ordering::Relaxed);
    }

    async fn find_out(&self) -> Result<(), Failure> {
        let failure = || Failure::new(Status::Unavailable).retry_after(1);
        let stored = self.store.ping().await;
        stored.map_err(|error| failure().because(error))?;
        let media = self.media.ping().await;
        media.map_err(|error| failure().because(error))?;
        let deaf = self
            .sessions
            .as_ref()
            .is_some_and(|keeper| keeper.is_deaf());
        if deaf {
            return Err(failure().because(Deaf));
        }
        if self.ids.is_ready() {
            Ok(())
        } else {
            Err(failure().because(NoIds))
        }
    }
}

async fn ready(State(health): State<Health>, language: Language) -> Response {
    if health.leaves.load(Ordering::Relaxed) {
        return Failure::new(Status::Busy).retry_after(1).answer(language);
    }
    match health.ready.of(health.find_out()).await {
        // A bucket is away for all servers alike, and most of what they do goes on without it: they stay in service.
        Ok(()) if health.media.is_away() => "ready, without the media storage\n".into_response(),
        Ok(()) => "ready\n".into_response(),
        Err(failure) => failure.answer(language),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use douyin_core::{NodeHolder, SystemClock};
    use douyin_media::MediaOptions;
    use douyin_store_mem::MemStore;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_server_without_a_node_number_is_not_ready() {
        let (folder, store) = (tempfile::tempdir().unwrap(), Arc::new(MemStore::new()));
        let media = MediaStorage::open("memory:", folder.path(), MediaOptions::default()).unwrap();
        let nodes = Arc::<MemStore>::clone(&store);
        let ids = LeasedIds::new(nodes, Arc::new(SystemClock), LeasedIds::RESERVE_MILLIS);
        let ids = Arc::new(ids);
        let status = async || {
            let health = Health::new(Arc::<MemStore>::clone(&store), media.clone(), ids.clone());
            let asking = Request::get("/readyz").body(Body::empty()).unwrap();
            health.routes().oneshot(asking).await.unwrap().status()
        };
        assert_eq!(status().await, StatusCode::SERVICE_UNAVAILABLE);
        let holder = NodeHolder::parse("a").unwrap();
        ids.lease(&holder, None).await.unwrap();
        assert_eq!(status().await, StatusCode::OK);
        ids.release().await.unwrap();
        assert_eq!(status().await, StatusCode::SERVICE_UNAVAILABLE);
    }
}
