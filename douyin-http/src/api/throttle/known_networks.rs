use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::Mutex;

use super::{MOST_KEYS, lock};

/// The networks that accounts were signed in from, the latest of them.
#[derive(Debug, Default)]
pub(crate) struct KnownNetworks {
    hasher: RandomState,
    known: Mutex<(HashSet<u64>, VecDeque<u64>)>,
}

impl KnownNetworks {
    /// Remembers one.
    pub(crate) fn remember(&self, account_and_network: impl Hash) {
        let key = self.hasher.hash_one(account_and_network);
        let mut known = lock(&self.known);
        let (set, order) = &mut *known;
        if set.insert(key) {
            order.push_back(key);
        }
        if order.len() > MOST_KEYS
            && let Some(oldest) = order.pop_front()
        {
            set.remove(&oldest);
        }
    }

    /// Whether one is remembered.
    pub(crate) fn knows(&self, account_and_network: impl Hash) -> bool {
        lock(&self.known)
            .0
            .contains(&self.hasher.hash_one(account_and_network))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_known_networks_are_remembered() {
        let known = KnownNetworks::default();
        for key in 0..=MOST_KEYS as u64 {
            known.remember(key);
            known.remember(key);
        }
        assert!(!known.knows(0_u64));
        assert!(known.knows(1_u64) && known.knows(MOST_KEYS as u64));
    }
}
