//! What has an instant of its own.

mod free;

use std::collections::HashMap;

use async_trait::async_trait;
use douyin_core::{Counter, Entity, NewMessage, NewVideo};

use self::free::FreeInstants;
use super::require;
use crate::engine::{Columns, Engine, Numbers, Rows};
use crate::error::Error;
use crate::store::videos::bytes_of;
use crate::writer::{Operation, Queue, RowLocks, Work};

#[async_trait]
impl<E: Engine> Operation<E> for Vec<NewVideo> {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Publications);
        locks
            .users
            .extend(self.iter().map(|video| video.author.get()));
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        let authors = self.iter().map(|video| video.author.get());
        require(work, Entity::User, authors).await?;
        let wanted = self.iter().map(|video| video.at.as_millis());
        let instants = free_instants(work, wanted.collect()).await?;
        let rows = Rows::new(self.iter().zip(instants).map(|(video, at)| {
            (
                [video.id.get(), video.author.get(), at, bytes_of(video)],
                [
                    video.title.as_str(),
                    video.play.as_str(),
                    video.cover.as_str(),
                ],
            )
        }));
        work.run(&work.statements.bulk.videos, &[(&rows).into()])
            .await?;
        for video in self {
            let (author, bytes) = (video.author.get(), bytes_of(video));
            work.counters.add(Counter::UserWorks, author, 1);
            work.counters.add(Counter::UserStoredBytes, author, bytes);
        }
        let jobs = self.iter().filter_map(|video| video.job.as_ref());
        work.add_jobs(jobs).await
    }
}

/// An instant for each video that wants one. Others may not publish meanwhile.
async fn free_instants<E: Engine>(
    work: &mut Work<'_, E>,
    wanted: Vec<i64>,
) -> Result<Vec<i64>, Error> {
    let mut search = FreeInstants::of(wanted);
    while let Some(unknown) = search.unknown() {
        let rows = work
            .run(
                &work.statements.bulk.taken_instants,
                &[(&Numbers::new(unknown)).into()],
            )
            .await?;
        for row in rows {
            search.take(Columns::of(&row).integer()?);
        }
    }
    Ok(search.chosen())
}

#[async_trait]
impl<E: Engine> Operation<E> for Vec<NewMessage> {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        // As for a single message, one of the two stands for the conversation.
        locks
            .users
            .extend(self.iter().map(|message| pair(message)[0]));
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        require(work, Entity::User, self.iter().flat_map(pair)).await?;
        let mut newest = newest_messages(work, self).await?;
        let rows = Rows::new(self.iter().map(|message| {
            let [low, high] = pair(message);
            let newest = newest.entry([low, high]).or_insert(i64::MIN);
            *newest = message.at.as_millis().max(newest.saturating_add(1));
            (
                [message.id.get(), low, high, message.from.get(), *newest],
                [message.text.as_str()],
            )
        }));
        work.run(&work.statements.bulk.messages, &[(&rows).into()])
            .await
            .map(drop)
    }
}

/// The instants of the newest messages of these messages' conversations.
async fn newest_messages<E: Engine>(
    work: &mut Work<'_, E>,
    messages: &[NewMessage],
) -> Result<HashMap<[i64; 2], i64>, Error> {
    let mut pairs: Vec<[i64; 2]> = messages.iter().map(pair).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let statement = &work.statements.bulk.newest_messages;
    let rows = work
        .run(statement, &[(&Numbers::new(pairs)).into()])
        .await?;
    let mut newest = HashMap::new();
    for row in rows {
        let mut columns = Columns::of(&row);
        let pair = [columns.integer()?, columns.integer()?];
        if let Some(at) = columns.optional_integer()? {
            newest.insert(pair, at);
        }
    }
    Ok(newest)
}

/// The two users of a message's conversation, the smaller id first.
fn pair(message: &NewMessage) -> [i64; 2] {
    let (one, other) = (message.from.get(), message.to.get());
    [one.min(other), one.max(other)]
}
