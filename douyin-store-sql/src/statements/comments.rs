use super::page_first;
use super::users::USER;
use crate::engine::{Engine, Statement};

pub(crate) struct CommentStatements {
    /// Adds a comment; answers no row where the author or the video does not exist.
    pub(crate) add: Statement,
    pub(crate) ownership: Statement,
    /// Marks a comment as deleted; answers its video, or no row where there is none that was not deleted.
    pub(crate) delete: Statement,
    /// Whether a comment exists, deleted or not.
    pub(crate) exists: Statement,
    pub(crate) comments: Statement,
}

impl CommentStatements {
    pub(super) fn of<E: Engine>() -> Self {
        Self {
            add: E::translate(
                "INSERT INTO comments (id, video_id, author_id, text, written_at) \
                 SELECT ?1, v.id, u.id, ?4, ?5 FROM videos v JOIN users u ON u.id = ?3 WHERE v.id = ?2 RETURNING id",
            ),
            ownership: E::translate(
                "SELECT c.author_id, v.author_id FROM comments c JOIN videos v ON v.id = c.video_id \
                 WHERE c.id = ?2 AND c.video_id = ?1 AND c.deleted_at IS NULL",
            ),
            delete: E::translate(
                "UPDATE comments SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL RETURNING video_id",
            ),
            exists: E::translate("SELECT EXISTS (SELECT 1 FROM comments WHERE id = ?1)"),
            comments: page_first::<E>(
                &format!("c.text, {USER}"),
                "SELECT written_at AS at, id FROM comments \
                 WHERE video_id = ?5 AND deleted_at IS NULL AND (written_at, id) < (?2, ?3) \
                 ORDER BY written_at DESC, id DESC LIMIT ?4",
                "JOIN comments c ON c.id = page.id JOIN users u ON u.id = c.author_id",
            ),
        }
    }
}
