use douyin_core::{Change, Entity};
use tokio::sync::oneshot;

use super::RowLocks;
use super::marks::{self, Marking};
use super::operation::{AnyPending, Pending, Work};
use crate::engine::Engine;
use crate::error::Error;

/// A request to the writer.
pub(super) enum Request<E: Engine> {
    Favorite(Pending<Marking, Change>),
    Follow(Pending<Marking, Change>),
    Other(Box<dyn AnyPending<E>>),
    Close(oneshot::Sender<Result<(), Error>>),
}

/// Operations that share a transaction.
pub(super) struct Batch<E: Engine> {
    others: Vec<Box<dyn AnyPending<E>>>,
    favorites: Vec<Pending<Marking, Change>>,
    follows: Vec<Pending<Marking, Change>>,
}

impl<E: Engine> Default for Batch<E> {
    fn default() -> Self {
        Self {
            others: Vec::new(),
            favorites: Vec::new(),
            follows: Vec::new(),
        }
    }
}

impl<E: Engine> Batch<E> {
    pub(super) fn push_other(&mut self, operation: Box<dyn AnyPending<E>>) {
        self.others.push(operation);
    }

    pub(super) fn push_favorite(&mut self, marking: Pending<Marking, Change>) {
        self.favorites.push(marking);
    }

    pub(super) fn push_follow(&mut self, marking: Pending<Marking, Change>) {
        self.follows.push(marking);
    }

    pub(super) fn len(&self) -> usize {
        self.others.len() + self.favorites.len() + self.follows.len()
    }

    /// Performs everything inside a transaction. Each operation keeps its own result; fails where the transaction cannot go on.
    pub(super) async fn apply(&mut self, work: &mut Work<'_, E>) -> Result<(), Error> {
        work.lock(self.locks()).await?;
        for operation in &mut self.others {
            operation.apply(work).await?;
        }
        let statements = work.statements;
        let ends = (Entity::User, Entity::Video);
        let marks = &statements.favorites.marks;
        for (pair, by) in apply_marks(work, marks, ends, &mut self.favorites).await? {
            work.counters.add_favorite(pair, by);
        }
        let ends = (Entity::User, Entity::User);
        let marks = &statements.follows.marks;
        for (pair, by) in apply_marks(work, marks, ends, &mut self.follows).await? {
            work.counters.add_follow(pair, by);
        }
        work.write_counters().await
    }

    fn locks(&self) -> RowLocks {
        let mut locks = RowLocks::default();
        for operation in &self.others {
            operation.lock(&mut locks);
        }
        for favorite in &self.favorites {
            let (user, video) = favorite.operation.pair;
            locks.users.insert(user);
            locks.videos_and_authors.insert(video);
        }
        for follow in &self.follows {
            locks.users.extend(<[i64; 2]>::from(follow.operation.pair));
        }
        locks
    }

    /// Answers every caller: with its own result, or all with the failure.
    pub(super) fn answer(self, failure: Option<&Error>) {
        for operation in self.others {
            operation.answer(failure);
        }
        for marking in self.favorites.into_iter().chain(self.follows) {
            marking.answer(failure);
        }
    }

    /// Each operation in a batch of its own.
    pub(super) fn into_singles(self) -> impl Iterator<Item = Self> {
        let others = self.others.into_iter().map(|operation| Self {
            others: vec![operation],
            ..Self::default()
        });
        let favorites = self.favorites.into_iter().map(|marking| Self {
            favorites: vec![marking],
            ..Self::default()
        });
        let follows = self.follows.into_iter().map(|marking| Self {
            follows: vec![marking],
            ..Self::default()
        });
        others.chain(favorites).chain(follows)
    }
}

/// Performs marks and keeps each one's result; answers the pairs that moved.
async fn apply_marks<E: Engine>(
    work: &mut Work<'_, E>,
    statements: &crate::statements::MarkStatements,
    ends: (Entity, Entity),
    pending: &mut [Pending<Marking, Change>],
) -> Result<Vec<(marks::Pair, i64)>, Error> {
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let markings: Vec<Marking> = pending.iter().map(|pending| pending.operation).collect();
    let marked = marks::perform(work, statements, ends, &markings).await?;
    for (pending, change) in pending.iter_mut().zip(marked.changes) {
        pending.keep(change);
    }
    Ok(marked.moved)
}
