use crate::engine::{Engine, Statement, Write, WriteText};

/// The videos that are not deleted, by their ids.
pub(super) const VIDEOS_THERE: &str = "(SELECT id FROM videos WHERE deleted_at IS NULL)";

pub(crate) struct DeletionStatements {
    /// Marks a video as deleted; answers its author, how many like it, and its bytes, or no row where there is none that was not
    /// deleted.
    pub(crate) delete: Write,
    /// Whether there ever was a video.
    pub(crate) ever_was: Statement,
    /// Whether a video is deleted.
    pub(crate) is_deleted: Statement,
    /// So many who like a video, by id.
    pub(crate) likers: Statement,
    /// Removes likes, whatever has become of the video: a list of `(user, video)`.
    pub(crate) forget: Statement,
}

impl DeletionStatements {
    pub(super) fn of<E: Engine>() -> Self {
        let answers = "author_id, favorite_count, bytes";
        Self {
            delete: E::write(&WriteText {
                write: "UPDATE videos SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL",
                returning: answers,
                ask: &format!("SELECT {answers} FROM videos WHERE id = ?1 AND deleted_at IS NULL"),
            }),
            ever_was: E::translate("SELECT EXISTS (SELECT 1 FROM videos WHERE id = ?1)"),
            is_deleted: E::translate(
                "SELECT EXISTS (SELECT 1 FROM videos WHERE id = ?1 AND deleted_at IS NOT NULL)",
            ),
            likers: E::translate(
                "SELECT user_id FROM favorites WHERE video_id = ?1 ORDER BY user_id LIMIT ?2",
            ),
            forget: E::translate(&E::delete_pairs(
                "favorites",
                ["user_id", "video_id"],
                &E::bound_table(1, &["one", "other"]),
            )),
        }
    }
}
