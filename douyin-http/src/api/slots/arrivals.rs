//! Uploads that are coming in, and which of them make room for others.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::{Slots, Uploader};
use crate::places::{NoPlace, Place};

/// Those that are there, the longest-running first: 256 at most by default, which are looked through one by one.
#[derive(Debug, Default)]
pub(super) struct Arrivals(Mutex<Vec<Running>>);

#[derive(Debug)]
struct Running {
    place: Place<Uploader>,
    /// Whether nobody knows whose it is, so that only its network says how many places are fair.
    is_stranger: bool,
    lost: Arc<Notify>,
}

/// An upload that is coming in until this is dropped, or has to make room.
#[derive(Debug)]
pub(super) struct Arrival {
    arrivals: Arc<Arrivals>,
    lost: Arc<Notify>,
}

impl Arrivals {
    /// Lets an account's in. Where there is no slot left, it takes over that of the longest-running one of the network with the most.
    ///
    /// # Errors
    /// [`NoPlace`] where no slots are left, and none is to be taken over, or its network has enough.
    pub(super) fn admit(
        self: &Arc<Self>,
        from: Uploader,
        slots: &Slots,
    ) -> Result<Arrival, NoPlace> {
        let mut running = self.lock();
        let place = match slots.place(from) {
            Err(NoPlace::Full) => take_over(&mut running, from, slots, Among::All),
            free => free,
        };
        Ok(self.enter(&mut running, place?, false))
    }

    /// Lets a stranger's in. Where there is no place for strangers left, it takes over that of the longest-running one of the network with
    /// the most strangers: whoever takes all places cannot keep them.
    ///
    /// # Errors
    /// [`NoPlace`] where `most` are there, or no slots are left, and none is to be taken over, or `most_of_one` of its network.
    pub(super) fn admit_stranger(
        self: &Arc<Self>,
        from: Uploader,
        slots: &Slots,
        most: usize,
        most_of_one: usize,
    ) -> Result<Arrival, NoPlace> {
        let mut running = self.lock();
        let strangers = running.iter().filter(|one| one.is_stranger);
        let (own, others): (Vec<_>, Vec<_>) =
            strangers.partition(|one| *one.place.holder() == from);
        if own.len() >= most_of_one {
            return Err(NoPlace::EnoughForOne);
        }
        let free = if own.len() + others.len() < most {
            slots.place(from)
        } else {
            Err(NoPlace::Full)
        };
        let place = match free {
            Err(NoPlace::Full) => take_over(&mut running, from, slots, Among::Strangers),
            free => free,
        };
        Ok(self.enter(&mut running, place?, true))
    }

    fn enter(
        self: &Arc<Self>,
        running: &mut Vec<Running>,
        place: Place<Uploader>,
        is_stranger: bool,
    ) -> Arrival {
        let lost = Arc::new(Notify::new());
        running.push(Running {
            place,
            is_stranger,
            lost: Arc::clone(&lost),
        });
        Arrival {
            arrivals: Arc::clone(self),
            lost,
        }
    }

    /// Nothing under this lock can leave it half done.
    fn lock(&self) -> MutexGuard<'_, Vec<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whose places a newcomer may take over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Among {
    All,
    Strangers,
}

/// A place of the network with the most, which still has no fewer than the newcomer's then: networks that have about as many leave each
/// other alone. From strangers it is taken as well where the newcomer's had none at all. Unknown networks neither take nor lose any: many
/// people may be in them.
fn take_over(
    running: &mut Vec<Running>,
    from: Uploader,
    slots: &Slots,
    among: Among,
) -> Result<Place<Uploader>, NoPlace> {
    let newcomer = from.0.ok_or(NoPlace::Full)?;
    let network = |one: &Running| {
        let counts = among == Among::All || one.is_stranger;
        one.place.holder().0.filter(|_| counts)
    };
    let mut by_network = HashMap::<IpAddr, usize>::new();
    for network in running.iter().filter_map(network) {
        *by_network.entry(network).or_default() += 1;
    }
    let own = by_network.get(&newcomer).copied().unwrap_or(0);
    let most = by_network.values().copied().max().unwrap_or(0);
    let has_most = |one: &Running| network(one).is_some_and(|network| by_network[&network] == most);
    let longest = running.iter().position(has_most);
    let has_too_many = most > own + 1 || (own == 0 && among == Among::Strangers);
    let longest = longest.filter(|_| has_too_many).ok_or(NoPlace::Full)?;
    let place = &mut running[longest].place;
    place.pass_to(from, slots.most.of_address)?;
    let Running { place, lost, .. } = running.remove(longest);
    lost.notify_one();
    Ok(place)
}

impl Arrival {
    /// It has become known whose it is; `false` where somebody else has its place.
    pub(super) fn become_known(&self) -> bool {
        let mut running = self.arrivals.lock();
        let own = running.iter_mut().find(|one| self.is(one));
        own.map(|own| own.is_stranger = false).is_some()
    }

    /// It has come in, and keeps its place; `None` where somebody else has that.
    pub(super) fn leave(&self) -> Option<Place<Uploader>> {
        let mut running = self.arrivals.lock();
        let own = running.iter().position(|one| self.is(one))?;
        Some(running.remove(own).place)
    }

    /// Waits until somebody else has its place.
    pub(super) async fn lost(&self) {
        self.lost.notified().await;
    }

    fn is(&self, one: &Running) -> bool {
        Arc::ptr_eq(&one.lost, &self.lost)
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        drop(self.leave());
    }
}
