//! Places that somebody holds for a while, and that nobody can hold all of.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Places: so many altogether, and so many for one holder, such as a network.
#[derive(Debug)]
pub(crate) struct Places<K>(Mutex<Taken<K>>);

#[derive(Debug)]
struct Taken<K> {
    all: usize,
    by_holder: HashMap<K, usize>,
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
#[must_use]
pub(crate) struct Place<K: Eq + Hash> {
    places: Arc<Places<K>>,
    holder: K,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// All are taken.
    Full,
    /// The holder has as many as one may have.
    EnoughForOne,
}

impl<K> Default for Places<K> {
    fn default() -> Self {
        Self(Mutex::new(Taken {
            all: 0,
            by_holder: HashMap::new(),
        }))
    }
}

impl<K: Clone + Eq + Hash> Places<K> {
    /// Takes a place for a holder.
    ///
    /// # Errors
    /// [`NoPlace`] where `most` are taken, or `most_of_one` by it.
    pub(crate) fn take(
        self: &Arc<Self>,
        holder: K,
        most: usize,
        most_of_one: usize,
    ) -> Result<Place<K>, NoPlace> {
        let mut taken = self.lock();
        if taken.all >= most {
            return Err(NoPlace::Full);
        }
        taken.enter(holder.clone(), most_of_one)?;
        Ok(Place {
            places: Arc::clone(self),
            holder,
        })
    }
}

impl<K: Clone + Eq + Hash> Place<K> {
    /// Gives it to another holder.
    ///
    /// # Errors
    /// [`NoPlace::EnoughForOne`] where that one has `most_of_one`; then everything stays as it is.
    pub(crate) fn pass_to(&mut self, holder: K, most_of_one: usize) -> Result<(), NoPlace> {
        let mut taken = self.places.lock();
        taken.enter(holder.clone(), most_of_one)?;
        taken.leave(&self.holder);
        self.holder = holder;
        Ok(())
    }
}

impl<K: Eq + Hash> Place<K> {
    /// Who has it.
    pub(crate) const fn holder(&self) -> &K {
        &self.holder
    }
}

impl<K: Eq + Hash> Taken<K> {
    fn enter(&mut self, holder: K, most_of_one: usize) -> Result<(), NoPlace> {
        let own = self.by_holder.entry(holder).or_default();
        // A limit is at least 1, so what is refused has an entry that counts something.
        if *own >= most_of_one.max(1) {
            return Err(NoPlace::EnoughForOne);
        }
        *own += 1;
        self.all += 1;
        Ok(())
    }

    fn leave(&mut self, holder: &K) {
        self.all -= 1;
        if let Some(own) = self.by_holder.get_mut(holder) {
            *own -= 1;
            if *own == 0 {
                self.by_holder.remove(holder);
            }
        }
    }
}

impl<K> Places<K> {
    /// How many are taken.
    pub(crate) fn taken(&self) -> usize {
        self.lock().all
    }

    /// Nothing under this lock can leave it half done.
    fn lock(&self) -> MutexGuard<'_, Taken<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        self.places.lock().leave(&self.holder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_cannot_take_all_places_and_leaves_nothing_behind() {
        let places = Arc::new(Places::default());
        let taken: Vec<_> = (0..9).filter_map(|_| places.take(1, 5, 3).ok()).collect();
        assert_eq!(taken.len(), 3);
        assert_eq!(places.take(1, 5, 3).unwrap_err(), NoPlace::EnoughForOne);
        let others: Vec<_> = (2..9).filter_map(|n| places.take(n, 5, 3).ok()).collect();
        assert_eq!(others.len(), 2);
        drop(taken);
        assert!(places.take(1, 5, 3).is_ok());
        drop(others);
        let left = places.lock();
        assert_eq!((left.all, left.by_holder.len()), (0, 0));
    }

    #[test]
    fn a_place_that_is_given_to_another_holder_counts_for_that_one() {
        let places = Arc::new(Places::default());
        let mut given = places.take(1, 2, 1).unwrap();
        let other = places.take(2, 2, 1).unwrap();
        assert_eq!(given.pass_to(2, 1), Err(NoPlace::EnoughForOne));
        assert_eq!((*given.holder(), places.taken()), (1, 2));
        given.pass_to(3, 1).unwrap();
        assert_eq!((*given.holder(), places.taken()), (3, 2));
        drop(other);
        assert_eq!(places.take(3, 2, 1).unwrap_err(), NoPlace::EnoughForOne);
        assert!(places.take(1, 2, 1).is_ok());
        drop(given);
        assert!(places.lock().by_holder.is_empty());
    }

    #[test]
    fn a_limit_that_is_lowered_lets_those_stay_who_are_there() {
        let places = Arc::new(Places::default());
        let taken: Vec<_> = (1..=4).filter_map(|n| places.take(n, 9, 9).ok()).collect();
        assert_eq!(taken.len(), 4);
        assert_eq!(places.take(9, 2, 9).unwrap_err(), NoPlace::Full);
        drop(taken);
        assert!(places.take(9, 2, 9).is_ok());
    }
}
