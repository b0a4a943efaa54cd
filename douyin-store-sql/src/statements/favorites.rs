use super::videos::video_list;
use super::{MarkStatements, behind};
use crate::engine::{Engine, Statement};

pub(crate) struct FavoriteStatements {
    /// Marks of `(user, video)`.
    pub(crate) marks: MarkStatements,
    pub(crate) favorites: Statement,
    /// What of two lists of ids, videos `?2` and users `?3`, is marked by `?1`: whether it is a user, and its id.
    pub(crate) marks_of: Statement,
}

impl FavoriteStatements {
    pub(super) fn of<E: Engine>() -> Self {
        Self {
            marks: MarkStatements::of::<E>(
                "favorites",
                ["user_id", "video_id"],
                ["users", "videos"],
            ),
            favorites: video_list::<E>(&format!(
                "SELECT marked_at AS at, video_id AS id FROM favorites WHERE user_id = ?5 AND {} \
                 ORDER BY marked_at DESC, video_id DESC LIMIT ?4",
                behind("marked_at", "video_id")
            )),
            marks_of: E::translate(&format!(
                "SELECT FALSE, f.video_id FROM {} AS wanted {} favorites f ON f.user_id = ?1 AND f.video_id = wanted.id \
                 UNION ALL \
                 SELECT TRUE, f.followee_id FROM {} AS wanted {} follows f ON f.follower_id = ?1 AND f.followee_id = wanted.id",
                E::bound_table(2, &["id"]),
                E::JOIN_FROM_LEFT,
                E::bound_table(3, &["id"]),
                E::JOIN_FROM_LEFT,
            )),
        }
    }
}
