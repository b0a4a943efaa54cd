use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

use super::gate::{Gate, GateStats};
use super::language::Language;

/// What a request has to do, which decides whom it can keep waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// `GET` reads: it needs a core and a connection that reads. Anything else writes: it waits for the disk, together with the
    /// other writes of its transaction.
    ByMethod,
    /// It waits for a password hash, which takes as long as a thousand reads.
    Hashing,
}

/// Places for requests, apart for each kind of work, so that none can take all places of another: a database that stands still for
/// writes leaves reads alone, and so do two hundred who sign in at once.
#[derive(Debug)]
pub struct Gates {
    reads: Gate,
    pub(super) writes: Gate,
    hashes: Gate,
    media: Gate,
}

impl Gates {
    /// Places for so many requests that read, and for so many that write; as many as for these also for those that hash passwords
    /// (the hasher's own queue is shorter), and for those who ask for media, until the head of their answer is known.
    #[must_use]
    pub fn new(reads: usize, writes: usize) -> Self {
        Self {
            reads: Gate::new("reads", reads),
            writes: Gate::new("writes", writes),
            hashes: Gate::new("sign-ins", writes),
            media: Gate::new("media", writes),
        }
    }

    /// Has so many places from now on. Nobody who has one loses it.
    pub fn resize(&self, reads: usize, writes: usize) {
        self.reads.resize(reads);
        for gate in [&self.writes, &self.hashes, &self.media] {
            gate.resize(writes);
        }
    }

    /// What they are at, kind by kind.
    #[must_use]
    pub fn stats(&self) -> [GateStats; 4] {
        [&self.reads, &self.writes, &self.hashes, &self.media].map(Gate::stats)
    }

    pub(super) fn of(&self, work: Work, method: &Method) -> &Gate {
        match work {
            Work::Hashing => &self.hashes,
            Work::ByMethod if *method == Method::GET || *method == Method::HEAD => &self.reads,
            Work::ByMethod => &self.writes,
        }
    }
}

/// Around media files: lets them be looked for where there is a place.
pub(crate) async fn admit_media(
    State(gates): State<Arc<Gates>>,
    language: Language,
    request: Request,
    next: Next,
) -> Response {
    match gates.media.enter().await {
        Ok(_place) => next.run(request).await,
        Err(failure) => failure.answer(language),
    }
}
