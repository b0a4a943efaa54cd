//! How often one address, and one account, may do something.

mod limiter;
mod shared;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use douyin_cache::redis::Redis;
use douyin_core::UserId;

use self::limiter::Limiter;
pub(crate) use self::shared::{Shared, Tally};
use super::throttle::{Allowance, TooOften};

/// What a request does, as far as that decides how often it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Looks at something.
    Reading,
    /// Likes or follows, or takes that back, edits a profile, or deletes a video.
    Writing,
    /// Comments, or deletes a comment.
    Commenting,
    /// Sends a message.
    Messaging,
    /// Uploads a video.
    Publishing,
    /// Tries to register a user.
    Registering,
    /// Tries to sign in, or does something with a session or a password.
    LoggingIn,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Reading,
        Self::Writing,
        Self::Commenting,
        Self::Messaging,
        Self::Publishing,
        Self::Registering,
        Self::LoggingIn,
    ];

    /// Its name, as the settings have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Writing => "writing",
            Self::Commenting => "commenting",
            Self::Messaging => "messaging",
            Self::Publishing => "publishing",
            Self::Registering => "registering",
            Self::LoggingIn => "logging_in",
        }
    }

    /// Whether all nodes together count it. Reading is worth no question to another server.
    const fn is_shared(self) -> bool {
        !matches!(self, Self::Reading)
    }
}

/// Bytes of uploads are counted by pieces of 64 KiB: what is smaller costs no whole MiB, and the number of pieces has room for 256 TiB.
const PIECE: u64 = 64 << 10;
const PIECES_OF_A_MEBIBYTE: u32 = 16;

/// How often an action is allowed; `None` is always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateLimit {
    /// To an IPv4 address, or to the /64 of an IPv6 one.
    pub per_address: Option<Allowance>,
    /// To somebody who is signed in, wherever they are.
    pub per_account: Option<Allowance>,
}

/// The limits of one process, and those that it shares with others.
#[derive(Debug, Default)]
pub(super) struct Limits {
    of: [Limiters; Action::ALL.len()],
    /// Pieces of uploads of an account.
    uploaded: Option<Arc<Limiter>>,
    pub(super) shared: Shared,
}

/// Those of an action.
#[derive(Debug, Default)]
struct Limiters {
    per_address: Option<Arc<Limiter>>,
    per_account: Option<Arc<Limiter>>,
    refused: Arc<AtomicU64>,
}

impl Limits {
    pub(super) fn set(&mut self, action: Action, limit: RateLimit) {
        let limiter = |allowance| Arc::new(Limiter::new(allowance));
        let own = &mut self.of[action as usize];
        own.per_address = limit.per_address.map(limiter);
        own.per_account = limit.per_account.map(limiter);
    }

    /// So many MiB an account may upload.
    pub(super) fn set_uploaded(&mut self, limit: Option<Allowance>) {
        let pieces = limit.map(|allowance| allowance.times(PIECES_OF_A_MEBIBYTE));
        self.uploaded = pieces.map(|allowance| Arc::new(Limiter::new(allowance)));
    }

    pub(super) fn share(&mut self, redis: Redis) {
        self.shared = Shared::through(redis);
    }

    /// Goes on with what another one has counted, wherever both allow the same.
    pub(super) fn continue_with(&mut self, before: &Self) {
        go_on(&mut self.uploaded, before.uploaded.as_ref());
        for (own, before) in self.of.iter_mut().zip(&before.of) {
            own.refused = Arc::clone(&before.refused);
            go_on(&mut own.per_address, before.per_address.as_ref());
            go_on(&mut own.per_account, before.per_account.as_ref());
        }
    }

    /// Whether it matters who somebody is.
    pub(super) fn counts_accounts(&self, action: Action) -> bool {
        self.of[action as usize].per_account.is_some()
    }

    /// Counts one more of an action; what is not known is not counted.
    ///
    /// # Errors
    /// [`TooOften`], by this process' count or, where that allows it, by that of all.
    pub(super) async fn admit(
        &self,
        action: Action,
        network: Option<IpAddr>,
        account: Option<UserId>,
    ) -> Result<(), TooOften> {
        let own = &self.of[action as usize];
        let by_address = own.per_address.as_deref().zip(network);
        let by_account = own.per_account.as_deref().zip(account);
        let admitted = async {
            // First the account: what it is refused costs others at its address nothing.
            if let Some((limiter, account)) = by_account {
                limiter.take(account)?;
            }
            if let Some((limiter, network)) = by_address {
                limiter.take(network)?;
            }
            if !action.is_shared() || !self.shared.is_there() {
                return Ok(());
            }
            let name = action.name();
            let address = by_address.map(|(limiter, network)| {
                Tally::new(format!("{name}:{network}"), limiter.allowance())
            });
            let account = by_account.map(|(limiter, account)| {
                Tally::new(format!("{name}:{account}"), limiter.allowance())
            });
            let tallies: Vec<Tally> = address.into_iter().chain(account).collect();
            self.shared.take(&tallies).await
        };
        let admitted = admitted.await;
        if admitted.is_err() {
            own.refused.fetch_add(1, Ordering::Relaxed);
        }
        admitted
    }

    /// Counts bytes that an account uploads, of which `counted` were counted before. Each process counts by itself.
    ///
    /// # Errors
    /// [`TooOften`].
    pub(super) fn admit_bytes(
        &self,
        account: UserId,
        bytes: u64,
        counted: u64,
    ) -> Result<(), TooOften> {
        let more = bytes
            .div_ceil(PIECE)
            .saturating_sub(counted.div_ceil(PIECE));
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let (Some(limiter), Some(more)) = (&self.uploaded, NonZeroU32::new(more)) else {
            return Ok(());
        };
        let admitted = limiter.take_many(account, more);
        if admitted.is_err() {
            let refused = &self.of[Action::Publishing as usize].refused;
            refused.fetch_add(1, Ordering::Relaxed);
        }
        admitted
    }

    /// How many were refused of each action.
    pub(super) fn refused(&self) -> [(Action, u64); Action::ALL.len()] {
        Action::ALL.map(|action| {
            let refused = &self.of[action as usize].refused;
            (action, refused.load(Ordering::Relaxed))
        })
    }
}

/// Goes on with what was counted, where it allows the same.
fn go_on(own: &mut Option<Arc<Limiter>>, before: Option<&Arc<Limiter>>) {
    if let (Some(own), Some(before)) = (own, before)
        && own.allowance() == before.allowance()
    {
        *own = Arc::clone(before);
    }
}
