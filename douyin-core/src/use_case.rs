//! The use cases: methods of [`Douyin`](crate::Douyin), a file per theme. The rules live here.

mod accounts;
mod comments;
mod favorites;
mod follows;
mod jobs;
mod messages;
mod query;
mod sessions;
mod videos;

pub use query::{ChatQuery, FeedPage, FeedQuery, ListQuery};
pub use videos::Upload;
