//! The rules of the use cases, over this store and a clock that stands still until a test moves it.

mod accounts;
mod chat;
mod comments;
mod deletion;
mod feed;
mod jobs;
mod marks;
mod profiles;
mod stage;
