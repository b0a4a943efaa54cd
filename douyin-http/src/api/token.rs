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

/// What a token says (RFC 7519, section 4.1); instants in seconds since 1970. Those of earlier versions have no `gen`.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    exp: i64,
    jti: String,
    /// The `jti` of the session's first token, which has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
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
    /// When the token expires.
    pub expires_at: Timestamp,
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
        let id = random_id()?;
        self.sign(signed_in.user, id, id, signed_in.generation, now)
    }

    /// Another token for a session, from `now` on.
    ///
    /// # Errors
    /// Where the system has no randomness to give.
    pub fn renew(&self, session: &Session, now: Timestamp) -> Result<String, NotIssued> {
        let Session {
            user,
            id,
            generation,
            ..
        } = *session;
        self.sign(user, random_id()?, id, generation, now)
    }

    fn sign(
        &self,
        user: UserId,
        token: SessionId,
        session: SessionId,
        generation: Generation,
        now: Timestamp,
    ) -> Result<String, NotIssued> {
        self.keys.sign(&Claims {
            sub: user.to_string(),
            iat: now.as_millis() / 1_000,
            exp: now.plus_millis(self.lifetime_millis).as_millis() / 1_000,
            jti: token.to_string(),
            sid: (session != token).then(|| session.to_string()),
            generation: generation.get(),
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
        let longest = Timestamp::from_millis(claims.iat.saturating_mul(1_000))
            .plus_millis(self.lifetime_millis)
            .as_millis();
        let expires = claims.exp.min(longest / 1_000);
        if expires <= now.as_millis() / 1_000 {
            return Err(InvalidToken::Expired);
        }
        let user: i64 = claims.sub.parse().map_err(foreign)?;
        let id = claims.sid.as_deref().unwrap_or(&claims.jti);
        Ok(Session {
            user: UserId::new(user).map_err(foreign)?,
            id: id.parse().map_err(foreign)?,
            generation: Generation::new(claims.generation),
            expires_at: Timestamp::from_millis(expires.saturating_mul(1_000)),
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

    /// From when on no token can be valid any more of a session whose last token is issued soon after `now`, by whichever server: one
    /// that has not heard yet that the session has ended may renew it, and its clock may be another.
    #[must_use]
    pub fn revoked_until(&self, session: &Session, now: Timestamp) -> Timestamp {
        let issued_now = now.plus_millis(self.lifetime_millis);
        issued_now
            .max(session.expires_at)
            .plus_millis(MARGIN_MILLIS)
    }
}

/// How far the clocks of servers on one database may be apart before a revocation is forgotten too soon: a day.
const MARGIN_MILLIS: i64 = 24 * 60 * 60 * 1_000;

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
