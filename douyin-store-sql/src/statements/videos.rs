use super::page_first;
use super::users::USER;
use crate::engine::{Engine, Statement};

pub(crate) struct VideoStatements {
    /// Adds a video at the first free instant; answers that instant, or no row where the author does not exist.
    pub(crate) publish: Statement,
    pub(crate) video: Statement,
    pub(crate) feed: Statement,
    pub(crate) published: Statement,
}

/// What [`decode::video`](crate::decode::video) reads: a video `v` of an author `u` as `?1` sees them.
const VIDEO: &str = "v.id, v.title, v.play, v.cover, v.favorite_count, v.comment_count, v.published_at, \
    EXISTS (SELECT 1 FROM favorites liked WHERE liked.user_id = ?1 AND liked.video_id = v.id)";

/// A list of videos out of a `page` of places `(at, id)`.
pub(super) fn video_list<E: Engine>(page: &str) -> Statement {
    let join = "JOIN videos v ON v.id = page.id JOIN users u ON u.id = v.author_id";
    page_first::<E>(&format!("{VIDEO}, {USER}"), page, join)
}

impl VideoStatements {
    pub(super) fn of<E: Engine>() -> Self {
        Self {
            // Where the instant is taken, the first free one is the end of the run of taken ones that it stands in.
            publish: E::translate(
                "INSERT INTO videos (id, author_id, title, play, cover, published_at) \
                 SELECT ?1, a.id, ?3, ?4, ?5, \
                   CASE WHEN EXISTS (SELECT 1 FROM videos WHERE published_at = ?6) THEN ( \
                     SELECT taken.published_at + 1 FROM videos taken \
                     WHERE taken.published_at >= ?6 AND NOT EXISTS \
                       (SELECT 1 FROM videos next WHERE next.published_at = taken.published_at + 1) \
                     ORDER BY taken.published_at LIMIT 1) \
                   ELSE ?6 END \
                 FROM users a WHERE a.id = ?2 RETURNING published_at",
            ),
            video: E::translate(&format!(
                "SELECT {VIDEO}, {USER} FROM videos v JOIN users u ON u.id = v.author_id WHERE v.id = ?2"
            )),
            feed: video_list::<E>(
                "SELECT published_at AS at, id FROM videos WHERE (published_at, id) < (?2, ?3) \
                 ORDER BY published_at DESC, id DESC LIMIT ?4",
            ),
            published: video_list::<E>(
                "SELECT published_at AS at, id FROM videos \
                 WHERE author_id = ?5 AND (published_at, id) < (?2, ?3) \
                 ORDER BY published_at DESC, id DESC LIMIT ?4",
            ),
        }
    }
}
