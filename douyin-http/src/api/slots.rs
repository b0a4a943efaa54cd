//! How many uploads come in at the same time, and of whom.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use douyin_core::UserId;

use super::Api;
use super::error::Failure;
use super::status::Status;
use super::viewer::network_of;
use crate::places::{NoPlace, Place, Places};

/// What part of the slots uploads may have together of which nobody knows whose they are: their token may come behind the file.
const OF_UNKNOWN: usize = 2;

/// What part of its own slots an address may have for such.
const OF_UNKNOWN_OF_ONE: usize = 4;

/// A picture is held in memory, twice while it grows: all that come in together have at most 128 MiB.
const PICTURES: UploadSlots = UploadSlots {
    in_all: 8,
    of_address: 4,
    of_account: 2,
};

/// How many pictures may come in of which nobody knows whose they are.
const UNKNOWN_PICTURES: usize = 2;

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
    of_unknown: usize,
    all: Arc<Places<Uploader>>,
    unknown: Arc<Places<Uploader>>,
    accounts: Arc<Places<UserId>>,
}

/// A slot that is taken until it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Slots,
    _of_all: Place<Uploader>,
    owner: Owner,
}

#[derive(Debug)]
enum Owner {
    Unknown {
        _place: Place<Uploader>,
    },
    Known {
        account: UserId,
        _place: Place<UserId>,
    },
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
            of_unknown: most.in_all.div_ceil(OF_UNKNOWN),
            all: Arc::default(),
            unknown: Arc::default(),
            accounts: Arc::default(),
        }
    }

    /// Those of pictures.
    pub(super) fn of_pictures() -> Self {
        Self {
            of_unknown: UNKNOWN_PICTURES,
            ..Self::new(PICTURES)
        }
    }

    /// The same that are taken, of which there may be others.
    pub(super) fn continue_with(&mut self, before: &Self) {
        *self = Self {
            most: self.most,
            of_unknown: self.of_unknown,
            ..before.clone()
        };
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        self.all.taken()
    }

    /// Takes one, for somebody who may only become known later.
    ///
    /// # Errors
    /// [`Status::Busy`] where there are too many uploads, [`Status::TooManyRequests`] where there are too many of this one.
    pub(super) fn take(&self, from: Uploader, account: Option<UserId>) -> Result<Slot, Failure> {
        let most = self.most;
        let share = |share: usize| match from {
            Uploader(Some(_)) => share,
            Uploader(None) => usize::MAX,
        };
        let of_all = self
            .all
            .take(from, most.in_all, share(most.of_address))
            .map_err(refusal)?;
        let owner = match account {
            Some(account) => self.owned_by(account)?,
            None => Owner::Unknown {
                _place: self
                    .unknown
                    .take(
                        from,
                        self.of_unknown,
                        share(most.of_address.div_ceil(OF_UNKNOWN_OF_ONE)),
                    )
                    .map_err(refusal)?,
            },
        };
        Ok(Slot {
            slots: self.clone(),
            _of_all: of_all,
            owner,
        })
    }

    fn owned_by(&self, account: UserId) -> Result<Owner, Failure> {
        let place = self
            .accounts
            .take(account, usize::MAX, self.most.of_account);
        Ok(Owner::Known {
            account,
            _place: place.map_err(refusal)?,
        })
    }
}

impl Slot {
    /// It has become known whose upload it is.
    ///
    /// # Errors
    /// [`Status::TooManyRequests`] where that one has too many.
    pub(super) fn belongs_to(&mut self, account: UserId) -> Result<(), Failure> {
        match self.owner {
            Owner::Known { account: known, .. } if known == account => {}
            _ => self.owner = self.slots.owned_by(account)?,
        }
        Ok(())
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
