//! Orders that look random, visit everything once, and are not kept in memory.

use fastrand::Rng;

/// All numbers below `n`, each once: steps around a ring, of a length that shares no divisor with it.
pub(super) fn walk(random: &mut Rng, n: u64) -> impl Iterator<Item = u64> + use<> {
    let around = n.max(1);
    let start = random.u64(0..around);
    let step = std::iter::repeat_with(|| random.u64(1..=around))
        .find(|step| greatest_common_divisor(*step, around) == 1)
        .unwrap_or(1);
    (0..n).scan(start, move |at, _| {
        let here = *at;
        *at = (here + step) % around;
        Some(here)
    })
}

/// Another number below `n` for each `rank` below it: what is popular is neither the newest nor the oldest.
pub(super) fn scattered(rank: u64, n: u64) -> u64 {
    /// The largest prime below 2^64: it shares no divisor with any `n`.
    const PRIME: u128 = 18_446_744_073_709_551_557;
    let product = u128::from(rank) * PRIME;
    u64::try_from(product % u128::from(n.max(1))).unwrap_or(0)
}

/// How many pairs of neighbours there are where users stand in a ring: as many as users, but two of them are one pair.
pub(super) const fn pairs_of_neighbours(users: u64) -> u64 {
    if users == 2 { 1 } else { users }
}

pub(super) const fn is_self_or_neighbour(user: u64, of: u64, users: u64) -> bool {
    user == of || (user + 1) % users == of || (of + 1) % users == user
}

const fn greatest_common_divisor(one: u64, other: u64) -> u64 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_walk_visits_everything_once() {
        for n in [0, 1, 2, 12, 97, 1_000] {
            for seed in 0..20 {
                let visited: Vec<u64> = walk(&mut Rng::with_seed(seed), n).collect();
                assert_eq!(visited.len() as u64, n);
                assert_eq!(visited.iter().collect::<HashSet<_>>().len() as u64, n);
                assert!(visited.iter().all(|number| *number < n));
            }
        }
    }

    #[test]
    fn scattering_is_one_to_one() {
        for n in [1, 2, 30, 1_024, 9_999] {
            let numbers: HashSet<u64> = (0..n).map(|rank| scattered(rank, n)).collect();
            assert_eq!(numbers.len() as u64, n);
            assert!(numbers.iter().all(|number| *number < n));
        }
    }
}
