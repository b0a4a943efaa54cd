//! The domain of a short-video service: entities, rules and use cases, over repository traits that any store can
//! implement. It knows no database, no web framework and no clock but the one it is given.
//!
//! # Using it
//!
//! A [`Douyin`] is built over a [`Store`] and has one method per use case: [`register`](Douyin::register),
//! [`feed`](Douyin::feed), [`publish`](Douyin::publish), [`like`](Douyin::like), [`comment`](Douyin::comment),
//! [`follow`](Douyin::follow), [`send`](Douyin::send) and so on. The rules live there and nowhere else: nobody follows
//! themselves, repeating a like changes nothing, friends are users who follow each other, a comment is deleted by its author or
//! the video's.
//!
//! ```text
//! let douyin = Douyin::builder(Arc::new(MemStore::new())).build();
//! let alice = douyin.register("alice", "correct horse").await?;
//! let page = douyin.feed(Some(alice), FeedQuery::default()).await?;
//! ```
//!
//! # Writing a store
//!
//! Implement the traits of [`port`] ([`Users`], [`Sessions`], [`Videos`], [`Favorites`], [`Comments`], [`Follows`], [`Messages`],
//! [`Jobs`], [`Audit`]): [`Store`] then holds by itself. The contract stands on the traits; the `conformance` feature has the suite
//! that checks it, and one line proves a store with it:
//!
//! ```text
//! douyin_core::conformance!(async |_case| (guard, Arc::new(MyStore::new()) as Arc<dyn Store>));
//! ```
//!
//! A store that several processes share also lends them node numbers, by [`Nodes`]: [`LeasedIds`] makes ids out of these that no
//! other process makes.
//!
//! # Features
//!
//! `bcrypt` (default) brings [`BcryptHasher`]; `words` (default) brings [`WordFilter`]; `mock` brings a mock of every port
//! and a store made of them; `conformance` the suite. Without the default ones the crate needs no runtime and builds for `wasm32-unknown-unknown`.

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod port;

mod douyin;
mod entity;
mod error;
mod event;
mod filter;
mod histogram;
mod id;
mod id_source;
mod mark;
mod page;
mod password;
mod text;
mod time;
mod use_case;

pub use douyin::{Douyin, DouyinBuilder, JobLimits, Limits, MessagePolicy};
pub use entity::{
    AfterFailure, Claim, Comment, CommentOwnership, Completion, Credentials, EndedGenerations,
    EndedSession, Friend, Generation, InvalidSessionId, InvalidTask, Job, JobCount, JobFailure,
    JobState, Marks, MediaKey, Message, NewComment, NewJob, NewMessage, NewUser, NewVideo,
    NewestMessage, PasswordChange, PictureChange, PictureKind, PreparedMedia, ProfileEdit, Retry,
    Revocation, RevocationPosition, Revoked, SessionId, SignedIn, Task, TaskKind, User, Video,
    VideoDeletion,
};
pub use error::{Entity, Error, StoreError};
pub use event::{Event, EventSink, NoEvents};
#[cfg(feature = "words")]
pub use filter::WordFilter;
pub use filter::{NoFilter, TextFilter};
pub use histogram::{Histogram, HistogramSnapshot};
pub use id::{CommentId, InvalidId, JobId, MAX_ID, MessageId, PictureId, UserId, VideoId};
pub use id_source::{
    Extension, IdSource, InvalidNode, LeasedIds, NoIds, NodeNumber, TimeOrderedIds,
};
pub use mark::{Change, Mark};
pub use page::{Cursor, InvalidCursor, Page, PageRequest};
#[cfg(feature = "bcrypt")]
pub use password::{BcryptHasher, HashingStats, InvalidCost};
pub use password::{PasswordHash, PasswordHasher};
pub use port::{
    Audit, Comments, Counter, Direction, Drift, Favorites, Follows, Grant, InvalidHolder, Jobs,
    Lease, Messages, NoNumber, NodeHolder, NodeRow, Nodes, Reach, Sessions, Span, Store, Users,
    Videos, drift_of_all,
};
pub use text::{
    CommentText, InvalidText, MessageText, Password, Signature, TextKind, Title, Username,
    UsernameKey,
};
pub use time::{Clock, ManualClock, SystemClock, Timestamp};
pub use use_case::{ChatQuery, FeedPage, FeedQuery, ListQuery, Upload};
