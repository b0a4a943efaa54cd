use super::MarkStatements;
use super::videos::video_list;
use crate::engine::{Engine, Statement};

pub(crate) struct FavoriteStatements {
    /// Marks of `(user, video)`.
    pub(crate) marks: MarkStatements,
    pub(crate) favorites: Statement,
}

impl FavoriteStatements {
    pub(super) fn of<E: Engine>() -> Self {
        let pairs = E::bound_table(1, &["one", "other"]);
        let timed_pairs = E::bound_table(1, &["one", "other", "at"]);
        Self {
            marks: MarkStatements {
                // `WHERE TRUE` keeps SQLite from reading `ON` as the join's.
                set: E::translate(&format!(
                    "INSERT INTO favorites (user_id, video_id, marked_at) SELECT u.id, v.id, pair.at \
                     FROM {timed_pairs} AS pair JOIN users u ON u.id = pair.one JOIN videos v ON v.id = pair.other \
                     WHERE TRUE ON CONFLICT (user_id, video_id) DO NOTHING RETURNING user_id, video_id"
                )),
                clear: E::translate(&format!(
                    "DELETE FROM favorites WHERE (user_id, video_id) IN (SELECT one, other FROM {pairs} AS pair) \
                     RETURNING user_id, video_id"
                )),
                exist: E::translate(&format!(
                    "SELECT pair.one, pair.other, EXISTS (SELECT 1 FROM users u WHERE u.id = pair.one), \
                     EXISTS (SELECT 1 FROM videos v WHERE v.id = pair.other) FROM {pairs} AS pair"
                )),
            },
            favorites: video_list::<E>(
                "SELECT marked_at AS at, video_id AS id FROM favorites \
                 WHERE user_id = ?5 AND (marked_at, video_id) < (?2, ?3) \
                 ORDER BY marked_at DESC, video_id DESC LIMIT ?4",
            ),
        }
    }
}
