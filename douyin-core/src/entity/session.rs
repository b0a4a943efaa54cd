use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{PasswordHash, Timestamp, UserId};

/// Identifies what one login began: 128 bits that nobody can guess. As a text it has 22 characters of `[A-Za-z0-9_-]`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; Self::BYTES]);

impl SessionId {
    /// How many bytes it has.
    pub const BYTES: usize = 16;

    /// Wraps random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

/// A text that identifies no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session is identified by {} bytes in base64url", SessionId::BYTES)]
pub struct InvalidSessionId;

impl FromStr for SessionId {
    type Err = InvalidSessionId;

    fn from_str(text: &str) -> Result<Self, InvalidSessionId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidSessionId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidSessionId)
    }
}

/// Counts how often all sessions of a user have been ended. A session is of the generation that its user had when it began, so that no
/// two clocks are compared to tell which sessions have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Generation(u32);

impl Generation {
    /// That of a user who has just registered.
    pub const FIRST: Self = Self(0);

    /// Wraps a number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Who signed in, and the generation that the session is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub user: UserId,
    /// What was read together with the password that was checked: if that was changed meanwhile, the session has ended before it began.
    pub generation: Generation,
}

/// A session to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedSession {
    /// Whose it is.
    pub user: UserId,
    /// Which.
    pub session: SessionId,
    /// From when on nothing that was issued for it can be valid any more.
    pub expires_at: Timestamp,
}

/// All sessions of a user up to a generation, to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedGenerations {
    /// Whose they are.
    pub user: UserId,
    /// The last generation that ends.
    pub last: Generation,
    /// From when on nothing that was issued for them can be valid any more.
    pub expires_at: Timestamp,
}

/// A new password for a user, which ends all of their sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordChange {
    /// Whose.
    pub user: UserId,
    /// What the old password was checked against.
    pub expected: PasswordHash,
    /// What the new password is checked against.
    pub password: PasswordHash,
    /// From when on nothing that was issued for the ended sessions can be valid any more.
    pub expires_at: Timestamp,
}

/// The place of a revocation among all of a store: later ones have larger ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevocationPosition(i64);

impl RevocationPosition {
    /// Before the first.
    pub const START: Self = Self(0);

    /// Wraps a number.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// What was ended of a user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// One session.
    Session(SessionId),
    /// Every session of a generation before this one.
    Before(Generation),
}

/// That sessions have ended, for everybody who accepts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// Its place among all.
    pub position: RevocationPosition,
    /// Whose sessions.
    pub user: UserId,
    /// Which of them.
    pub revoked: Revoked,
    /// From when on nobody needs to know any more.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_is_22_characters_that_read_back() {
        for bytes in [[0; 16], [0xFF; 16], *b"0123456789abcdef"] {
            let id = SessionId::from_bytes(bytes);
            let text = id.to_string();
            assert_eq!(text.len(), 22);
            assert_eq!(text.parse(), Ok(id));
        }
        for wrong in [
            "",
            "AAAA",
            "AAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAA/",
        ] {
            assert_eq!(wrong.parse::<SessionId>(), Err(InvalidSessionId), "{wrong}");
        }
    }
}
