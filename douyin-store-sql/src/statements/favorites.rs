use super::deletion::VIDEOS_THERE;
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

/// Whether the video of a like `f` is not deleted. It is asked for a value of that video: of an `EXISTS` MariaDB makes a join that begins
/// with all videos.
const IS_THERE: &str =
    "(SELECT there.deleted_at FROM videos there WHERE there.id = f.video_id) IS NULL";

impl FavoriteStatements {
    pub(super) fn of<E: Engine>() -> Self {
        Self {
            marks: MarkStatements::of::<E>(
                "favorites",
                ["user_id", "video_id"],
                ["users", VIDEOS_THERE],
            ),
            favorites: video_list::<E>(&format!(
                "SELECT f.marked_at AS at, f.video_id AS id FROM favorites f WHERE f.user_id = ?5 AND {} AND {IS_THERE} \
                 ORDER BY f.marked_at DESC, f.video_id DESC LIMIT ?4",
                behind("f.marked_at", "f.video_id")
            )),
            marks_of: E::translate(&format!(
                "SELECT FALSE, f.video_id FROM {} AS wanted {} favorites f ON f.user_id = ?1 AND f.video_id = wanted.id WHERE {IS_THERE} \
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
