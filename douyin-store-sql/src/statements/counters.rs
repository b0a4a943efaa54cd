use crate::engine::{Engine, Statement};

pub(crate) struct CounterStatements {
    /// Moves counters of videos: a list of `(id, favorites, comments)`. Answers each video with its author.
    pub(crate) videos: Statement,
    /// Moves counters of users: a list of `(id, follows, followers, total_favorited, works, favorites)`.
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
                "total_favorited",
                "works",
                "favorites",
            ],
        );
        Self {
            videos: E::translate(&format!(
                "UPDATE videos SET favorite_count = favorite_count + moved.favorites, \
                 comment_count = comment_count + moved.comments \
                 FROM {of_videos} AS moved WHERE videos.id = moved.id RETURNING videos.id, videos.author_id"
            )),
            users: E::translate(&format!(
                "UPDATE users SET follow_count = follow_count + moved.follows, \
                 follower_count = follower_count + moved.followers, \
                 total_favorited = users.total_favorited + moved.total_favorited, \
                 work_count = work_count + moved.works, favorite_count = favorite_count + moved.favorites \
                 FROM {of_users} AS moved WHERE users.id = moved.id"
            )),
        }
    }
}
