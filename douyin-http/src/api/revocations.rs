//! Which sessions have ended, as far as this process has heard.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use douyin_core::{Generation, Revocation, Revoked, SessionId, Timestamp, UserId};
use tokio::sync::Notify;

use super::token::Session;

/// The sessions that have ended and of which a token may still be valid: what a check of a token looks into.
///
/// It is kept up to date from outside: by [`SessionKeeper`](crate::open::SessionKeeper), which reads from the store what any process has
/// ended. What this process ends is known here before it is acknowledged.
///
/// # What it costs
///
/// A check is two look-ups in memory. A session that has ended takes 25 bytes of a table that is between 7/16 and 7/8 full, so 29 to 57
/// bytes, until its longest token has expired, and so does a user whose sessions all have ended: a million of either is at most 57 MB.
pub struct Revocations {
    shards: Box<[Shard]>,
    due: Notify,
}

/// So many that forgetting what has expired in one of them, which nobody can look into meanwhile, takes less than a millisecond for a
/// million sessions.
const SHARDS: usize = 64;

#[derive(Debug, Default)]
struct Shard {
    sessions: RwLock<HashMap<SessionId, Timestamp>>,
    /// The first generation that has not ended.
    generations: RwLock<HashMap<UserId, (Generation, Timestamp)>>,
}

impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocations")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl Default for Revocations {
    fn default() -> Self {
        Self {
            shards: std::iter::repeat_with(Shard::default)
                .take(SHARDS)
                .collect(),
            due: Notify::new(),
        }
    }
}

impl Revocations {
    /// Whether a session has ended.
    #[must_use]
    pub fn has_ended(&self, session: &Session) -> bool {
        self.has_generation_ended(session)
            || read(&self.shard_of_session(session.id).sessions).contains_key(&session.id)
    }

    /// Whether all sessions of its generation have ended with it.
    #[must_use]
    pub fn has_generation_ended(&self, session: &Session) -> bool {
        let generations = read(&self.shard_of_user(session.user).generations);
        let first_valid = generations.get(&session.user);
        first_valid.is_some_and(|(first_valid, _)| session.generation < *first_valid)
    }

    /// Takes note of what was ended by whatever process.
    pub fn learn(&self, revocation: &Revocation) {
        self.note(revocation.user, revocation.revoked, revocation.expires_at);
    }

    /// Takes note of what this process has ended, once the store has it and before it is acknowledged.
    pub fn end(&self, user: UserId, revoked: Revoked, expires_at: Timestamp) {
        self.note(user, revoked, expires_at);
    }

    fn note(&self, user: UserId, revoked: Revoked, expires_at: Timestamp) {
        match revoked {
            Revoked::Session(session) => {
                let mut sessions = write(&self.shard_of_session(session).sessions);
                let known = sessions.entry(session).or_insert(expires_at);
                *known = expires_at.max(*known);
            }
            Revoked::Before(generation) => {
                let mut generations = write(&self.shard_of_user(user).generations);
                match generations.entry(user) {
                    Entry::Vacant(user) => {
                        user.insert((generation, expires_at));
                    }
                    Entry::Occupied(mut known) => {
                        let (first_valid, known_until) = *known.get();
                        known.insert((generation.max(first_valid), expires_at.max(known_until)));
                    }
                }
            }
        }
    }

    /// Forgets what has expired.
    pub fn forget_expired(&self, now: Timestamp) {
        for Shard {
            sessions,
            generations,
        } in &self.shards
        {
            retain(&mut write(sessions), |expires_at| *expires_at > now);
            retain(&mut write(generations), |(_, expires_at)| *expires_at > now);
        }
    }

    /// How many sessions, and users all of whose sessions have ended, it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        let shards = self.shards.iter();
        shards
            .map(|shard| read(&shard.sessions).len() + read(&shard.generations).len())
            .sum()
    }

    /// Whether it knows of none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Has the store asked at once for what others have ended: for whoever hears that they have.
    pub fn ask_now(&self) {
        self.due.notify_one();
    }

    /// Waits until somebody wants the store to be asked.
    pub async fn asked(&self) {
        self.due.notified().await;
    }

    fn shard_of_session(&self, session: SessionId) -> &Shard {
        &self.shards[usize::from(session.as_bytes()[0]) % SHARDS]
    }

    fn shard_of_user(&self, user: UserId) -> &Shard {
        // The lowest twelve bits are the node, and count within a millisecond: nearly always the same.
        let number = user.get() ^ (user.get() >> 12);
        &self.shards[usize::from(number.to_le_bytes()[0]) % SHARDS]
    }
}

/// Keeps some, and gives memory back where few are left.
fn retain<K: Eq + Hash, V>(table: &mut HashMap<K, V>, keep: impl Fn(&V) -> bool) {
    table.retain(|_, value| keep(value));
    if table.capacity() / 4 > table.len() {
        table.shrink_to_fit();
    }
}

/// Nothing under these locks can leave them half done.
fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
