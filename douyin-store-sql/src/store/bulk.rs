//! Adds rows by the thousand. A chunk is an operation of the writer like any other: it shares its transactions, locks and counters.
//!
//! The insert of a chunk is refused by the database where a row exists already, which undoes the whole transaction. Users and videos
//! that a chunk speaks of are looked up first, and stay: nothing deletes them.
//!
//! No `COPY` on PostgreSQL: 500,000 likes took 1.9 s by it and 2.1 s by `unnest`; what costs is the index.

mod marks;
mod texts;
mod timed;

use std::collections::BTreeSet;

use async_trait::async_trait;
use douyin_core::{Entity, StoreError};

use super::SqlStore;
use crate::bulk::{BulkLoad, Chunk};
use crate::engine::{Columns, Engine, Numbers};
use crate::error::Error;
use crate::writer::Work;

#[async_trait]
impl<E: Engine> BulkLoad for SqlStore<E> {
    async fn load(&self, chunk: Chunk) -> Result<(), StoreError> {
        let loaded = match chunk {
            Chunk::Users(users) => self.writer.perform(users).await,
            Chunk::Videos(videos) => self.writer.perform(videos).await,
            Chunk::Favorites(favorites) => self.writer.perform(favorites).await,
            Chunk::Follows(follows) => self.writer.perform(follows).await,
            Chunk::Comments(comments) => self.writer.perform(comments).await,
            Chunk::Messages(messages) => self.writer.perform(messages).await,
        };
        match loaded {
            Err(Error::Duplicate(_)) => Err(StoreError::Taken),
            loaded => Ok(loaded?),
        }
    }
}

/// Refuses ids of which some do not exist.
async fn require<E: Engine>(
    work: &mut Work<'_, E>,
    entity: Entity,
    ids: impl Iterator<Item = i64> + Send,
) -> Result<(), Error> {
    let statements = &work.statements.bulk;
    let there = match entity {
        Entity::User => &statements.users_there,
        _ => &statements.videos_there,
    };
    let ids: BTreeSet<i64> = ids.collect();
    let numbers = Numbers::new(ids.iter().map(|id| [*id]));
    let rows = work.run(there, &[(&numbers).into()]).await?;
    let found = match rows.first() {
        Some(row) => Columns::of(row).integer()?,
        None => 0,
    };
    if usize::try_from(found) != Ok(ids.len()) {
        return Err(Error::Missing(entity));
    }
    Ok(())
}
