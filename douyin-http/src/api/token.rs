//! Tokens: signed statements of who somebody is, until when, and of which session.

mod hs256;
mod keys;
#[cfg(test)]
mod tests;

use std::time::Duration;

use douyin_core::{Generation, SessionId, SignedIn, Timestamp, UserId};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use serde::{Deserialize, Serialize};

pub use self::keys::TokenKeys;

/// The fewest bytes of a secret: as many as HMAC-SHA256 puts out (RFC 7518, section 3.2).
pub const SECRET_BYTES: usize = 32;

/// The most days that a token can be valid, by any configuration.
pub const MOST_TOKEN_DAYS: u32 = 3_650;

/// Makes and checks tokens: JSON Web Tokens of algorithm HS256, which consist of `[A-Za-z0-9._-]`.
///
/// The first one that is made sets the process's `jsonwebtoken::CryptoProvider` to one that knows only this algorithm, unless
/// the process has one already: a program that uses that crate for others as well installs its provider first.
pub struct Tokens {
    keys: TokenKeys,
    validation: Validation,
    lifetime_millis: i64,
}

/// A secret that is too short to keep one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token secret of {0} bytes is too short: it needs at least {SECRET_BYTES}")]
pub struct WeakSecret(pub usize);

/// A token that is not ours, or no longer valid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its session has ended.
    #[error("the session of the token has ended")]
    Revoked,
    /// It was not made with one of the keys, or is no token at all.
    #[error("the token is not one of ours")]
    Foreign(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A token could not be made.
#[derive(Debug, thiserror::Error)]
#[error("a token could not be made")]
pub struct NotIssued(#[source] Box<dyn std::error::Error + Send + Sync>);

/// What a token says (RFC 7519, section 4.1); instants in seconds since 1970, times in seconds. Those of earlier versions have no `gen`.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    exp: i64,
    jti: String,
    /// The `jti` of the session's first token, which has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    /// How long the session's first token was valid, which has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    life: Option<i64>,
    #[serde(default, rename = "gen")]
    generation: u32,
}

/// What a login began, as its token tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user: UserId,
    /// Which it is: all tokens of one login have the same.
    pub id: SessionId,
    /// The generation that it is of.
    pub generation: Generation,
    /// When the token expires as it was signed, even if tokens are valid for less time now.
    pub expires_at: Timestamp,
    /// How many milliseconds any token of the session is valid at most, whatever is configured meanwhile: as long as the first.
    pub lifetime_millis: i64,
}

impl Tokens {
    /// Signs with a secret; each token is valid for `lifetime`, in whole seconds.
    ///
    /// # Errors
    /// [`WeakSecret`] under [`SECRET_BYTES`].
    pub fn new(secret: &[u8], lifetime: Duration) -> Result<Self, WeakSecret> {
        Ok(Self::with_keys(TokenKeys::new(secret)?, lifetime))
    }

