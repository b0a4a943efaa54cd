//! What a store takes and gives.

mod comment;
mod marks;
mod message;
mod session;
mod user;
mod video;

pub use comment::{Comment, CommentOwnership, NewComment};
pub use marks::Marks;
pub use message::{Friend, Message, NewMessage, NewestMessage};
pub use session::{
    EndedGenerations, EndedSession, Generation, InvalidSessionId, PasswordChange, Revocation,
    RevocationPosition, Revoked, SessionId, SignedIn,
};
pub use user::{Credentials, NewUser, ProfileEdit, User};
pub use video::{MediaKey, NewVideo, Video};
