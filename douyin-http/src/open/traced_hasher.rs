use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::{BcryptHasher, Error, Password, PasswordHash, PasswordHasher};
use tracing::{Instrument as _, Span};

/// A hasher whose work is part of the traces of requests, with the time that it waits for its turn.
pub(super) struct TracedHasher(pub(super) Arc<BcryptHasher>);

fn span() -> Span {
    tracing::trace_span!("hash password")
}

#[async_trait]
impl PasswordHasher for TracedHasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, Error> {
        self.0.hash(password).instrument(span()).await
    }

    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Error> {
        self.0.verify(password, hash).instrument(span()).await
    }
}
