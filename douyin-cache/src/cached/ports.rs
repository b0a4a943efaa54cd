//! The ports: what is remembered of each, and what its writes change.
#![deny(clippy::missing_trait_methods)]

mod audit;
mod comments;
mod favorites;
mod follows;
mod jobs;
mod messages;
mod sessions;
mod users;
mod videos;
