use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use douyin_core::Revoked;
use jsonwebtoken::{EncodingKey, Header};

use super::*;
use crate::api::Revocations;

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const DAY: Duration = Duration::from_hours(24);

fn tokens() -> Tokens {
    Tokens::new(&[7; 32], DAY).unwrap()
}

fn signed_in() -> SignedIn {
    SignedIn {
        user: UserId::new(9_007_199_254_740_991).unwrap(),
        generation: Generation::new(3),
    }
}

fn keys(signing: u8, accepted: &[u8]) -> Tokens {
    let keys = TokenKeys::new(&[signing; 32]).unwrap();
    let keys = accepted
        .iter()
        .fold(keys, |keys, key| keys.accepting(&[*key; 32]).unwrap());
    Tokens::with_keys(keys, DAY)
}

/// As another program, or an earlier version, would sign them.
fn sign(claims: &serde_json::Value, kid: Option<&str>) -> String {
    let header = Header {
        kid: kid.map(str::to_owned),
        ..Header::default()
    };
    let key = EncodingKey::from_secret(&[7; 32]);
    jsonwebtoken::encode(&header, claims, &key).unwrap()
}

fn part(token: &str, place: usize) -> serde_json::Value {
    let part = token.split('.').nth(place).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn a_token_says_who_it_was_made_for_until_it_expires() {
    let token = tokens().issue(signed_in(), NOW).unwrap();
    let session = tokens().verify(&token, NOW).unwrap();
    let SignedIn { user, generation } = signed_in();
    assert_eq!((session.user, session.generation), (user, generation));
    assert_eq!(session.expires_at, NOW.plus_millis(DAY_MILLIS));
    let last = NOW.plus_millis(DAY_MILLIS - 1);
    assert_eq!(tokens().verify(&token, last).unwrap(), session);
    let expired = tokens().verify(&token, NOW.plus_millis(DAY_MILLIS));
    assert!(matches!(expired, Err(InvalidToken::Expired)));
}

#[test]
fn a_renewed_token_is_another_of_the_same_session() {
    let first = tokens().issue(signed_in(), NOW).unwrap();
    let session = tokens().verify(&first, NOW).unwrap();
    let later = NOW.plus_millis(DAY_MILLIS - 1);
    let renewed = tokens().renew(&session, later).unwrap();
    assert_ne!(renewed, first);
    assert_ne!(part(&renewed, 1)["jti"], part(&first, 1)["jti"]);
    let after = later.plus_millis(DAY_MILLIS - 1_000);
    let of_the_renewed = tokens().verify(&renewed, after).unwrap();
    assert_eq!(of_the_renewed.id, session.id);
    assert_eq!(of_the_renewed.generation, session.generation);
    let again = tokens().renew(&of_the_renewed, after).unwrap();
    assert_eq!(tokens().verify(&again, after).unwrap().id, session.id);
    let another = tokens().issue(signed_in(), NOW).unwrap();
    assert_ne!(tokens().verify(&another, NOW).unwrap().id, session.id);
}

#[test]
fn a_token_of_an_earlier_version_is_a_session_of_the_first_generation() {
    let jti = "AAECAwQFBgcICQoLDA0ODw";
    let now = NOW.as_millis() / 1_000;
    let claims = serde_json::json!({ "sub": "7", "iat": now, "exp": now + 60, "jti": jti });
    let session = tokens().verify(&sign(&claims, None), NOW).unwrap();
    assert_eq!(session.user.get(), 7);
    assert_eq!(session.id.to_string(), jti);
    assert_eq!(session.generation, Generation::FIRST);
}

#[test]
fn a_shorter_lifetime_is_so_for_the_tokens_that_there_are() {
    let token = tokens().issue(signed_in(), NOW).unwrap();
    let shorter = Tokens::new(&[7; 32], Duration::from_mins(1)).unwrap();
    let last = NOW.plus_millis(60_000 - 1);
    shorter.verify(&token, last).unwrap();
    let expired = shorter.verify(&token, NOW.plus_millis(60_000));
    assert!(matches!(expired, Err(InvalidToken::Expired)));
}

#[test]
fn a_revocation_outlasts_every_token_of_the_session() {
    let token = tokens().issue(signed_in(), NOW).unwrap();
    let session = tokens().verify(&token, NOW).unwrap();
    let until = Tokens::session_revoked_until(&session, NOW);
    assert_eq!(until, NOW.plus_millis(DAY_MILLIS + MARGIN_MILLIS));
    // A clock that is behind that of who issued the token.
    let until = Tokens::session_revoked_until(&session, NOW.plus_millis(-5_000));
    assert_eq!(until, session.expires_at.plus_millis(MARGIN_MILLIS));
}

#[test]
fn what_ended_while_the_lifetime_was_shorter_stays_so_when_it_is_longer_again() {
    let longer = |days| Tokens::new(&[7; 32], DAY * days).unwrap();
    let (month, decade) = (longer(30), longer(3_650));
    let first = month.issue(signed_in(), NOW).unwrap();
    let session = month.verify(&first, NOW).unwrap();
    // Renewed under every setting, at the last moment.
    let renewed = tokens().renew(&session, NOW).unwrap();
    let later = NOW.plus_millis(DAY_MILLIS - 1_000);
    let of_renewed = tokens().verify(&renewed, later).unwrap();
    let again = decade.renew(&of_renewed, later).unwrap();
    // Whichever of them is presented to log out, and to whichever server.
    for (at, token) in [(NOW, &first), (later, &renewed), (later, &again)] {
        let presented = tokens().verify(token, at).unwrap();
        let revocations = Revocations::default();
        let ended = Revoked::Session(presented.id);
        let until = Tokens::session_revoked_until(&presented, later);
        revocations.end(presented.user, ended, until);
        let everywhere = Revocations::default();
        let ended = Revoked::Before(presented.generation.next());
        let until = tokens().generations_revoked_until(later);
        everywhere.end(presented.user, ended, until);
        for day in 0..4_000 {
            let now = later.plus_millis(day * DAY_MILLIS);
            for known in [&revocations, &everywhere] {
                known.forget_expired(now);
                for token in [&first, &renewed, &again] {
                    let accepted = decade.verify(token, now);
                    let accepted = accepted.is_ok_and(|session| !known.has_ended(&session));
                    assert!(!accepted, "after {day} days");
                }
            }
        }
        assert!(revocations.is_empty() && everywhere.is_empty());
    }
}

#[test]
fn keys_are_changed_one_server_after_the_other_and_no_token_is_refused() {
    // The new key is accepted everywhere, then signs, then the old one is dropped.
    let steps = [keys(1, &[]), keys(1, &[2]), keys(2, &[1]), keys(2, &[])];
    for (before, after) in steps.iter().zip(&steps[1..]) {
        let token = before.issue(signed_in(), NOW).unwrap();
        let by_after = after.verify(&token, NOW);
        let dropped = after.keys.of(&token).is_empty();
        assert_eq!(by_after.is_ok(), !dropped, "{before:?} then {after:?}");
        let token = after.issue(signed_in(), NOW).unwrap();
        before.verify(&token, NOW).unwrap();
    }
    let old = steps[0].issue(signed_in(), NOW).unwrap();
    for accepting in &steps[..3] {
        accepting.verify(&old, NOW).unwrap();
    }
    let refused = steps[3].verify(&old, NOW);
    assert!(matches!(refused, Err(InvalidToken::Foreign(_))));
}

#[test]
fn a_token_names_its_key_and_is_tried_with_no_other() {
    let tokens = keys(7, &[8]);
    let token = tokens.issue(signed_in(), NOW).unwrap();
    let kid = part(&token, 0)["kid"].as_str().unwrap().to_owned();
    assert_eq!(kid.len(), 11);
    assert_eq!(tokens.keys.of(&token).len(), 1);
    let claims = part(&token, 1);
    for (kid, tried) in [(Some(kid.as_str()), 1), (Some("nobody"), 0), (None, 2)] {
        let token = sign(&claims, kid);
        assert_eq!(tokens.keys.of(&token).len(), tried, "{kid:?}");
        assert_eq!(tokens.verify(&token, NOW).is_ok(), tried > 0, "{kid:?}");
    }
    // The key of another secret is called otherwise; the same one twice is one.
    let other = keys(8, &[7, 8]).issue(signed_in(), NOW).unwrap();
    assert_ne!(part(&other, 0)["kid"].as_str(), Some(kid.as_str()));
    assert_eq!(keys(8, &[7, 8]).keys.of("a.b.c").len(), 0);
    let anonymous = sign(&claims, None);
    assert_eq!(keys(8, &[7, 8]).keys.of(&anonymous).len(), 2);
}

#[test]
fn a_token_consists_of_letters_digits_dots_dashes_and_underscores_and_each_is_another() {
    let made: HashSet<String> = (0..100)
        .map(|_| tokens().issue(signed_in(), NOW).unwrap())
        .collect();
    assert_eq!(made.len(), 100);
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    assert!(made.iter().all(|token| token.chars().all(allowed)));
}

/// The example of RFC 7515, appendix A.1, whose claims are not ours.
#[test]
fn signatures_are_those_of_the_standard() {
    let key =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let tokens = Tokens::new(&URL_SAFE_NO_PAD.decode(key).unwrap(), DAY).unwrap();
    let [key] = tokens.keys.of(token) else {
        panic!("a token without the name of a key is tried with the only one");
    };
    let claims: serde_json::Value = jsonwebtoken::decode(token, &key.checking, &tokens.validation)
        .unwrap()
        .claims;
    assert_eq!(claims["iss"], "joe");
    let (signed, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{signed}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl");
    assert!(tokens.verify(&forged, NOW).is_err());
}

#[test]
fn tokens_of_others_are_refused() {
    let mine = tokens().issue(signed_in(), NOW).unwrap();
    let other = Tokens::new(&[8; 32], DAY)
        .unwrap()
        .issue(signed_in(), NOW)
        .unwrap();
    let (head, signature) = mine.rsplit_once('.').unwrap();
    let (header, _) = head.split_once('.').unwrap();
    let claims = |sub: &str| {
        let text = format!(r#"{{"sub":"{sub}","iat":0,"exp":99999999999,"jti":""}}"#);
        URL_SAFE_NO_PAD.encode(text)
    };
    let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let other_algorithm = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS512","typ":"JWT"}"#);
    let no_session =
        serde_json::json!({ "sub": "7", "iat": 1_790_000_000, "exp": 1_790_000_060, "jti": "" });
    for forged in [
        String::new(),
        "a.b.c".to_owned(),
        other,
        format!("{head}."),
        format!("{header}.{}.{signature}", claims("1")),
        format!("{unsigned}.{}.", claims("1")),
        format!("{other_algorithm}.{}.{signature}", claims("1")),
        format!("{mine}A"),
        sign(&no_session, None),
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
    let accepting = TokenKeys::new(&[7; 32]).unwrap().accepting(&[8; 31]);
    assert_eq!(accepting.err(), Some(WeakSecret(31)));
    let token = tokens().issue(signed_in(), NOW).unwrap();
    let kid = part(&token, 0)["kid"].clone();
    assert_eq!(
        format!("{:?}", tokens()),
        format!("Tokens {{ keys: [{kid}], lifetime_millis: 86400000, .. }}")
    );
}
