//! `/user/…`

use std::net::IpAddr;

use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use douyin_core::{Error, Generation, SignedIn, UserId, Username};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::{Service, parameters};
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::limits::Tally;
use crate::api::params::Params;
use crate::api::reply::{Answer, Envelope, FailureContext, Payload, reply};
use crate::api::status::Status;
use crate::api::throttle::{TooOften, Turn};
use crate::api::token::NotIssued;
use crate::api::urls::Urls;
use crate::api::view::UserView;
use crate::api::viewer::{Network, Viewer};

/// Who signed in; 0 and empty where nobody did.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    user_id: i64,
    /// Consists of `[A-Za-z0-9._-]`.
    token: String,
}

/// A user.
#[derive(Serialize, ToSchema)]
pub(crate) struct Profile<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user: Option<UserView<'a>>,
}

impl Payload for Session {
    fn of_failure(_: FailureContext) -> Self {
        Self {
            user_id: 0,
            token: String::new(),
        }
    }
}

impl Payload for Profile<'_> {
    fn of_failure(_: FailureContext) -> Self {
        Self { user: None }
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
    sign_in(&api, &account_key(&name), network, signed_in)
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
    let account = account_key(&name);
    let turns = login_turns(&api, &account, network).await;
    let refused = |often| too_often(Status::TooManyLogins, often);
    let turns = turns.map_err(refused)?;
    let tallies = miss_tallies(&api, &account, network);
    api.limits.shared.peek(&tallies).await.map_err(refused)?;
    match api.douyin.login(&name, &password).await {
        Ok(signed_in) => sign_in(&api, &account, network, signed_in),
        Err(error) => {
            if matches!(error, Error::WrongCredentials) {
                turns.into_iter().for_each(Turn::count);
                api.limits.shared.hit(&tallies).await;
            }
            Err(error.into())
        }
    }
}

/// A user.
#[utoipa::path(
    get, path = "/douyin/user/", tag = "users",
    params(parameters::Owner, parameters::Token),
    responses((status = OK, body = Envelope<Profile>)),
)]
pub(crate) async fn profile(
    State(api): Service,
    viewer: Viewer,
    params: Params,
    urls: Urls,
) -> Answer {
    let owner = params.owner(Some(viewer))?;
    let user = api.douyin.profile(Some(viewer.0), owner).await?;
    reply(&Profile {
        user: Some(UserView::new(&user, &urls)),
    })
}

/// Begins a session.
pub(super) fn sign_in(api: &Api, account: &str, network: Network, signed_in: SignedIn) -> Answer {
    api.known_networks.remember((account, network));
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

/// What a miss is counted under besides its account and network together, where ten times as many are allowed.
#[derive(Hash)]
enum AtLarge<'a> {
    /// Guesses that come from many networks.
    Account(&'a str),
    /// Guesses at many accounts.
    Network(IpAddr),
}

/// A turn of everything that a miss would count for, always in the same order: two requests never wait for each other.
pub(super) async fn login_turns<'a>(
    api: &'a Api,
    account: &str,
    network: Network,
) -> Result<Vec<Turn<'a>>, TooOften> {
    let now = api.douyin.now();
    let mut turns = vec![api.login_misses.turn((account, network), now).await?];
    // Where the account was signed in before, who guesses elsewhere does not lock its owner out.
    let is_known = api.known_networks.knows((account, network));
    let at_large = [
        (!is_known).then_some(AtLarge::Account(account)),
        network.0.map(AtLarge::Network),
    ];
    for key in at_large.into_iter().flatten() {
        turns.push(api.login_misses_at_large.turn(key, now).await?);
    }
    Ok(turns)
}

/// What all nodes count a miss under: the same as each of them. Names do not leave the process.
pub(super) fn miss_tallies(api: &Api, account: &str, network: Network) -> Vec<Tally> {
    let is_known = api.known_networks.knows((account, network));
    let account = URL_SAFE_NO_PAD.encode(&Sha256::digest(account)[..16]);
    let here = network
        .0
        .map_or_else(String::new, |address| address.to_string());
    let at_large = api.login_misses_at_large.allowance();
    let of_account = || Tally::new(format!("misses:{account}"), at_large);
    let of_network = |address| Tally::new(format!("misses::{address}"), at_large);
    let both = format!("misses:{account}:{here}");
    let mut tallies = vec![Tally::new(both, api.login_misses.allowance())];
    tallies.extend((!is_known).then(of_account));
    tallies.extend(network.0.map(of_network));
    tallies
}

/// What misses of an account are counted under: however its name is spelt, it is one account.
pub(super) fn account_key(name: &str) -> String {
    Username::parse(name).map_or_else(|_| name.to_owned(), |name| name.key().as_str().to_owned())
}

pub(super) fn too_often(status: Status, often: TooOften) -> Failure {
    Failure::new(status).retry_after(often.retry_after_seconds)
}
