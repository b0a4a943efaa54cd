//! How many uploads come in at the same time, and of whom.

mod arrivals;

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use douyin_core::UserId;

use self::arrivals::{Arrival, Arrivals};
use super::Api;
use super::error::Failure;
use super::status::Status;
use super::viewer::network_of;
use crate::places::{NoPlace, Place, Places};

/// What part of the slots strangers may have together: uploads of which nobody knows whose they are, because their token comes behind the file.
const OF_STRANGERS: usize = 2;

/// What part of its own slots an address may have for strangers.
const OF_STRANGERS_OF_ONE: usize = 4;

/// A picture is held in memory, twice while it grows: all that come in together have at most 128 MiB.
const PICTURES: UploadSlots = UploadSlots {
    in_all: 8,
    of_address: 4,
    of_account: 2,
};

/// How many uploads may come in at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadSlots {
    /// Altogether.
    pub in_all: usize,
    /// From one IPv4 address, or from the /64 of an IPv6 one.
    pub of_address: usize,
    /// By somebody who is signed in, wherever they are.
    pub of_account: usize,
}

impl UploadSlots {
    /// So many, of which one address has at most a quarter, and one account at most 16.
    #[must_use]
    pub const fn new(in_all: usize) -> Self {
        Self {
            in_all,
            of_address: in_all.div_ceil(4),
            of_account: 16,
        }
    }
}

/// The slots, and who has them.
#[derive(Debug, Clone)]
pub(super) struct Slots {
    pub(super) most: UploadSlots,
    all: Arc<Places<Uploader>>,
    arrivals: Arc<Arrivals>,
    accounts: Arc<Places<UserId>>,
}

/// A slot that is taken until it is dropped, or by somebody else as long as its upload is coming in.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Slots,
    of_all: OfAll,
    of_account: Option<Place<UserId>>,
}

/// Who keeps the place among all.
#[derive(Debug)]
enum OfAll {
    Settled { _place: Place<Uploader> },
    Coming(Arrival),
}

/// The network that an upload comes from. `None` where it is unknown, or that of a proxy that is trusted: everybody's come from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Uploader(Option<IpAddr>);

impl FromRequestParts<Arc<Api>> for Uploader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Infallible> {
        let proxies = &api.trusted_proxies;
        let client = proxies.client(parts);
        let stranger = client.filter(|address| !proxies.trusts(*address));
        Ok(Self(stranger.map(network_of)))
    }
}

impl Slots {
    pub(super) fn new(most: UploadSlots) -> Self {
        Self {
            most,
            all: Arc::default(),
            arrivals: Arc::default(),
            accounts: Arc::default(),
        }
    }

    /// Those of pictures.
    pub(super) fn of_pictures() -> Self {
        Self::new(PICTURES)
    }

    /// The same that are taken, of which there may be others.
    pub(super) fn continue_with(&mut self, before: &Self) {
        *self = Self {
            most: self.most,
            ..before.clone()
        };
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        self.all.taken()
    }

    /// Takes one, for an account or for a stranger.
    ///
    /// # Errors
    /// [`Status::Busy`] where there are too many uploads, [`Status::TooManyRequests`] where there are too many of this one.
    pub(super) fn take(&self, from: Uploader, account: Option<UserId>) -> Result<Slot, Failure> {
        let (arrival, of_account) = match account {
            Some(account) => {
                let of_account = self.of(account)?;
                let admitted = self.arrivals.admit(from, self);
                (admitted, Some(of_account))
            }
            None => (self.admit_stranger(from), None),
        };
        Ok(Slot {
            slots: self.clone(),
            of_all: OfAll::Coming(arrival.map_err(refusal)?),
            of_account,
        })
    }

    fn admit_stranger(&self, from: Uploader) -> Result<Arrival, NoPlace> {
        let in_all = self.most.in_all.div_ceil(OF_STRANGERS);
        let of_one = self.most.of_address.div_ceil(OF_STRANGERS_OF_ONE);
        let of_one = from.share(of_one.max(1));
        self.arrivals.admit_stranger(from, self, in_all, of_one)
    }

    fn place(&self, from: Uploader) -> Result<Place<Uploader>, NoPlace> {
        let most = self.most;
        self.all
            .take(from, most.in_all, from.share(most.of_address))
    }

    fn of(&self, account: UserId) -> Result<Place<UserId>, Failure> {
        self.accounts
            .take(account, usize::MAX, self.most.of_account)
            .map_err(refusal)
    }
}

impl Slot {
    /// It has become known whose upload it is.
    ///
    /// # Errors
    /// [`Status::TooManyRequests`] where that one has too many, [`Status::Busy`] where somebody else has the slot by now.
    pub(super) fn belongs_to(&mut self, account: UserId) -> Result<(), Failure> {
        let known = self.of_account.as_ref();
        if known.is_some_and(|place| *place.holder() == account) {
            return Ok(());
        }
        let of_account = self.slots.of(account)?;
        if let OfAll::Coming(arrival) = &self.of_all
            && !arrival.become_known()
        {
            return Err(refusal(NoPlace::Full));
        }
        self.of_account = Some(of_account);
        Ok(())
    }

    /// Everything has come in: from here on it is nobody else's.
    ///
    /// # Errors
    /// [`Status::Busy`] where somebody else has the slot by now.
    pub(super) fn settle(mut self) -> Result<Self, Failure> {
        if let OfAll::Coming(arrival) = &self.of_all {
            let place = arrival.leave().ok_or_else(|| refusal(NoPlace::Full))?;
            self.of_all = OfAll::Settled { _place: place };
        }
        Ok(self)
    }

    /// Waits until it is somebody else's.
    pub(super) async fn lost(&self) -> Failure {
        match &self.of_all {
            OfAll::Coming(arrival) => arrival.lost().await,
            OfAll::Settled { .. } => std::future::pending().await,
        }
        refusal(NoPlace::Full)
    }
}

impl Uploader {
    /// How many of its own it may have where a network may have `share`.
    const fn share(self, share: usize) -> usize {
        match self.0 {
            Some(_) => share,
            None => usize::MAX,
        }
    }
}

fn refusal(why: NoPlace) -> Failure {
    let status = match why {
        NoPlace::Full => Status::Busy,
        NoPlace::EnoughForOne => Status::TooManyRequests,
    };
    Failure::new(status).retry_after(1)
}

#[cfg(test)]
mod tests;
