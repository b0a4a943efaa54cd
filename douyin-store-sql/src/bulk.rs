//! Many rows at once: for imports and demo data.

use async_trait::async_trait;
use douyin_core::{
    NewComment, NewMessage, NewUser, NewVideo, StoreError, Timestamp, UserId, VideoId,
};

/// Rows to be added together.
#[derive(Debug, Clone)]
pub enum Chunk {
    /// Users.
    Users(Vec<NewUser>),
    /// Videos.
    Videos(Vec<NewVideo>),
    /// Likes: who likes what, since when.
    Favorites(Vec<(UserId, VideoId, Timestamp)>),
    /// Follows: who follows whom, since when.
    Follows(Vec<(UserId, UserId, Timestamp)>),
    /// Comments.
    Comments(Vec<NewComment>),
    /// Messages; those of a conversation in its order.
    Messages(Vec<NewMessage>),
}

macro_rules! from_rows {
    ($($kind:ident of $row:ty,)*) => {
        $(impl From<Vec<$row>> for Chunk {
            fn from(rows: Vec<$row>) -> Self {
                Self::$kind(rows)
            }
        })*

        impl Chunk {
            /// The number of rows.
            #[must_use]
            pub fn len(&self) -> usize {
                match self {
                    $(Self::$kind(rows) => rows.len(),)*
                }
            }
        }
    };
}

from_rows! {
    Users of NewUser,
    Videos of NewVideo,
    Favorites of (UserId, VideoId, Timestamp),
    Follows of (UserId, UserId, Timestamp),
    Comments of NewComment,
    Messages of NewMessage,
}

impl Chunk {
    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Takes rows by the ten thousand: what imports and demo data need, and nothing else.
///
/// The ports write a row with at least a statement of its own; here each chunk is a few set-based statements.
#[async_trait]
pub trait BulkLoad: Send + Sync {
    /// Adds a chunk in one transaction, with the counters that its rows move: all of it or, whatever happens, nothing. The rules of the
    /// ports hold: a video whose instant is taken is published at the first free one after it, a message comes after all before
    /// it in its conversation.
    ///
    /// # Errors
    /// `Taken` where a row exists already, or two of the chunk are the same: an id, a name, a like, a follow. `NotFound` where a row speaks
    /// of a user or video that does not exist. `Unavailable` as any write.
    async fn load(&self, chunk: Chunk) -> Result<(), StoreError>;
}
