use std::collections::HashSet;

/// A search for instants that nothing has, one for each of many that are wanted: the first free one from there on, in the order of
/// what is wanted.
///
/// Whoever searches asks which of the [unknown](Self::unknown) instants are taken, until none is unknown. Where one is, twice as many that
/// follow are asked for the next time, so that a long run of taken ones takes few rounds.
#[derive(Debug)]
pub(super) struct FreeInstants {
    wanted: Vec<i64>,
    asked: HashSet<i64>,
    taken: HashSet<i64>,
    reach: i64,
}

impl FreeInstants {
    pub(super) fn of(wanted: Vec<i64>) -> Self {
        Self {
            wanted,
            asked: HashSet::new(),
            taken: HashSet::new(),
            reach: 1,
        }
    }

    /// What has to be known before the search goes on; `None` at its end.
    pub(super) fn unknown(&mut self) -> Option<Vec<[i64; 1]>> {
        let mut unknown = Vec::new();
        for chosen in self.chosen() {
            if !self.asked.contains(&chosen) {
                let ahead = (0..self.reach).map(|step| chosen.saturating_add(step));
                unknown.extend(ahead.filter(|at| self.asked.insert(*at)).map(|at| [at]));
            }
        }
        self.reach *= 2;
        (!unknown.is_empty()).then_some(unknown)
    }

    /// Records that an instant is taken.
    pub(super) fn take(&mut self, at: i64) {
        self.taken.insert(at);
    }

    /// The instants that are the right ones unless one of them is taken, in the order in which they were wanted.
    pub(super) fn chosen(&self) -> Vec<i64> {
        let mut places: Vec<usize> = (0..self.wanted.len()).collect();
        places.sort_by_key(|place| self.wanted[*place]);
        let mut chosen = self.wanted.clone();
        let mut last = i64::MIN;
        for place in places {
            let mut at = chosen[place].max(last.saturating_add(1));
            while self.taken.contains(&at) {
                at = at.saturating_add(1);
            }
            (chosen[place], last) = (at, at);
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What is chosen beside these taken instants, and in how many rounds.
    fn search(wanted: &[i64], taken: &BTreeSet<i64>) -> (Vec<i64>, usize) {
        let mut search = FreeInstants::of(wanted.to_vec());
        let mut rounds = 0;
        while let Some(unknown) = search.unknown() {
            rounds += 1;
            for [at] in unknown {
                if taken.contains(&at) {
                    search.take(at);
                }
            }
        }
        (search.chosen(), rounds)
    }

    #[test]
    fn a_free_instant_is_kept_and_a_taken_one_gives_way_to_the_first_free_one_after_it() {
        let taken = BTreeSet::from([5, 6, 9]);
        assert_eq!(search(&[1, 5, 9, 3], &taken).0, [1, 7, 10, 3]);
        assert!(search(&[], &taken).0.is_empty());
    }

    #[test]
    fn no_instant_is_chosen_twice_and_the_order_of_what_is_wanted_stays() {
        let taken = BTreeSet::from([6]);
        assert_eq!(search(&[5, 5, 5, 4], &taken).0, [5, 7, 8, 4]);
    }

    #[test]
    fn a_run_of_ten_thousand_taken_instants_is_passed_in_few_rounds() {
        let taken: BTreeSet<i64> = (0..10_000).collect();
        let (chosen, rounds) = search(&[17], &taken);
        assert_eq!(chosen, [10_000]);
        assert!(rounds < 20, "{rounds}");
        let wanted = vec![0; 3_000];
        let (chosen, rounds) = search(&wanted, &taken);
        assert!(chosen.into_iter().eq(10_000..13_000));
        assert!(rounds < 20, "{rounds}");
    }
}
