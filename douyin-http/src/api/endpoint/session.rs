//! `/user/…`: what becomes of sessions.

use axum::extract::State;
use douyin_core::{EndedGenerations, EndedSession, Error, Revoked, Timestamp, UserId};

use super::account::{Session, answer};
use super::login_attempt::{Account, LoginAttempt};
use super::{Service, parameters};
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::params::Params;
use crate::api::reply::{Answer, Done, Envelope, reply};
use crate::api::status::Status;
use crate::api::token::{InvalidToken, Tokens};
use crate::api::viewer::{CurrentSession, Network, PresentedSession};

/// Signs the caller out: no token of the session is valid any more. Repeating it is a success.
#[utoipa::path(
    post, path = "/douyin/user/logout/", tag = "users",
    params(parameters::Token),
    responses((status = OK, body = Done)),
)]
pub(crate) async fn log_out(
    State(api): Service,
    PresentedSession(session): PresentedSession,
) -> Answer {
    // Who has ended is out: a client that did not hear the answer asks again, and costs nothing.
    if !api.revocations.has_ended(&session) {
        let expires_at = Tokens::session_revoked_until(&session, api.douyin.now());
        let ended = EndedSession {
            user: session.user,
            session: session.id,
            expires_at,
        };
        api.douyin.end_session(ended).await?;
        let revoked = Revoked::Session(session.id);
        end(&api, session.user, revoked, expires_at).await;
    }
    reply(&())
}

/// Signs the caller out everywhere: no token of the user is valid any more, also not this one. Repeating it is a success, and ends no
/// session that began in between.
#[utoipa::path(
    post, path = "/douyin/user/logout/all/", tag = "users",
    params(parameters::Token),
    responses((status = OK, body = Done)),
)]
pub(crate) async fn log_out_everywhere(
    State(api): Service,
    PresentedSession(session): PresentedSession,
) -> Answer {
    if api.revocations.has_generation_ended(&session) {
        return reply(&());
    }
    // A session that was ended alone ends no others.
    if api.revocations.has_ended(&session) {
        return Err(Failure::new(Status::SessionEnded).because(InvalidToken::Revoked));
    }
    let expires_at = api.tokens.generations_revoked_until(api.douyin.now());
    let ended = EndedGenerations {
        user: session.user,
        last: session.generation,
        expires_at,
    };
    let begun = api.douyin.end_all_sessions(ended).await?;
    let revoked = Revoked::Before(begun.generation);
    end(&api, session.user, revoked, expires_at).await;
    reply(&())
}

/// Changes the caller's password. Every session of theirs ends, and another one begins, whose token is answered. Wrong old passwords count
/// as failed logins do.
#[utoipa::path(
    post, path = "/douyin/user/password/", tag = "users",
    params(parameters::OldAndNewPassword, parameters::Token),
    responses((status = OK, body = Envelope<Session>)),
)]
pub(crate) async fn change_password(
    State(api): Service,
    CurrentSession(session): CurrentSession,
    network: Network,
    params: Params,
) -> Answer {
    let old = params.require_text("old_password")?;
    let new = params.require_text("new_password")?;
    let user = session.user;
    let attempt = LoginAttempt::begin(&api, Account::User(user), network).await?;
    let expires_at = api.tokens.generations_revoked_until(api.douyin.now());
    let changed = api
        .douyin
        .change_password(user, &old, &new, expires_at)
        .await;
    match changed {
        Ok(signed_in) => {
            let revoked = Revoked::Before(signed_in.generation);
            end(&api, user, revoked, expires_at).await;
            attempt.succeeded(signed_in).await
        }
        Err(error) => {
            if matches!(error, Error::WrongPassword) {
                attempt.missed().await;
            }
            Err(error.into())
        }
    }
}

/// Answers another token for the caller's session, which is valid for as long as the login's was, or less where `token.days`
/// is less now. The old one stays valid until it expires, and both end with the session.
#[utoipa::path(
    post, path = "/douyin/user/token/", tag = "users",
    params(parameters::Token),
    responses((status = OK, body = Envelope<Session>)),
)]
pub(crate) async fn renew(State(api): Service, CurrentSession(session): CurrentSession) -> Answer {
    answer(session.user, api.tokens.renew(&session, api.douyin.now()))
}

/// Makes known what the store has ended: here, and with Redis to the others, as far as it answers within its time limit. Whoever is not
/// told asks the store before long.
async fn end(api: &Api, user: UserId, revoked: Revoked, expires_at: Timestamp) {
    api.revocations.end(user, revoked, expires_at);
    if let Some(redis) = &api.redis {
        redis.tell_revoked().await;
    }
}
