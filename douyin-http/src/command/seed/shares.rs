/// How many of `total` things each of `items` gets, most popular first, after Zipf's law: the one of rank `r` gets a share
/// in proportion to `1 / r`. With 100,000 items the first gets a twelfth of all.
///
/// Nobody gets more than `most`; what that leaves over goes to the next ranks, so that the sum is exact as long as
/// `total <= items * most`.
#[derive(Debug, Clone)]
pub(super) struct Shares {
    total: u128,
    items: u64,
    most: u64,
    rank: u64,
    /// The sum of all weights.
    whole: u128,
    /// What was not handed out yet by rounding down, in `whole`ths.
    fraction: u128,
    /// What the ranks so far could not take.
    left_over: u64,
}

/// The weight of the first rank; large enough that rounding does not show at a million ranks.
const FIRST_WEIGHT: u128 = 1 << 40;

const fn weight(rank: u64) -> u128 {
    FIRST_WEIGHT / (rank as u128 + 1)
}

impl Shares {
    pub(super) fn new(total: u64, items: u64, most: u64) -> Self {
        Self {
            total: total.into(),
            items,
            most,
            rank: 0,
            whole: (0..items).map(weight).sum(),
            fraction: 0,
            left_over: 0,
        }
    }
}

impl Iterator for Shares {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.rank == self.items {
            return None;
        }
        self.fraction += self.total * weight(self.rank);
        self.rank += 1;
        // A share is at most `total`, which is a `u64`.
        let fair = u64::try_from(self.fraction / self.whole).unwrap_or(u64::MAX);
        self.fraction %= self.whole;
        let wanted = fair.saturating_add(self.left_over);
        let share = wanted.min(self.most);
        self.left_over = wanted - share;
        Some(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_the_total() {
        for (total, items, most) in [
            (0, 5, 9),
            (1, 1, 1),
            (7, 100, 3),
            (1_000_000, 1_000, 5_000),
            (20, 10, 2),
        ] {
            let shares: Vec<u64> = Shares::new(total, items, most).collect();
            assert_eq!(shares.len() as u64, items);
            assert_eq!(shares.iter().sum::<u64>(), total, "{total} over {items}");
            assert!(shares.iter().all(|share| *share <= most));
        }
    }

    #[test]
    fn the_second_rank_gets_half_of_the_first() {
        let shares: Vec<u64> = Shares::new(1_000_000, 100, u64::MAX).take(2).collect();
        assert!(
            shares[0].abs_diff(2 * shares[1]) <= 2,
            "{shares:?} are not as 2 to 1"
        );
        assert!(shares[0] > 190_000, "the first has about a fifth");
    }

    #[test]
    fn no_items_have_no_shares() {
        assert_eq!(Shares::new(0, 0, 0).next(), None);
    }
}
