use std::collections::BTreeMap;

use douyin_core::{Counter, Drift};

use super::Work;
use super::operation::id_pairs;
use crate::engine::{Engine, Numbers};
use crate::error::Error;

/// Changes of counters in a transaction, summed up, so that a video that five hundred users like at once is written once.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    moved: BTreeMap<(Counter, i64), i64>,
    /// By how much the likes of a video moved, which its author's `total_favorited` shares: by video, because only the
    /// video's row knows the author.
    gained: BTreeMap<i64, i64>,
}

/// In the order in which the statement lists them.
const OF_VIDEOS: [Counter; 2] = [Counter::VideoFavorites, Counter::VideoComments];
const OF_USERS: [Counter; 6] = [
    Counter::UserFollows,
    Counter::UserFollowers,
    Counter::UserTotalFavorited,
    Counter::UserWorks,
    Counter::UserFavorites,
    Counter::UserStoredBytes,
];

impl Counters {
    /// Moves one counter.
    pub(crate) fn add(&mut self, counter: Counter, of: i64, by: i64) {
        *self.moved.entry((counter, of)).or_default() += by;
    }

    /// By how much a counter moved that is not written yet.
    pub(crate) fn pending(&self, counter: Counter, of: i64) -> i64 {
        self.moved.get(&(counter, of)).copied().unwrap_or(0)
    }

    /// Moves the three counters of a like.
    pub(crate) fn add_favorite(&mut self, (user, video): (i64, i64), by: i64) {
        self.add(Counter::UserFavorites, user, by);
        self.add(Counter::VideoFavorites, video, by);
        *self.gained.entry(video).or_default() += by;
    }

    /// Moves the two counters of a follow.
    pub(crate) fn add_follow(&mut self, (follower, whom): (i64, i64), by: i64) {
        self.add(Counter::UserFollows, follower, by);
        self.add(Counter::UserFollowers, whom, by);
    }

    /// Moves a counter to what was counted.
    pub(crate) fn correct(&mut self, drift: &Drift) {
        self.add(drift.counter, drift.of, drift.counted - drift.stored);
    }

    /// The changes of these counters by the id of their row, in order.
    fn rows<const N: usize>(&self, counters: [Counter; N]) -> BTreeMap<i64, [i64; N]> {
        let mut rows = BTreeMap::new();
        for (place, counter) in counters.into_iter().enumerate() {
            let of_counter = (counter, i64::MIN)..=(counter, i64::MAX);
            for (&(_, of), &by) in self.moved.range(of_counter).filter(|(_, by)| **by != 0) {
                rows.entry(of).or_insert([0; N])[place] = by;
            }
        }
        rows
    }
}

impl<E: Engine> Work<'_, E> {
    /// Writes the counters that moved.
    pub(crate) async fn write_counters(&mut self) -> Result<(), Error> {
        let statements = &self.statements.counters;
        let mut counters = std::mem::take(&mut self.counters);

        let mut videos = counters.rows(OF_VIDEOS);
        // A correction may have cancelled what likes moved for a video, but not what they moved for its author.
        for (video, _) in counters.gained.iter().filter(|(_, by)| **by != 0) {
            videos.entry(*video).or_insert([0; 2]);
        }
        let videos = Numbers::new(videos.into_iter().map(|(id, [a, b])| [id, a, b]));
        if !videos.is_empty() {
            let authors = self.authors_of(counters.gained.keys());
            let values = [(&videos).into()];
            let authors = match authors {
                Some(authors) => {
                    self.write_only(&statements.videos, &values).await?;
                    authors
                }
                None => id_pairs::<E, _>(&self.write(&statements.videos, &values).await?)?,
            };
            for (video, author) in authors {
                let by = counters.gained.get(&video).copied().unwrap_or(0);
                counters.add(Counter::UserTotalFavorited, author, by);
            }
        }

        let users = counters.rows(OF_USERS);
        let users = Numbers::new(
            users
                .into_iter()
                .map(|(id, [a, b, c, d, e, f])| [id, a, b, c, d, e, f]),
        );
        if !users.is_empty() {
            self.run(&statements.users, &[(&users).into()]).await?;
        }
        Ok(())
    }

    /// Each of these videos with its author, if the locks have told them all.
    fn authors_of<'v>(&self, videos: impl Iterator<Item = &'v i64>) -> Option<Vec<(i64, i64)>> {
        let locked = self.locked.as_ref()?;
        videos
            .map(|video| Some((*video, locked.author(*video)?)))
            .collect()
    }
}
