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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_idle_for_too_long_is_dropped_with_all_that_was_idle_for_longer() {
        let idle = Idle::new(IdleLimit(Some(Duration::from_mins(1))));
        idle.put("older");
        advance(Duration::from_secs(59)).await;
        idle.put("newer");
        assert_eq!(idle.take(), Some("newer"));
        assert_eq!(idle.take(), Some("older"));

        idle.put("older");
        idle.put("newer");
        advance(Duration::from_mins(1)).await;
        assert_eq!(idle.take(), None);
        assert_eq!(idle.len(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_a_connection_is_of_use_for_ever() {
        let idle = Idle::new(IdleLimit(None));
        idle.put("old");
        advance(Duration::from_hours(10_000)).await;
        assert_eq!(idle.take(), Some("old"));
    }
}
