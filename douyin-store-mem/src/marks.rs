//! What one user likes or follows.

use std::collections::HashMap;
use std::hash::Hash;

use douyin_core::{Change, Mark, Timestamp};

use crate::timeline::Timeline;

/// The marks of one user: found by id, listed by instant.
#[derive(Debug)]
pub(crate) struct Marks<Id> {
    instants: HashMap<Id, Timestamp>,
    timeline: Timeline<Id>,
}

impl<Id> Default for Marks<Id> {
    fn default() -> Self {
        Self {
            instants: HashMap::new(),
            timeline: Timeline::default(),
        }
    }
}

impl<Id: Copy + Eq + Hash + Into<i64>> Marks<Id> {
    /// Sets a mark; one that stands already keeps its instant.
    pub(crate) fn set(&mut self, id: Id, mark: Mark, at: Timestamp) -> Change {
        match (mark, self.instants.get(&id).copied()) {
            (Mark::On, None) => {
                self.instants.insert(id, at);
                self.timeline.insert(at, id);
                Change::Applied
            }
            (Mark::Off, Some(_)) => {
                self.forget(id);
                Change::Applied
            }
            (Mark::On, Some(_)) | (Mark::Off, None) => Change::Unchanged,
        }
    }

    /// Takes a mark back that may be there.
    pub(crate) fn forget(&mut self, id: Id) {
        if let Some(since) = self.instants.remove(&id) {
            self.timeline.remove(since, id);
        }
    }

    pub(crate) fn contains(&self, id: Id) -> bool {
        self.instants.contains_key(&id)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = Id> {
        self.instants.keys().copied()
    }

    pub(crate) const fn timeline(&self) -> &Timeline<Id> {
        &self.timeline
    }
}
