use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::{Mark, NewMessage, Store, StoreError, UserId};
use douyin_store_sql::{BulkLoad, Chunk};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

/// So many writes wait for the store at once, so that a store which commits them in groups has something to group.
const IN_FLIGHT: usize = 512;

/// Any store, whose chunks are written row by row: of a chunk that fails, some rows may have been added.
pub struct ThroughPorts(pub Arc<dyn Store>);

#[async_trait]
impl BulkLoad for ThroughPorts {
    async fn load(&self, chunk: Chunk) -> Result<(), StoreError> {
        let store = &self.0;
        match chunk {
            Chunk::Users(users) => all(users, |user| store.register(user)).await,
            Chunk::Videos(videos) => all(videos, |video| store.publish(video)).await,
            Chunk::Favorites(likes) => {
                let like = |(user, video, at)| store.mark_favorite(user, video, Mark::On, at);
                all(likes, like).await
            }
            Chunk::Follows(follows) => {
                let follow = |(one, other, at)| store.mark_follow(one, other, Mark::On, at);
                all(follows, follow).await
            }
            Chunk::Comments(comments) => all(comments, |comment| store.add_comment(comment)).await,
            Chunk::Messages(messages) => {
                let conversations = messages.chunk_by(|one, next| pair(one) == pair(next));
                let conversations = conversations.map(<[NewMessage]>::to_vec);
                all(conversations, |messages| self.send(messages)).await
            }
        }
    }
}

impl ThroughPorts {
    /// One message after the other: a conversation has an order.
    async fn send(&self, messages: Vec<NewMessage>) -> Result<(), StoreError> {
        for message in messages {
            self.0.send(message).await?;
        }
        Ok(())
    }
}

fn pair(message: &NewMessage) -> (UserId, UserId) {
    (message.from.min(message.to), message.from.max(message.to))
}

/// Writes with many in flight, in order.
async fn all<R, T, F: Future<Output = Result<T, StoreError>>>(
    rows: impl IntoIterator<Item = R>,
    write: impl FnMut(R) -> F,
) -> Result<(), StoreError> {
    stream::iter(rows.into_iter().map(write))
        .buffered(IN_FLIGHT)
        .try_for_each(|_| async { Ok(()) })
        .await
}
