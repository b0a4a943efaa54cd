//! Tokens: signed statements of who somebody is, until when.

mod hs256;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use douyin_core::{Timestamp, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

/// The fewest bytes of a secret: as many as HMAC-SHA256 puts out (RFC 7518, section 3.2).
pub const SECRET_BYTES: usize = 32;

/// Makes and checks tokens: JSON Web Tokens of algorithm HS256, which consist of `[A-Za-z0-9._-]`.
///
/// The first one that is made sets the process's `jsonwebtoken::CryptoProvider` to one that knows only this algorithm, unless
/// the process has one already: a program that uses that crate for others as well installs its provider first.
pub struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
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
    /// It was not made with this secret, or is no token at all.
    #[error("the token is not one of ours")]
    Foreign(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A token could not be made.
#[derive(Debug, thiserror::Error)]
#[error("a token could not be made")]
pub struct NotIssued(#[source] Box<dyn std::error::Error + Send + Sync>);

/// What a token says (RFC 7519, section 4.1); instants in seconds since 1970.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    exp: i64,
    jti: String,
}

impl Tokens {
    /// Signs with a secret; each token is valid for `lifetime`, in whole seconds.
    ///
    /// # Errors
    /// [`WeakSecret`] under [`SECRET_BYTES`].
    pub fn new(secret: &[u8], lifetime: Duration) -> Result<Self, WeakSecret> {
        if secret.len() < SECRET_BYTES {
            return Err(WeakSecret(secret.len()));
        }
        hs256::install();
        let mut validation = Validation::new(Algorithm::HS256);
        // The library would ask the machine's clock; `verify` asks the given one.
        validation.validate_exp = false;
        Ok(Self {
            signing: EncodingKey::from_secret(secret),
            checking: DecodingKey::from_secret(secret),
            validation,
            lifetime_millis: i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX),
        })
    }

    /// A token for a user, from `now` on.
    ///
    /// # Errors
    /// Where the system has no randomness to give.
    pub fn issue(&self, user: UserId, now: Timestamp) -> Result<String, NotIssued> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| NotIssued(error.into()))?;
        let claims = Claims {
            sub: user.to_string(),
            iat: now.as_millis() / 1_000,
            exp: now.plus_millis(self.lifetime_millis).as_millis() / 1_000,
            jti: URL_SAFE_NO_PAD.encode(id),
        };
        jsonwebtoken::encode(&Header::default(), &claims, &self.signing)
            .map_err(|error| NotIssued(error.into()))
    }

    /// Who a token speaks of.
    ///
    /// # Errors
    /// [`InvalidToken`].
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<UserId, InvalidToken> {
        let claims: Claims = jsonwebtoken::decode(token, &self.checking, &self.validation)
            .map_err(|error| InvalidToken::Foreign(error.into()))?
            .claims;
        if claims.exp <= now.as_millis() / 1_000 {
            return Err(InvalidToken::Expired);
        }
        let user: i64 = claims
            .sub
            .parse()
            .map_err(|error: std::num::ParseIntError| InvalidToken::Foreign(error.into()))?;
        UserId::new(user).map_err(|error| InvalidToken::Foreign(error.into()))
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens")
            .field("lifetime_millis", &self.lifetime_millis)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);
    const DAY: Duration = Duration::from_hours(24);

    fn tokens() -> Tokens {
        Tokens::new(&[7; 32], DAY).unwrap()
    }

    fn user() -> UserId {
        UserId::new(9_007_199_254_740_991).unwrap()
    }

    #[test]
    fn a_token_says_who_it_was_made_for_until_it_expires() {
        let token = tokens().issue(user(), NOW).unwrap();
        assert_eq!(tokens().verify(&token, NOW).unwrap(), user());
        assert_eq!(
            tokens()
                .verify(&token, NOW.plus_millis(86_399_999))
                .unwrap(),
            user()
        );
        let expired = tokens().verify(&token, NOW.plus_millis(86_400_000));
        assert!(matches!(expired, Err(InvalidToken::Expired)));
    }

    #[test]
    fn a_token_consists_of_letters_digits_dots_dashes_and_underscores_and_each_is_another() {
        let made: HashSet<String> = (0..100)
            .map(|_| tokens().issue(user(), NOW).unwrap())
            .collect();
        assert_eq!(made.len(), 100);
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        assert!(made.iter().all(|token| token.chars().all(allowed)));
    }

    /// The example of RFC 7515, appendix A.1, whose claims are not ours.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let tokens = Tokens::new(&URL_SAFE_NO_PAD.decode(key).unwrap(), DAY).unwrap();
        let claims: serde_json::Value =
            jsonwebtoken::decode(token, &tokens.checking, &tokens.validation)
                .unwrap()
                .claims;
        assert_eq!(claims["iss"], "joe");
        let [signed, _] = token
            .rsplitn(2, '.')
            .collect::<Vec<_>>()
            .try_into()
            .map(|[s, m]: [&str; 2]| [m, s])
            .unwrap();
        let forged = format!("{signed}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl");
        assert!(tokens.verify(&forged, NOW).is_err());
    }

    #[test]
    fn tokens_of_others_are_refused() {
        let mine = tokens().issue(user(), NOW).unwrap();
        let other = Tokens::new(&[8; 32], DAY)
            .unwrap()
            .issue(user(), NOW)
            .unwrap();
        let (head, signature) = mine.rsplit_once('.').unwrap();
        let (header, _) = head.split_once('.').unwrap();
        let claims = |sub: &str| {
            let text = format!(r#"{{"sub":"{sub}","iat":0,"exp":99999999999,"jti":""}}"#);
            URL_SAFE_NO_PAD.encode(text)
        };
        let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        let other_algorithm = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS512","typ":"JWT"}"#);
        for forged in [
            String::new(),
            "a.b.c".to_owned(),
            other,
            format!("{head}."),
            format!("{header}.{}.{signature}", claims("1")),
            format!("{unsigned}.{}.", claims("1")),
            format!("{other_algorithm}.{}.{signature}", claims("1")),
            format!("{mine}A"),
        ] {
            assert!(
                matches!(tokens().verify(&forged, NOW), Err(InvalidToken::Foreign(_))),
                "{forged}"
            );
        }
    }

    #[test]
    fn a_short_secret_is_refused_and_none_is_shown() {
        assert_eq!(Tokens::new(&[7; 31], DAY).err(), Some(WeakSecret(31)));
        assert_eq!(
            format!("{:?}", tokens()),
            "Tokens { lifetime_millis: 86400000, .. }"
        );
    }
}
