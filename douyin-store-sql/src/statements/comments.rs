use super::users::USER;
use super::{behind, insert, page_first};
use crate::engine::{Engine, Statement, Write, WriteText};

pub(crate) struct CommentStatements {
    /// Adds a comment; answers no row where the author or the video does not exist.
    pub(crate) add: Write,
    pub(crate) ownership: Statement,
    /// Marks a comment as deleted; answers its video, or no row where there is none that was not deleted.
    pub(crate) delete: Write,
    /// Whether a comment exists, deleted or not, below a video that is not.
    pub(crate) exists: Statement,
    pub(crate) comments: Statement,
}

/// Whether the video of one of the `comments` is not deleted.
const BELOW_A_VIDEO: &str =
    "EXISTS (SELECT 1 FROM videos v WHERE v.id = comments.video_id AND v.deleted_at IS NULL)";

impl CommentStatements {
    pub(super) fn of<E: Engine>() -> Self {
        let deletable = format!("id = ?1 AND deleted_at IS NULL AND {BELOW_A_VIDEO}");
        Self {
            add: insert::<E>(
                "comments",
                "id, video_id, author_id, text, written_at",
                "SELECT ?1, v.id, u.id, ?4, ?5 FROM videos v JOIN users u ON u.id = ?3 WHERE v.id = ?2 AND v.deleted_at IS NULL",
                "id",
            ),
            ownership: E::translate(
                "SELECT c.author_id, v.author_id FROM comments c JOIN videos v ON v.id = c.video_id \
                 WHERE c.id = ?2 AND c.video_id = ?1 AND c.deleted_at IS NULL AND v.deleted_at IS NULL",
            ),
            delete: E::write(&WriteText {
                write: &format!("UPDATE comments SET deleted_at = ?2 WHERE {deletable}"),
                returning: "video_id",
                ask: &format!("SELECT video_id FROM comments WHERE {deletable}"),
            }),
            exists: E::translate(&format!(
                "SELECT EXISTS (SELECT 1 FROM comments WHERE id = ?1 AND {BELOW_A_VIDEO})"
            )),
            comments: page_first::<E>(
                &format!("c.text, {USER}"),
                &format!(
                    "SELECT written_at AS at, id FROM comments WHERE video_id = ?5 AND deleted_at IS NULL \
                     AND EXISTS (SELECT 1 FROM videos v WHERE v.id = ?5 AND v.deleted_at IS NULL) AND {} \
                     ORDER BY written_at DESC, id DESC LIMIT ?4",
                    behind("written_at", "id")
                ),
                "JOIN comments c ON c.id = page.id JOIN users u ON u.id = c.author_id",
            ),
        }
    }
}