    /// Signs with one of several keys; each token is valid for `lifetime`, in whole seconds.
    #[must_use]
    pub fn with_keys(keys: TokenKeys, lifetime: Duration) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // The library would ask the machine's clock; `verify` asks the given one.
        validation.validate_exp = false;
        Self {
            keys,
            validation,
            lifetime_millis: i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX),
        }
    }

    /// A token for somebody who signed in, which begins a session, from `now` on.
    ///
    /// # Errors
    /// Where the system has no randomness to give.
    pub fn issue(&self, signed_in: SignedIn, now: Timestamp) -> Result<String, NotIssued> {
        let id = random_id()?.to_string();
        self.keys.sign(&Claims {
            sub: signed_in.user.to_string(),
            iat: seconds(now),
            exp: seconds(now.plus_millis(self.lifetime_millis)),
            jti: id,
            sid: None,
            life: None,
            generation: signed_in.generation.get(),
        })
    }

    /// Another token for a session, from `now` on; valid no longer than the session's first one was, so that its
    /// [revocation](Self::session_revoked_until) outlasts every token of it, also those that nobody has presented.
    ///
    /// # Errors
    /// Where the system has no randomness to give.
    pub fn renew(&self, session: &Session, now: Timestamp) -> Result<String, NotIssued> {
        let lifetime_millis = self.lifetime_millis.min(session.lifetime_millis);
        self.keys.sign(&Claims {
            sub: session.user.to_string(),
            iat: seconds(now),
            exp: seconds(now.plus_millis(lifetime_millis)),
            jti: random_id()?.to_string(),
            sid: Some(session.id.to_string()),
            life: Some(session.lifetime_millis / 1_000),
            generation: session.generation.get(),
        })
    }

    /// The session that a token is of. Whether that has ended is not in the token: see [`Revocations`](super::Revocations).
    ///
    /// A token is valid until it expires, and no longer than tokens are valid now: a lifetime that was shortened is so for the tokens
    /// that there are, too.
    ///
    /// # Errors
    /// [`InvalidToken`].
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Session, InvalidToken> {
        let claims = self.claims(token)?;
        let by_now = claims.iat.saturating_add(self.lifetime_millis / 1_000);
        if claims.exp.min(by_now) <= seconds(now) {
            return Err(InvalidToken::Expired);
        }
        let own_life = claims.exp.saturating_sub(claims.iat);
        let life = claims.life.map_or(own_life, |first| first.max(own_life));
        let user: i64 = claims.sub.parse().map_err(foreign)?;
        let id = claims.sid.as_deref().unwrap_or(&claims.jti);
        Ok(Session {
            user: UserId::new(user).map_err(foreign)?,
            id: id.parse().map_err(foreign)?,
            generation: Generation::new(claims.generation),
            expires_at: Timestamp::from_millis(claims.exp.saturating_mul(1_000)),
            lifetime_millis: life.saturating_mul(1_000),
        })
    }

    fn claims(&self, token: &str) -> Result<Claims, InvalidToken> {
        let mut failure = ErrorKind::InvalidToken.into();
        for key in self.keys.of(token) {
            match jsonwebtoken::decode(token, &key.checking, &self.validation) {
                Ok(decoded) => return Ok(decoded.claims),
                Err(error) => failure = error,
            }
        }
        Err(foreign(failure))
    }

    /// From when on no token of a session can be valid any more, however [`Tokens`] are configured until then, if its last one is issued
    /// soon after `now`, by whichever server: one that has not heard yet that the session has ended may renew it, and its clock may
    /// be another.
    #[must_use]
    pub fn session_revoked_until(session: &Session, now: Timestamp) -> Timestamp {
        now.plus_millis(session.lifetime_millis)
            .max(session.expires_at)
            .plus_millis(MARGIN_MILLIS)
    }

    /// The same of all sessions of somebody. How long the tokens of the others are valid nobody knows, so this is after
    /// [`MOST_TOKEN_DAYS`]: it is kept once for each user.
    #[must_use]
    pub fn generations_revoked_until(&self, now: Timestamp) -> Timestamp {
        now.plus_millis(self.lifetime_millis.max(LONGEST_MILLIS))
            .plus_millis(MARGIN_MILLIS)
    }
}

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

const LONGEST_MILLIS: i64 = MOST_TOKEN_DAYS as i64 * DAY_MILLIS;

/// How far the clocks of servers on one database may be apart before a revocation is forgotten too soon: a day.
const MARGIN_MILLIS: i64 = DAY_MILLIS;

const fn seconds(instant: Timestamp) -> i64 {
    instant.as_millis() / 1_000
}

fn random_id() -> Result<SessionId, NotIssued> {
    let mut id = [0; SessionId::BYTES];
    getrandom::fill(&mut id).map_err(|error| NotIssued(error.into()))?;
    Ok(SessionId::from_bytes(id))
}

fn foreign(error: impl std::error::Error + Send + Sync + 'static) -> InvalidToken {
    InvalidToken::Foreign(error.into())
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens")
            .field("keys", &self.keys)
            .field("lifetime_millis", &self.lifetime_millis)
            .finish_non_exhaustive()
    }
}
