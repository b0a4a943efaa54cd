use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use douyin_core::{Error, SignedIn, UserId, Username};
use sha2::{Digest as _, Sha256};

use super::account::{sign_in, too_often};
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::limits::Tally;
use crate::api::reply::Answer;
use crate::api::status::Status;
use crate::api::throttle::{TooOften, Turn};
use crate::api::viewer::Network;

/// Whose password is tried. Of a user it is known who they are, so that what was counted stays theirs when they change their name, and
/// is nothing to whoever takes it next; who calls themselves otherwise between two guesses has no more of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Account {
    User(UserId),
    /// A name that nobody has. However it is spelt, it is one.
    Nobody(String),
}

impl Account {
    /// That of a name.
    pub(super) async fn named(api: &Api, name: &str) -> Result<Self, Error> {
        if let Some(user) = api.douyin.user_named(name).await? {
            return Ok(Self::User(user));
        }
        Ok(Self::Nobody(match Username::parse(name) {
            Ok(name) => name.key().as_str().to_owned(),
            Err(_) => name.to_owned(),
        }))
    }

    /// What all nodes know it by.
    fn shared_key(&self) -> String {
        digest(&self.text())
    }

    /// What all nodes know by that it was signed in from a network.
    pub(super) fn known_key(&self, network: Network) -> String {
        digest(&format!("{}\0{}", self.text(), text(network)))
    }

    fn text(&self) -> String {
        match self {
            Self::User(user) => format!("user\0{user}"),
            Self::Nobody(name) => format!("name\0{name}"),
        }
    }
}

/// Somebody tries the password of an account. They have a turn of everything that a miss counts for.
pub(super) struct LoginAttempt<'a> {
    api: &'a Api,
    network: Network,
    turns: Vec<Turn<'a>>,
    tallies: Vec<Tally>,
}

/// What a miss is counted under besides its account and network together, where ten times as many are allowed.
#[derive(Hash)]
enum AtLarge<'a> {
    /// Guesses that come from many networks.
    Account(&'a Account),
    /// Guesses at many accounts.
    Network(IpAddr),
}

impl<'a> LoginAttempt<'a> {
    /// Waits for its turns.
    ///
    /// # Errors
    /// Where too many missed.
    pub(super) async fn begin(
        api: &'a Arc<Api>,
        account: Account,
        network: Network,
    ) -> Result<Self, Failure> {
        let refused = |often| too_often(Status::TooManyLogins, often);
        // Where the account was signed in before, at whichever node, who guesses elsewhere does not lock its owner out.
        // A name that nobody has is asked about as well, so that it takes as long.
        let is_known = api.known_networks.knows((&account, network))
            || (api.limits.shared).knows(&account.known_key(network)).await;
        let turns = turns(api, &account, network, is_known);
        let turns = turns.await.map_err(refused)?;
        let tallies = tallies(api, &account, network, is_known);
        api.limits.shared.peek(&tallies).await.map_err(refused)?;
        Ok(Self {
            api,
            network,
            turns,
            tallies,
        })
    }

    /// The password was right: a session begins.
    pub(super) async fn succeeded(self, signed_in: SignedIn) -> Answer {
        sign_in(self.api, self.network, signed_in).await
    }

    /// The password was wrong.
    pub(super) async fn missed(self) {
        self.turns.into_iter().for_each(Turn::count);
        self.api.limits.shared.hit(&self.tallies).await;
    }
}

/// A turn of each, always in the same order: two requests never wait for each other.
async fn turns<'a>(
    api: &'a Api,
    account: &Account,
    network: Network,
    is_known: bool,
) -> Result<Vec<Turn<'a>>, TooOften> {
    let now = api.douyin.now();
    let mut turns = vec![api.login_misses.turn((account, network), now).await?];
    let at_large = [
        (!is_known).then_some(AtLarge::Account(account)),
        network.0.map(AtLarge::Network),
    ];
    for key in at_large.into_iter().flatten() {
        turns.push(api.login_misses_at_large.turn(key, now).await?);
    }
    Ok(turns)
}

/// What all nodes count a miss under: the same as each of them.
fn tallies(api: &Api, account: &Account, network: Network, is_known: bool) -> Vec<Tally> {
    let account = account.shared_key();
    let here = text(network);
    let at_large = api.login_misses_at_large.allowance();
    let of_account = || Tally::new(format!("misses:{account}"), at_large);
    let of_network = |address| Tally::new(format!("misses::{address}"), at_large);
    let both = format!("misses:{account}:{here}");
    let mut tallies = vec![Tally::new(both, api.login_misses.allowance())];
    tallies.extend((!is_known).then(of_account));
    tallies.extend(network.0.map(of_network));
    tallies
}

/// Names do not leave the process.
fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..16])
}

fn text(network: Network) -> String {
    network
        .0
        .map_or_else(String::new, |address| address.to_string())
}
