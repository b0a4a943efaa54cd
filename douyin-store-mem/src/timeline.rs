//! Entries in the order of lists.

use std::collections::BTreeMap;
use std::collections::btree_map::Range;
use std::iter::Rev;

use douyin_core::{Cursor, Page, PageRequest, StoreError, Timestamp};

use crate::Error;

/// Ids ordered by `(instant, id)`: what a list is read from, by range.
#[derive(Debug)]
pub(crate) struct Timeline<Id>(BTreeMap<Cursor, Id>);

impl<Id> Default for Timeline<Id> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<Id: Copy + Into<i64>> Timeline<Id> {
    pub(crate) fn insert(&mut self, at: Timestamp, id: Id) {
        self.0.insert(place(at, id), id);
    }

    pub(crate) fn remove(&mut self, at: Timestamp, id: Id) {
        self.0.remove(&place(at, id));
    }

    /// The entries strictly after a place, newest first.
    pub(crate) fn newest_first(&self, after: Option<Cursor>) -> Rev<Range<'_, Cursor, Id>> {
        match after {
            Some(place) => self.0.range(..place),
            None => self.0.range(..),
        }
        .rev()
    }

    /// Every entry, oldest first.
    pub(crate) fn oldest_first(&self) -> impl Iterator<Item = Id> {
        self.0.values().copied()
    }

    /// A page, each entry shown by `show`.
    pub(crate) fn page<T>(
        &self,
        page: PageRequest,
        show: impl Fn(Id) -> Result<T, StoreError>,
    ) -> Result<Page<T>, StoreError> {
        self.page_where(page, |_| true, show)
    }

    /// A page of the entries of which something is true, each shown by `show`.
    pub(crate) fn page_where<T>(
        &self,
        page: PageRequest,
        is_shown: impl Fn(Id) -> bool,
        show: impl Fn(Id) -> Result<T, StoreError>,
    ) -> Result<Page<T>, StoreError> {
        let entries = self.newest_first(page.after);
        page_of(entries.filter(|(_, id)| is_shown(**id)), page.limit, show)
    }

    /// `at`, or the first instant after it that no entry has.
    ///
    /// It walks over the instants in use that follow `at` without a gap: as many as were published faster than one a
    /// millisecond.
    pub(crate) fn first_free_instant(&self, at: Timestamp) -> Result<Timestamp, Error> {
        let from_at = Cursor { at, id: i64::MIN };
        let mut free = at;
        for used in self.0.range(from_at..).map(|(place, _)| place.at) {
            if used != free {
                break;
            }
            free = next_instant(used)?;
        }
        Ok(free)
    }
}

/// The first `limit` entries, each shown by `show`.
pub(crate) fn page_of<'a, Id: Copy + 'a, T>(
    entries: impl Iterator<Item = (&'a Cursor, &'a Id)>,
    limit: u32,
    show: impl Fn(Id) -> Result<T, StoreError>,
) -> Result<Page<T>, StoreError> {
    let rows = entries.take((limit as usize).saturating_add(1)).collect();
    let page = Page::from_one_too_many(rows, limit, |(place, _)| **place, |(_, id)| show(*id));
    Ok(Page {
        items: page.items.into_iter().collect::<Result<_, _>>()?,
        next: page.next,
    })
}

/// The millisecond after an instant.
pub(crate) fn next_instant(at: Timestamp) -> Result<Timestamp, Error> {
    let next = at.as_millis().checked_add(1).ok_or(Error::NoInstantLeft)?;
    Ok(Timestamp::from_millis(next))
}

fn place(at: Timestamp, id: impl Into<i64>) -> Cursor {
    Cursor { at, id: id.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn the_first_free_instant_fills_gaps() {
        let mut used = Timeline::<i64>::default();
        for millis in [10, 11, 13] {
            used.insert(at(millis), 1);
        }
        for (wanted, free) in [(9, 9), (10, 12), (11, 12), (12, 12), (13, 14), (15, 15)] {
            assert_eq!(used.first_free_instant(at(wanted)).unwrap(), at(free));
        }
    }

    #[test]
    fn after_the_last_instant_there_is_none() {
        let mut used = Timeline::<i64>::default();
        used.insert(Timestamp::MAX, 1);
        assert!(matches!(
            used.first_free_instant(Timestamp::MAX),
            Err(Error::NoInstantLeft)
        ));
    }
}
