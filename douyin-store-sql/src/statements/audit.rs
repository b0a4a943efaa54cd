use douyin_core::Counter;

use crate::engine::{Engine, Statement};
use crate::migration::WRITE_PROBE;

pub(crate) struct AuditStatements {
    /// Returns one row.
    pub(crate) read_probe: Statement,
    /// Fails on a database that cannot be written.
    pub(crate) write_probe: Statement,
    drift: [Statement; Counter::ALL.len()],
    /// Takes a new number for a repair.
    pub(crate) next_repair: Statement,
    /// The number of the newest repair.
    pub(crate) newest_repair: Statement,
}

/// The table and column of a counter, and the rows that it counts as `(id, counted)`.
const fn counted(counter: Counter) -> (&'static str, &'static str, &'static str) {
    match counter {
        Counter::UserFollows => (
            "users",
            "follow_count",
            "SELECT follower_id AS id, COUNT(*) AS counted FROM follows GROUP BY follower_id",
        ),
        Counter::UserFollowers => (
            "users",
            "follower_count",
            "SELECT followee_id AS id, COUNT(*) AS counted FROM follows GROUP BY followee_id",
        ),
        // By video first: looking up the author of ten million likes one by one took 53 s on SQLite, and 19 s so.
        Counter::UserTotalFavorited => (
            "users",
            "total_favorited",
            "SELECT v.author_id AS id, SUM(likes.counted) AS counted \
             FROM (SELECT video_id, COUNT(*) AS counted FROM favorites GROUP BY video_id) AS likes \
             JOIN videos v ON v.id = likes.video_id WHERE v.deleted_at IS NULL GROUP BY v.author_id",
        ),
        Counter::UserWorks => (
            "users",
            "work_count",
            "SELECT author_id AS id, COUNT(*) AS counted FROM videos WHERE deleted_at IS NULL GROUP BY author_id",
        ),
        Counter::UserFavorites => (
            "users",
            "favorite_count",
            "SELECT user_id AS id, COUNT(*) AS counted FROM favorites GROUP BY user_id",
        ),
        Counter::UserStoredBytes => (
            "users",
            "stored_bytes",
            "SELECT author_id AS id, SUM(bytes) AS counted FROM videos WHERE deleted_at IS NULL GROUP BY author_id",
        ),
        Counter::VideoFavorites => (
            "videos",
            "favorite_count",
            "SELECT video_id AS id, COUNT(*) AS counted FROM favorites GROUP BY video_id",
        ),
        Counter::VideoComments => (
            "videos",
            "comment_count",
            "SELECT video_id AS id, COUNT(*) AS counted FROM comments WHERE deleted_at IS NULL GROUP BY video_id",
        ),
    }
}

impl AuditStatements {
    pub(super) fn of<E: Engine>() -> Self {
        Self {
            read_probe: E::translate("SELECT 1"),
            write_probe: E::translate(WRITE_PROBE),
            drift: Counter::ALL.map(|counter| {
                let (table, column, rows) = counted(counter);
                E::translate(&format!(
                    "SELECT owner.id, owner.{column}, CAST(COALESCE(rows_of.counted, 0) AS {}) \
                     FROM {table} AS owner LEFT JOIN ({rows}) AS rows_of ON rows_of.id = owner.id \
                     WHERE owner.{column} <> COALESCE(rows_of.counted, 0)",
                    E::BIG_INTEGER
                ))
            }),
            next_repair: E::translate("UPDATE repairs SET number = number + 1 WHERE id = 1"),
            newest_repair: E::translate("SELECT number FROM repairs WHERE id = 1"),
        }
    }

    /// Where a counter disagrees with its rows: whose it is, what it says, what was counted. One statement, so that both are of one instant.
    pub(crate) const fn drift(&self, counter: Counter) -> &Statement {
        &self.drift[counter as usize]
    }
}
