//! What a store takes and gives.

mod comment;
mod job;
mod marks;
mod message;
mod session;
mod user;
mod video;

pub use comment::{Comment, CommentOwnership, NewComment};
pub use job::{
    AfterFailure, Claim, InvalidTask, Job, JobCount, JobFailure, JobState, NewJob, Retry, Task,
    TaskKind,
};
pub use marks::Marks;
pub use message::{Friend, Message, NewMessage, NewestMessage};
pub use session::{
    EndedGenerations, EndedSession, Generation, InvalidSessionId, PasswordChange, Revocation,
    RevocationPosition, Revoked, SessionId, SignedIn,
};
pub use user::{Credentials, NewUser, PictureChange, PictureKind, ProfileEdit, User};
pub use video::{Completion, MediaKey, NewVideo, PreparedMedia, Video, VideoDeletion};
