use crate::engine::{Engine, Statement, Write, WriteText};

pub(crate) struct CounterStatements {
    /// Moves counters of videos: a list of `(id, favorites, comments)`. Answers each video with its author.
    pub(crate) videos: Write,
    /// Moves counters of users: a list of `(id, follows, followers, gained, works, favorites, bytes)`.
    pub(crate) users: Statement,
}

impl CounterStatements {
    pub(super) fn of<E: Engine>() -> Self {
        let of_videos = E::bound_table(1, &["id", "favorites", "comments"]);
        let of_users = E::bound_table(
            1,
            &[
                "id",
                "follows",
                "followers",
                "gained",
                "works",
                "favorites",
                "bytes",
            ],
        );
        Self {
            videos: E::write(&WriteText {
                write: &E::update_from(
                    "videos",
                    "favorite_count = favorite_count + moved.favorites, \
                     comment_count = comment_count + moved.comments",
                    &of_videos,
                ),
                returning: "videos.id, videos.author_id",
                ask: &format!(
                    "SELECT videos.id, videos.author_id FROM {of_videos} AS moved \
                     {} videos ON videos.id = moved.id",
                    E::JOIN_FROM_LEFT
                ),
            }),
            users: E::translate(&E::update_from(
                "users",
                "follow_count = follow_count + moved.follows, \
                 follower_count = follower_count + moved.followers, \
                 total_favorited = total_favorited + moved.gained, \
                 work_count = work_count + moved.works, favorite_count = favorite_count + moved.favorites, \
                 stored_bytes = stored_bytes + moved.bytes",
                &of_users,
            )),
        }
    }
}
