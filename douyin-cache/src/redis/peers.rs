use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use douyin_core::UserId;
use redis::{ExistenceCheck, SetExpiry, SetOptions};
use tokio::time::{Instant, sleep_until};

use super::link::Session;
use super::{Redis, Unavailable};
use crate::Peers;

/// A mark lasts so much longer than anything that is remembered: Redis counts by its wall clock, in whole milliseconds, which
/// may be slewed or step a little.
pub(super) const LEEWAY: Duration = Duration::from_millis(100);

/// [`Peers`] that tell each other through Redis who wrote just now.
///
/// Let everything that is remembered be used for at most an *age* from before it was read from the database. After a write was
/// committed and before it is acknowledged, a *mark* of the writer is set that lasts longer than that. Whoever reads after the
/// acknowledgement asks for the mark of the viewer before using anything that is remembered. Either the mark is there, and they
/// read the database; or it has ended, and what they use was read less than an age ago, which is after the write.
///
/// Where the mark cannot be confirmed, the acknowledgement is held back until an age after the commit: then nobody has anything
/// older. A server that is away makes writes slower by an age, and never wrong.
///
/// Marks may be lost otherwise, and then the absence of one means nothing. So it counts only on a connection on which, for an
/// age, a *generation* was seen unchanged, which is a random number that is lost together with all marks:
///
/// - the server was flushed: the generation is another or none, and an age from then on nobody is shown the past;
/// - it was restarted, empty or from a snapshot of long ago, or another took over: that ends every connection, and the age begins
///   anew with the next one;
/// - it evicts keys when its memory is full, or does not let us ask whether it does: a mark may go alone, so nobody is ever shown
///   the past. (Where it refuses new keys instead, the mark is not confirmed.)
///
/// In each case a mark that was lost was set before the age began, so what is remembered at its end was read after the write.
pub struct RedisPeers {
    redis: Redis,
    age: Duration,
    generation_key: String,
    trust: Mutex<Trust>,
}

/// Since when the absence of a mark means something.
#[derive(Debug)]
struct Trust {
    connection: u64,
    generation: Option<String>,
    since: Instant,
}

impl RedisPeers {
    pub(super) fn new(redis: Redis, age: Duration) -> Self {
        let generation_key = format!("{}generation", redis.link.prefix);
        let trust = Trust {
            connection: 0,
            generation: None,
            since: Instant::now(),
        };
        Self {
            redis,
            age,
            generation_key,
            trust: Mutex::new(trust),
        }
    }

    fn mark(&self, user: UserId) -> String {
        format!("{}w:{user}", self.redis.link.prefix)
    }

    async fn tell(&self, writers: &[UserId]) -> Result<(), Unavailable> {
        let session = self.redis.link.session()?;
        let lasts = u64::try_from((self.age + LEEWAY).as_millis()).unwrap_or(u64::MAX);
        let options = SetOptions::default().with_expiration(SetExpiry::PX(lasts));
        let mut marks = redis::pipe();
        for writer in writers {
            marks
                .set_options(self.mark(*writer), 1, options.clone())
                .ignore();
        }
        let mut connection = session.connection();
        let answer = marks.query_async(&mut connection);
        self.redis.link.bounded(&session, answer).await
    }

    /// Whether somebody wrote just now; an error where nobody can tell.
    async fn wrote_just_now(&self, viewer: UserId) -> Result<bool, Unavailable> {
        let session = self.redis.link.session()?;
        let mut question = redis::cmd("MGET");
        question.arg(&self.generation_key).arg(self.mark(viewer));
        let mut connection = session.connection();
        let answer = question.query_async(&mut connection);
        let (generation, mark): (Option<String>, Option<u8>) =
            self.redis.link.bounded(&session, answer).await?;
        if generation.is_none() {
            self.begin_generation(&session).await?;
        }
        if self.trusts(&session, generation) {
            Ok(mark.is_some())
        } else {
            Err(Unavailable)
        }
    }

    /// Makes a generation where there is none.
    async fn begin_generation(&self, session: &Session) -> Result<(), Unavailable> {
        let mut set = redis::cmd("SET");
        let generation = format!("{:032x}", fastrand::u128(..));
        set.arg(&self.generation_key).arg(generation);
        set.arg(SetOptions::default().conditional_set(ExistenceCheck::NX));
        let mut connection = session.connection();
        let answer = set.query_async(&mut connection);
        self.redis.link.bounded(session, answer).await
    }

    /// Whether the absence of a mark means something, by the generation that was just seen on a connection.
    fn trusts(&self, session: &Session, seen: Option<String>) -> bool {
        let mut trust = self.trust.lock().unwrap_or_else(PoisonError::into_inner);
        if session.number < trust.connection {
            // An answer over a connection that was given up since.
            return false;
        }
        let now = Instant::now();
        if trust.connection != session.number || trust.generation != seen {
            *trust = Trust {
                connection: session.number,
                generation: seen,
                since: now,
            };
        }
        trust.generation.is_some() && now >= trust.since + self.age && !session.evicts()
    }
}

#[async_trait]
impl Peers for RedisPeers {
    async fn wrote(&self, writers: &[UserId]) {
        let nobody_remembers = Instant::now() + self.age;
        let stats = &self.redis.link.stats;
        if self.tell(writers).await.is_ok() {
            stats.told.count();
        } else {
            stats.untold.count();
            sleep_until(nobody_remembers).await;
        }
    }

    async fn may_be_shown_the_past(&self, viewer: UserId) -> bool {
        let stats = &self.redis.link.stats;
        let wrote_just_now = self.wrote_just_now(viewer).await;
        match wrote_just_now {
            Ok(false) => stats.past_shown.count(),
            Ok(true) => stats.past_of_writers.count(),
            Err(Unavailable) => stats.past_uncertain.count(),
        }
        wrote_just_now == Ok(false)
    }
}

impl fmt::Debug for RedisPeers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisPeers")
            .field("redis", &self.redis)
            .field("age", &self.age)
            .finish_non_exhaustive()
    }
}
