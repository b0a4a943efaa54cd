use douyin_core::Counter;

use crate::engine::{Engine, Statement};
use crate::migration::WRITE_PROBE;

pub(crate) struct AuditStatements {
    /// Returns one row.
    pub(crate) read_probe: Statement,
    /// Fails on a database that cannot be written.
    pub(crate) write_probe: Statement,
    /// Every counter that disagrees: its place in [`COUNTERS`], whose it is, what it says, what was counted.
    pub(crate) drift: Statement,
}

/// What counts what: the counter, its table and column, and the rows it counts as `(id, counted)`.
const COUNTERS: [(Counter, &str, &str, &str); 7] = [
    (
        Counter::UserFollows,
        "users",
        "follow_count",
        "SELECT follower_id AS id, COUNT(*) AS counted FROM follows GROUP BY follower_id",
    ),
    (
        Counter::UserFollowers,
        "users",
        "follower_count",
        "SELECT followee_id AS id, COUNT(*) AS counted FROM follows GROUP BY followee_id",
    ),
    (
        Counter::UserTotalFavorited,
        "users",
        "total_favorited",
        "SELECT v.author_id AS id, COUNT(*) AS counted FROM favorites f JOIN videos v ON v.id = f.video_id GROUP BY v.author_id",
    ),
    (
        Counter::UserWorks,
        "users",
        "work_count",
        "SELECT author_id AS id, COUNT(*) AS counted FROM videos GROUP BY author_id",
    ),
    (
        Counter::UserFavorites,
        "users",
        "favorite_count",
        "SELECT user_id AS id, COUNT(*) AS counted FROM favorites GROUP BY user_id",
    ),
    (
        Counter::VideoFavorites,
        "videos",
        "favorite_count",
        "SELECT video_id AS id, COUNT(*) AS counted FROM favorites GROUP BY video_id",
    ),
    (
        Counter::VideoComments,
        "videos",
        "comment_count",
        "SELECT video_id AS id, COUNT(*) AS counted FROM comments WHERE deleted_at IS NULL GROUP BY video_id",
    ),
];

/// The counter that stands at this place of a row of [`AuditStatements::drift`].
pub(crate) fn counter(place: i64) -> Option<Counter> {
    let (counter, ..) = COUNTERS.get(usize::try_from(place).ok()?)?;
    Some(*counter)
}

impl AuditStatements {
    pub(super) fn of<E: Engine>() -> Self {
        let drifts: Vec<String> = COUNTERS
            .iter()
            .enumerate()
            .map(|(place, (_, table, column, rows))| {
                format!(
                    "SELECT {place}, owner.id, owner.{column}, COALESCE(rows_of.counted, 0) \
                     FROM {table} AS owner LEFT JOIN ({rows}) AS rows_of ON rows_of.id = owner.id \
                     WHERE owner.{column} <> COALESCE(rows_of.counted, 0)"
                )
            })
            .collect();
        Self {
            read_probe: E::translate("SELECT 1"),
            write_probe: E::translate(WRITE_PROBE),
            drift: E::translate(&drifts.join(" UNION ALL ")),
        }
    }
}
