use std::collections::{BTreeMap, BTreeSet};

use douyin_core::{Entity, NodeNumber};

use super::Work;
use crate::engine::{Columns, Engine, Numbers};
use crate::error::Error;

/// What a transaction is going to change, to be locked before it changes anything.
///
/// Only for engines whose transactions write at the same time. Everything is locked in one order (repairs, registrations, publications,
/// revocations, jobs, comments, videos, users, node numbers; rows of a table by id), so that of two transactions that want the same, one waits for the other and
/// none for each other. Every like shares its user's row with every other like of its pair, every follow its two users'
/// rows, and every message a user's row with the rest of its conversation: once these are locked, no other transaction can
/// change what this one reads.
#[derive(Debug, Default)]
pub(crate) struct RowLocks {
    /// The queues that it stands in.
    pub(crate) queues: BTreeSet<Queue>,
    /// Comments, and with each its video.
    pub(crate) comments: BTreeSet<i64>,
    /// Videos.
    pub(crate) videos: BTreeSet<i64>,
    /// Videos, and with each its author.
    pub(crate) videos_and_authors: BTreeSet<i64>,
    /// Deleted videos, and with each at most so many of those who like it.
    pub(crate) likers: BTreeMap<i64, i64>,
    /// Users.
    pub(crate) users: BTreeSet<i64>,
    /// Node numbers.
    pub(crate) nodes: BTreeSet<NodeNumber>,
}

/// Those who want what no row stands for yet wait for each other at a row that is there for it. In the order in which they are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Queue {
    /// Whoever repairs counters.
    Repairs,
    /// Whoever takes a name.
    Registrations,
    /// Whoever takes a publication instant.
    Publications,
    /// Whoever takes a position of a revocation.
    Revocations,
    /// Whoever takes a job, or says how it ended. They do it a few times a second, so that a queue costs them nothing, and knows no
    /// deadlock; who adds a job does not stand in it.
    Jobs,
}

/// What to do about a lock that somebody else holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// Wait for it.
    Waits,
    /// Fail at once.
    None,
}

/// What a transaction has locked, and so knows to exist.
#[derive(Debug, Default)]
pub(crate) struct Locked {
    /// Users.
    users: BTreeSet<i64>,
    /// Videos that are not deleted, and who their authors are.
    videos: BTreeMap<i64, i64>,
}

impl Locked {
    /// The author of a video, if it is locked.
    pub(super) fn author(&self, video: i64) -> Option<i64> {
        self.videos.get(&video).copied()
    }

    /// The end of a pair that does not exist, if one does not. Both must have been asked for.
    pub(super) fn missing_end(&self, ends: (Entity, Entity), pair: (i64, i64)) -> Option<Entity> {
        let exists = |end, id| match end {
            Entity::Video => self.videos.contains_key(&id),
            _ => self.users.contains(&id),
        };
        if !exists(ends.0, pair.0) {
            Some(ends.0)
        } else if !exists(ends.1, pair.1) {
            Some(ends.1)
        } else {
            None
        }
    }
}

impl<E: Engine> Work<'_, E> {
    /// Locks all that is asked for, where the engine needs it.
    pub(super) async fn lock(&mut self, mut locks: RowLocks) -> Result<(), Error> {
        let Some(statements) = &self.statements.locks else {
            return Ok(());
        };
        let statements = match self.patience {
            Patience::Waits => &statements.waiting,
            Patience::None => &statements.at_once,
        };
        let mut locked = Locked::default();
        for queue in &locks.queues {
            let statement = match queue {
                Queue::Repairs => &statements.repairs,
                Queue::Registrations => &statements.registrations,
                Queue::Publications => &statements.publications,
                Queue::Revocations => &statements.revocations,
                Queue::Jobs => &statements.jobs,
            };
            // The migrations made the row. Without it nobody would wait for anybody.
            if self.run(statement, &[]).await?.is_empty() {
                let text = statement.text();
                let text = text.as_str();
                return Err(Error::Corrupt(format!(
                    "the row of a lock is missing: {text}"
                )));
            }
        }
        if !locks.comments.is_empty() {
            let comments = ids(&locks.comments);
            for row in self
                .run(&statements.comments, &[(&comments).into()])
                .await?
            {
                locks.videos.insert(Columns::of(&row).integer()?);
            }
        }
        locks.videos.extend(&locks.videos_and_authors);
        locks.videos.extend(locks.likers.keys());
        if !locks.videos.is_empty() {
            let videos = ids(&locks.videos);
            for row in self.run(&statements.videos, &[(&videos).into()]).await? {
                let mut columns = Columns::of(&row);
                let (video, author) = (columns.integer()?, columns.integer()?);
                if columns.flag()? {
                    locked.videos.insert(video, author);
                }
                if locks.videos_and_authors.contains(&video) {
                    locks.users.insert(author);
                }
            }
        }
        for (video, limit) in &locks.likers {
            locks.users.extend(self.likers(*video, *limit).await?);
        }
        if !locks.users.is_empty() {
            let users = ids(&locks.users);
            for row in self.run(&statements.users, &[(&users).into()]).await? {
                locked.users.insert(Columns::of(&row).integer()?);
            }
        }
        if !locks.nodes.is_empty() {
            let nodes = Numbers::new(locks.nodes.iter().map(|number| [number.get().into()]));
            self.run(&statements.nodes, &[(&nodes).into()]).await?;
        }
        self.locked = Some(locked);
        Ok(())
    }

    /// At most so many users who like a video, by id. Where rows are locked, the video has to be: then they stay the same.
    pub(crate) async fn likers(&mut self, video: i64, limit: i64) -> Result<Vec<i64>, Error> {
        let statement = &self.statements.deletion.likers;
        let rows = self.run(statement, &[video.into(), limit.into()]).await?;
        rows.iter().map(|row| Columns::of(row).integer()).collect()
    }

    /// What comes after in this transaction finds a video that was locked no more.
    pub(crate) fn no_longer_there(&mut self, video: i64) {
        if let Some(locked) = &mut self.locked {
            locked.videos.remove(&video);
        }
    }
}

fn ids(ids: &BTreeSet<i64>) -> Numbers {
    Numbers::new(ids.iter().map(|id| [*id]))
}
