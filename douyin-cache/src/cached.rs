//! The store that remembers. This page is the argument for that it never shows a writer the past.
//!
//! # Nothing older than an acknowledged write of this process
//!
//! [`Versions`](versions::Versions) has a clock, and for each topic (a user's card, a video's, the comments below one, …) the moment when
//! it was last touched. A write touches what it changes **after its commit and before it is answered**. Everything remembered
//! is a [`Flight`](flight::Flight): one load, with the moment **before it began** and, once it has landed, all topics that it shows.
//!
//! - *Remembered*: a reader who starts after a write was answered finds its touch. A load from before the commit is from before the
//!   touch; so, if it shows what was written, it is not used.
//! - *Under way*: such a reader may join a load that began before the commit; it is one statement, however many ask. When it lands it is
//!   judged in the same way, by the moment at which the reader asked. If it does not serve, the reader begins another one, or joins
//!   one that began since. Of three loads the third is never waited for.
//! - *New topics*: what a load does not show cannot be among its topics, so what may join it is one of them: a page is also about its list
//!   (the feed, the comments of a video), an absence about what is absent.
//! - *Writes that are not answered*, because the caller went away, are brought to their end and touch then; those that failed, but for
//!   refusals, touch as well. What a database commits only after it has said that it failed is seen after the age at the latest.
//! - *Other options* make other shelves. The versions stay, so a write under way is as good for the new ones.
//!
//! Shared slots and touches too many only cost a load.
//!
//! # Peers
//!
//! What other processes write is not touched here. Everything is young, counted from before it was read, so that others
//! see it after that age. The writer's own reads ask the peers, and go to the store where these do not say that the writer has not written
//! for as long as that.
//!
//! # Two statements that agree
//!
//! See [`Viewers`](viewers::Viewers).

mod card;
mod effect;
mod failure;
mod flight;
mod look;
mod memory;
mod options;
mod ports;
mod read;
mod shelf;
mod shelves;
mod stats;
mod to_the_end;
mod versions;
mod viewers;

use std::fmt;
use std::sync::Arc;

use douyin_core::Store;

use self::memory::{Memory, Sharing};
pub use self::options::CacheOptions;
pub use self::stats::{CacheStats, ShelfStats};
use crate::Peers;

/// A [`Store`] that remembers for moments what another one answered.
///
/// | of | is remembered | where there are peers |
/// |---|---|---|
/// | [`feed`](douyin_core::Videos::feed) | the newest page, by its limit | for everybody |
/// | [`comments`](douyin_core::Comments::comments) | the newest page, by video and limit | for everybody |
/// | [`profile`](douyin_core::Users::profile) | a user, or that there is none | for anonymous viewers |
/// | [`video`](douyin_core::Videos::video) | a video, or that there is none | both: for anonymous viewers |
/// | [`marks_of`](douyin_core::Favorites::marks_of) | what a viewer likes and follows of a page | not |
///
/// Everything else is passed through. A page is read once for all viewers; each one's flags come from a statement of their own.
///
/// # What is seen
///
/// - On this process every acknowledged write, at once and by everybody.
/// - Where there are peers: by its writer at once on every process, by others after [`CacheOptions::max_age`] at the latest.
/// - What else changes the database, such as a repair or an import by another process: after that age.
///
/// # Absences
///
/// That there is no user or video of an id is remembered without hiding one that comes later: a registration or publication on
/// this process ends it. Where there are peers it is remembered only of ids that were made 25 hours and more before the newest that was
/// seen, because nobody is about to add a row with one of these.
///
/// # Failures
///
/// They are not remembered; all who waited for the same load share one. Nobody waits for a load of somebody else for more than a second.
#[derive(Clone)]
pub struct CachedStore {
    memory: Arc<Memory>,
}

impl CachedStore {
    /// Remembers what a store answers that nobody else writes to.
    #[must_use]
    pub fn alone(store: Arc<dyn Store>, options: CacheOptions) -> Self {
        Self::new(store, Sharing::Alone, options)
    }

    /// Remembers what a store answers that others write to, who do the same and agree on [`CacheOptions::max_age`].
    #[must_use]
    pub fn shared(store: Arc<dyn Store>, peers: Arc<dyn Peers>, options: CacheOptions) -> Self {
        Self::new(store, Sharing::With(peers), options)
    }

    /// Forgets everything, and goes on with other options; with the same ones it goes on as before.
    ///
    /// Peers agree on the age: where it grows, they have to know before.
    pub fn reconfigure(&self, options: CacheOptions) {
        self.memory.reconfigure(options);
    }

    /// Whether nobody else writes to the store.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.memory.is_alone()
    }

    /// What it was asked so far, and what it holds. Costs a few loads of memory.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        self.memory.shelves.load().stats()
    }

    fn new(store: Arc<dyn Store>, sharing: Sharing, options: CacheOptions) -> Self {
        let memory = Arc::new(Memory::new(store, sharing, options));
        Self { memory }
    }
}

impl fmt::Debug for CachedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedStore")
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
