use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::connector::IdleLimit;

/// The connections that are not in use, and since when; the one that was used last is used next.
pub(super) struct Idle<C> {
    connections: Mutex<Vec<(Instant, C)>>,
    limit: IdleLimit,
}

impl<C> Idle<C> {
    pub(super) fn new(limit: IdleLimit) -> Self {
        Self {
            connections: Mutex::default(),
            limit,
        }
    }

    pub(super) fn put(&self, connection: C) {
        self.lock().push((Instant::now(), connection));
    }

    /// Takes one that is of use. If the last one was idle for too long, so were the others.
    pub(super) fn take(&self) -> Option<C> {
        let mut connections = self.lock();
        let (since, connection) = connections.pop()?;
        if self.limit.allows(since) {
            return Some(connection);
        }
        connections.clear();
        None
    }

    /// Drops all of them.
    pub(super) fn clear(&self) {
        drop(self.drain());
    }

    /// Takes all of them.
    pub(super) fn drain(&self) -> impl Iterator<Item = C> {
        let connections = std::mem::take(&mut *self.lock());
        connections.into_iter().map(|(_, connection)| connection)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Ignores poisoning: no panic can leave the list half changed.
    fn lock(&self) -> MutexGuard<'_, Vec<(Instant, C)>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
