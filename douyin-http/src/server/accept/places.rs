use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Places for connections: so many altogether, and so many for one network.
#[derive(Debug, Default)]
pub(super) struct Places(Mutex<Taken>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    network: IpAddr,
}

impl Places {
    /// Takes a place for a network, where fewer than `most` are taken and fewer than `most_of_one` by it.
    pub(super) fn take(
        self: &Arc<Self>,
        network: IpAddr,
        most: usize,
        most_of_one: usize,
    ) -> Option<Place> {
        let mut taken = self.lock();
        if taken.all >= most {
            return None;
        }
        let own = taken.by_network.entry(network).or_default();
        // A limit is at least 1, so what is refused has an entry that counts something.
        if *own >= most_of_one.max(1) {
            return None;
        }
        *own += 1;
        taken.all += 1;
        Some(Place {
            places: Arc::clone(self),
            network,
        })
    }

    /// Nothing under this lock can leave it half done.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all -= 1;
        if let Some(own) = taken.by_network.get_mut(&self.network) {
            *own -= 1;
            if *own == 0 {
                taken.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn network(number: u8) -> IpAddr {
        Ipv4Addr::new(192, 0, 2, number).into()
    }

    #[test]
    fn one_network_cannot_take_all_places_and_leaves_nothing_behind() {
        let places = Arc::new(Places::default());
        let taken: Vec<_> = (0..9)
            .filter_map(|_| places.take(network(1), 5, 3))
            .collect();
        assert_eq!(taken.len(), 3);
        let others: Vec<_> = (2..9)
            .filter_map(|n| places.take(network(n), 5, 3))
            .collect();
        assert_eq!(others.len(), 2);
        drop(taken);
        assert!(places.take(network(1), 5, 3).is_some());
        drop(others);
        let left = places.lock();
        assert_eq!((left.all, left.by_network.len()), (0, 0));
    }

    #[test]
    fn a_limit_that_is_lowered_lets_those_stay_who_are_there() {
        let places = Arc::new(Places::default());
        let taken: Vec<_> = (1..=4)
            .filter_map(|n| places.take(network(n), 9, 9))
            .collect();
        assert_eq!(taken.len(), 4);
        assert!(places.take(network(9), 2, 9).is_none());
        drop(taken);
        assert!(places.take(network(9), 2, 9).is_some());
    }
}
