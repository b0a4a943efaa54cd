//! The domain as a value: what it is made of, and its builder.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::{
    Clock, Error, Event, EventSink, IdSource, InvalidId, NoEvents, NoFilter, PasswordHasher, Store,
    StoreError, SystemClock, TextFilter, TimeOrderedIds, Timestamp,
};

/// How much of something is allowed or answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Videos in a feed page. 30.
    pub feed_page: u32,
    /// Entries of a list, also the most that a caller can ask for. 1000.
    pub list: u32,
    /// Messages of a conversation's page. 1000.
    pub chat: u32,
    /// Characters of a password that somebody chooses. 5 to 32.
    pub password: RangeInclusive<usize>,
    /// Bytes of the videos of one author. No limit.
    pub stored_bytes: Option<u64>,
    /// How work that outlives requests is done.
    pub jobs: JobLimits,
}

/// How often and for how long jobs are tried. A duration is in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobLimits {
    /// Whether a job that prepares it is added for each video that is published; whoever says so runs jobs. No.
    pub prepare: bool,
    /// So long a claim keeps others away, unless it is extended. A minute.
    pub lease_millis: i64,
    /// How often a preparation is tried; with the pauses below that takes some three hours. What removes something is tried until it
    /// succeeds. 8.
    pub attempts: u32,
    /// The pause after the first attempt that failed; each further one is four times as long. Ten seconds.
    pub retry_millis: i64,
    /// The longest of these pauses. An hour.
    pub longest_retry_millis: i64,
    /// So long files are kept that no row names any more. A day.
    pub keep_files_millis: i64,
}

impl Default for JobLimits {
    fn default() -> Self {
        Self {
            prepare: false,
            lease_millis: 60_000,
            attempts: 8,
            retry_millis: 10_000,
            longest_retry_millis: 3_600_000,
            keep_files_millis: 86_400_000,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            feed_page: 30,
            list: 1000,
            chat: 1000,
            password: 5..=32,
            stored_bytes: None,
            jobs: JobLimits::default(),
        }
    }
}

/// Who may write to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessagePolicy {
    /// Everybody to everybody.
    #[default]
    Anyone,
    /// Only users who follow each other.
    FriendsOnly,
}

/// The domain: one method per use case, over whatever store it was built with. Clones share everything.
#[derive(Clone)]
pub struct Douyin {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    pub(crate) filter: Arc<dyn TextFilter>,
    events: Arc<dyn EventSink>,
    pub(crate) limits: Limits,
    pub(crate) message_policy: MessagePolicy,
}

impl Douyin {
    /// Starts building over a store, with bcrypt at cost 10.
    #[cfg(feature = "bcrypt")]
    pub fn builder(store: Arc<dyn Store>) -> DouyinBuilder {
        Self::builder_with_hasher(store, Arc::new(crate::BcryptHasher::default()))
    }

    /// Starts building over a store and a password hasher.
    pub fn builder_with_hasher(
        store: Arc<dyn Store>,
        hasher: Arc<dyn PasswordHasher>,
    ) -> DouyinBuilder {
        DouyinBuilder(Self {
            store,
            clock: Arc::new(SystemClock),
            ids: Arc::new(TimeOrderedIds::default()),
            hasher,
            filter: Arc::new(NoFilter),
            events: Arc::new(NoEvents),
            limits: Limits::default(),
            message_policy: MessagePolicy::default(),
        })
    }

    /// The store that it works on.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The present instant of its clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How much it allows and answers.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn new_id<T: TryFrom<i64, Error = InvalidId>>(
        &self,
        now: Timestamp,
    ) -> Result<T, Error> {
        let number = self.ids.next_id(now).map_err(StoreError::from)?;
        T::try_from(number).map_err(|error| Error::Store(StoreError::from(error)))
    }

    pub(crate) fn emit(&self, event: Event) {
        self.events.emit(event);
    }
}

/// Builds a [`Douyin`]; everything but the store has a default.
#[must_use]
pub struct DouyinBuilder(Douyin);

impl DouyinBuilder {
    /// Where instants come from; the machine's clock by default.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.0.clock = clock;
        self
    }

    /// Where ids come from; [`TimeOrderedIds`] of node 0 by default, which is for a single process.
    pub fn ids(mut self, ids: Arc<dyn IdSource>) -> Self {
        self.0.ids = ids;
        self
    }

    /// What hashes passwords.
    pub fn hasher(mut self, hasher: Arc<dyn PasswordHasher>) -> Self {
        self.0.hasher = hasher;
        self
    }

    /// What cleans texts; nothing by default.
    pub fn filter(mut self, filter: Arc<dyn TextFilter>) -> Self {
        self.0.filter = filter;
        self
    }

    /// Who is told of what happens; nobody by default.
    pub fn events(mut self, events: Arc<dyn EventSink>) -> Self {
        self.0.events = events;
        self
    }

    /// How much is allowed and answered.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.0.limits = limits;
        self
    }

    /// Who may write to whom; everybody to everybody by default.
    pub fn message_policy(mut self, policy: MessagePolicy) -> Self {
        self.0.message_policy = policy;
        self
    }

    /// The finished value.
    #[must_use]
    pub fn build(self) -> Douyin {
        self.0
    }
}
