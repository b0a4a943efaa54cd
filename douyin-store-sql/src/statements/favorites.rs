use super::videos::video_list;
use super::{MarkStatements, behind};
use crate::engine::{Engine, Statement};

pub(crate) struct FavoriteStatements {
    /// Marks of `(user, video)`.
    pub(crate) marks: MarkStatements,
    pub(crate) favorites: Statement,
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
        }
    }
}
