//! Uploads of which nobody knows whose they are, so that only their network says how many places are fair.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::{Slots, Uploader};
use crate::places::{NoPlace, Place};

/// The strangers that are there, the longest-running first: 128 at most by default, which are looked through one by one.
#[derive(Debug, Default)]
pub(super) struct Strangers(Mutex<Vec<Running>>);

#[derive(Debug)]
struct Running {
    place: Place<Uploader>,
    lost: Arc<Notify>,
}

/// A stranger that is there until it is dropped, or has to go.
#[derive(Debug)]
pub(super) struct Stranger {
    strangers: Arc<Strangers>,
    lost: Arc<Notify>,
}

impl Strangers {
    /// Lets one in. Where there is no place left, it takes over that of the longest-running one of the network with the most: whoever
    /// takes all places cannot keep them.
    ///
    /// # Errors
    /// [`NoPlace`] where `most` are there, or no slots are left, and none is to be taken over, or `most_of_one` of its network.
    pub(super) fn admit(
        self: &Arc<Self>,
        from: Uploader,
        slots: &Slots,
        most: usize,
        most_of_one: usize,
    ) -> Result<Stranger, NoPlace> {
        let mut running = self.lock();
        let own = running
            .iter()
            .filter(|one| *one.place.holder() == from)
            .count();
        if own >= most_of_one {
            return Err(NoPlace::EnoughForOne);
        }
        let free = if running.len() < most {
            slots.place(from)
        } else {
            Err(NoPlace::Full)
        };
        let place = match free {
            Err(NoPlace::Full) => take_over(&mut running, from, own, slots)?,
            free => free?,
        };
        let lost = Arc::new(Notify::new());
        running.push(Running {
            place,
            lost: Arc::clone(&lost),
        });
        Ok(Stranger {
            strangers: Arc::clone(self),
            lost,
        })
    }

    /// Nothing under this lock can leave it half done.
    fn lock(&self) -> MutexGuard<'_, Vec<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place of the network with the most, which still has no fewer than the newcomer's then, unless that had none at all: networks that
/// have about as many leave each other alone. Unknown ones neither take nor lose any: many people may be in them.
fn take_over(
    running: &mut Vec<Running>,
    from: Uploader,
    own: usize,
    slots: &Slots,
) -> Result<Place<Uploader>, NoPlace> {
    from.0.ok_or(NoPlace::Full)?;
    let mut by_network = HashMap::<IpAddr, usize>::new();
    for network in running.iter().filter_map(|one| one.place.holder().0) {
        *by_network.entry(network).or_default() += 1;
    }
    let most = by_network.values().copied().max().unwrap_or(0);
    let has_most = |one: &Running| {
        let network = one.place.holder().0;
        network.is_some_and(|network| by_network[&network] == most)
    };
    let longest = running.iter().position(has_most);
    let has_too_many = own == 0 || most > own + 1;
    let longest = longest.filter(|_| has_too_many).ok_or(NoPlace::Full)?;
    let place = &mut running[longest].place;
    place.pass_to(from, slots.most.of_address)?;
    let Running { place, lost } = running.remove(longest);
    lost.notify_one();
    Ok(place)
}

impl Stranger {
    /// Gives its place to whom it has become; `None` where somebody else has it.
    pub(super) fn leave(&self) -> Option<Place<Uploader>> {
        let mut running = self.strangers.lock();
        let own = running
            .iter()
            .position(|one| Arc::ptr_eq(&one.lost, &self.lost))?;
        Some(running.remove(own).place)
    }

    /// Waits until somebody else has its place.
    pub(super) async fn lost(&self) {
        self.lost.notified().await;
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        drop(self.leave());
    }
}
