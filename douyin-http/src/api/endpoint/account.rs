//! `/user/register/` and `/user/login/`

use axum::extract::State;
use douyin_core::{Error, Generation, SignedIn, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::login_attempt::{Account, LoginAttempt};
use super::{Service, parameters};
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::limits::Tally;
use crate::api::params::Params;
use crate::api::reply::{Answer, Envelope, FailureContext, Payload, reply};
use crate::api::status::Status;
use crate::api::throttle::TooOften;
use crate::api::token::NotIssued;
use crate::api::viewer::Network;

/// Who signed in; 0 and empty where nobody did.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    user_id: i64,
    /// Consists of `[A-Za-z0-9._-]`.
    token: String,
}

impl Payload for Session {
    fn of_failure(_: FailureContext) -> Self {
        Self {
            user_id: 0,
            token: String::new(),
        }
    }
}

/// Registers a user, and signs them in.
#[utoipa::path(
    post, path = "/douyin/user/register/", tag = "users",
    params(parameters::NameAndPassword),
    responses((status = OK, body = Envelope<Session>)),
)]
pub(crate) async fn register(State(api): Service, network: Network, params: Params) -> Answer {
    let name = params.require_text("username")?;
    let password = params.require_text("password")?;
    let turn = match network.0 {
        Some(address) => {
            let turn = api.registrations.turn(address, api.douyin.now()).await;
            Some(turn.map_err(|often| too_often(Status::TooManyRegistrations, often))?)
        }
        None => None,
    };
    let tally = network.0.map(|address| {
        Tally::new(
            format!("registrations:{address}"),
            api.registrations.allowance(),
        )
    });
    let tally = tally.as_slice();
    let refused = |often| too_often(Status::TooManyRegistrations, often);
    api.limits.shared.peek(tally).await.map_err(refused)?;
    let user = api.douyin.register(&name, &password).await?;
    let generation = Generation::FIRST;
    if let Some(turn) = turn {
        turn.count();
    }
    api.limits.shared.hit(tally).await;
    let signed_in = SignedIn { user, generation };
    sign_in(&api, network, signed_in).await
}

/// Signs a user in.
#[utoipa::path(
    post, path = "/douyin/user/login/", tag = "users",
    params(parameters::NameAndPassword),
    responses((status = OK, body = Envelope<Session>)),
)]
pub(crate) async fn login(State(api): Service, network: Network, params: Params) -> Answer {
    let name = params.require_text("username")?;
    let password = params.require_text("password")?;
    let account = Account::named(&api, &name).await?;
    let attempt = LoginAttempt::begin(&api, account, network).await?;
    match api.douyin.login(&name, &password).await {
        Ok(signed_in) => attempt.succeeded(signed_in).await,
        Err(error) => {
            if matches!(error, Error::WrongCredentials) {
                attempt.missed().await;
            }
            Err(error.into())
        }
    }
}

/// Begins a session.
pub(super) async fn sign_in(api: &Api, network: Network, signed_in: SignedIn) -> Answer {
    let account = Account::User(signed_in.user);
    api.known_networks.remember((&account, network));
    let known = account.known_key(network);
    api.limits.shared.remember(&known).await;
    answer(
        signed_in.user,
        api.tokens.issue(signed_in, api.douyin.now()),
    )
}

/// Who is signed in, with a token.
pub(super) fn answer(user: UserId, token: Result<String, NotIssued>) -> Answer {
    reply(&Session {
        user_id: user.get(),
        token: token.map_err(|error| Failure::new(Status::Internal).because(error))?,
    })
}

pub(super) fn too_often(status: Status, often: TooOften) -> Failure {
    Failure::new(status).retry_after(often.retry_after_seconds)
}
