use super::users::USER;
use super::{behind, insert, page_first};
use crate::engine::{Engine, Statement, Write};

pub(crate) struct VideoStatements {
    /// Adds a video at the first free instant; answers that instant, or no row where there ever was one of this id, or the author does
    /// not exist or has stored more than `?8` bytes.
    pub(crate) publish: Write,
    /// The files of a video: what is played, and what streams it.
    pub(crate) files: Statement,
    /// Sets what is played of a video.
    pub(crate) set_play: Statement,
    /// Sets what streams a video.
    pub(crate) set_stream: Statement,
    pub(crate) video: Statement,
    pub(crate) feed: Statement,
    pub(crate) published: Statement,
    /// How many bytes the videos of an author have.
    pub(crate) stored_bytes: Statement,
}

/// What [`decode::video`](crate::decode::video) reads: a video `v` of an author `u` as `?1` sees them.
const VIDEO: &str = "v.id, v.title, v.play, v.cover, v.stream, v.favorite_count, v.comment_count, v.published_at, \
    EXISTS (SELECT 1 FROM favorites liked WHERE liked.user_id = ?1 AND liked.video_id = v.id)";

/// A list of videos out of a `page` of places `(at, id)`.
pub(super) fn video_list<E: Engine>(page: &str) -> Statement {
    let join = "JOIN videos v ON v.id = page.id JOIN users u ON u.id = v.author_id";
    page_first::<E>(&format!("{VIDEO}, {USER}"), page, join)
}

impl VideoStatements {
    pub(super) fn of<E: Engine>() -> Self {
        // No two videos have one instant, so it alone is an order, which the indexes have; an id after it is more than MariaDB
        // knows its index to have.
        let page = |whose: &str| {
            video_list::<E>(&format!(
                "SELECT published_at AS at, id FROM videos WHERE {whose} AND deleted_at IS NULL AND {} \
                 ORDER BY published_at DESC LIMIT ?4",
                behind("published_at", "id")
            ))
        };
        Self {
            // Where the instant is taken, the first free one is the end of the run of taken ones that it stands in.
            publish: insert::<E>(
                "videos",
                "published_at, id, author_id, title, play, cover, bytes",
                "SELECT CASE WHEN EXISTS (SELECT 1 FROM videos WHERE published_at = ?6) THEN ( \
                     SELECT taken.published_at + 1 FROM videos taken \
                     LEFT JOIN videos following ON following.published_at = taken.published_at + 1 \
                     WHERE taken.published_at >= ?6 AND following.published_at IS NULL \
                     ORDER BY taken.published_at LIMIT 1) \
                   ELSE ?6 END, ?1, a.id, ?3, ?4, ?5, ?7 \
                 FROM users a WHERE a.id = ?2 AND a.stored_bytes <= ?8 \
                   AND NOT EXISTS (SELECT 1 FROM videos WHERE id = ?1)",
                "published_at",
            ),
            files: E::translate("SELECT play, stream FROM videos WHERE id = ?1"),
            set_play: E::translate("UPDATE videos SET play = ?2 WHERE id = ?1"),
            set_stream: E::translate("UPDATE videos SET stream = ?2 WHERE id = ?1"),
            video: E::translate(&format!(
                "SELECT {VIDEO}, {USER} FROM videos v JOIN users u ON u.id = v.author_id WHERE v.id = ?2 AND v.deleted_at IS NULL"
            )),
            feed: page("TRUE"),
            published: page("author_id = ?5"),
            stored_bytes: E::translate("SELECT stored_bytes FROM users WHERE id = ?1"),
        }
    }
}
