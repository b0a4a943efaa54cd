use super::deletion::VIDEOS_THERE;
use super::insert_rows;
use crate::engine::{Engine, Statement};

/// The statements that add rows by the thousand. Each takes them as one value, and is refused where one of them exists already.
pub(crate) struct BulkStatements {
    /// A list of `(id, registered_at, name, username_key, password, signature)`.
    pub(crate) users: Statement,
    /// A list of `(id, author_id, published_at, bytes, title, play, cover)`.
    pub(crate) videos: Statement,
    /// A list of `(user_id, video_id, marked_at)`.
    pub(crate) favorites: Statement,
    /// A list of `(follower_id, followee_id, marked_at)`.
    pub(crate) follows: Statement,
    /// A list of `(id, video_id, author_id, written_at, text)`.
    pub(crate) comments: Statement,
    /// A list of `(id, low_id, high_id, from_id, sent_at, text)`.
    pub(crate) messages: Statement,
    /// How many users of a list exist.
    pub(crate) users_there: Statement,
    /// How many videos of a list exist and are not deleted.
    pub(crate) videos_there: Statement,
    /// Which instants of a list are those of publications.
    pub(crate) taken_instants: Statement,
    /// Each conversation of a list of `(low, high)`, with the instant of its newest message or NULL.
    pub(crate) newest_messages: Statement,
}

impl BulkStatements {
    pub(super) fn of<E: Engine>() -> Self {
        let join = E::JOIN_FROM_LEFT;
        let rows = insert_rows::<E>;
        let marks = |table: &str, columns: [&str; 3]| {
            let (rows, columns) = (E::bound_table(1, &columns), columns.join(", "));
            E::translate(&format!(
                "INSERT INTO {table} ({columns}) SELECT {columns} FROM {rows} AS added"
            ))
        };
        let there = |table: &str| {
            let ids = E::bound_table(1, &["id"]);
            E::translate(&format!(
                "SELECT COUNT(*) FROM {ids} AS wanted {join} {table} AS found ON found.id = wanted.id"
            ))
        };
        Self {
            users: rows(
                "users",
                &["id", "registered_at"],
                &["name", "username_key", "password", "signature"],
            ),
            videos: rows(
                "videos",
                &["id", "author_id", "published_at", "bytes"],
                &["title", "play", "cover"],
            ),
            favorites: marks("favorites", ["user_id", "video_id", "marked_at"]),
            follows: marks("follows", ["follower_id", "followee_id", "marked_at"]),
            comments: rows(
                "comments",
                &["id", "video_id", "author_id", "written_at"],
                &["text"],
            ),
            messages: rows(
                "messages",
                &["id", "low_id", "high_id", "from_id", "sent_at"],
                &["text"],
            ),
            users_there: there("users"),
            videos_there: there(VIDEOS_THERE),
            taken_instants: E::translate(&format!(
                "SELECT videos.published_at FROM {} AS wanted {join} videos ON videos.published_at = wanted.at",
                E::bound_table(1, &["at"])
            )),
            newest_messages: E::translate(&format!(
                "SELECT pair.one, pair.other, (SELECT m.sent_at FROM messages m \
                   WHERE m.low_id = pair.one AND m.high_id = pair.other ORDER BY m.sent_at DESC LIMIT 1) FROM {} AS pair",
                E::bound_table(1, &["one", "other"])
            )),
        }
    }
}
