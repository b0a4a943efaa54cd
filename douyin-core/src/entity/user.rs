use crate::{Generation, JobId, MediaKey, PasswordHash, Signature, Timestamp, UserId, Username};

/// A user to register.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Made by core, never used before.
    pub id: UserId,
    /// The name; unique by its [key](Username::key).
    pub name: Username,
    /// What the password is checked against.
    pub password: PasswordHash,
    /// What the user says of themselves; empty at first.
    pub signature: Signature,
    /// When they registered.
    pub at: Timestamp,
}

/// What is to become of a user's profile. What is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileEdit {
    /// Whose it is.
    pub user: UserId,
    /// The name that they want; unique by its [key](Username::key).
    pub name: Option<Username>,
    /// What they want to say of themselves; may be empty.
    pub signature: Option<Signature>,
}

/// Which picture of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureKind {
    /// [`User::avatar`].
    Avatar,
    /// [`User::background`].
    Background,
}

/// What is to become of a user's picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureChange {
    /// Whose it is.
    pub user: UserId,
    /// Which.
    pub kind: PictureKind,
    /// The new one, which is stored already; `None` for the default one.
    pub picture: Option<MediaKey>,
    /// For the job that removes the one that was replaced.
    pub removal: JobId,
    /// When that is due: pages that show it are still open.
    pub remove_at: Timestamp,
}

/// What a login is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Whose they are.
    pub user: UserId,
    /// What the password is checked against.
    pub password: PasswordHash,
    /// What a session that begins with it is of.
    pub generation: Generation,
}

/// A user as a viewer sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The name as it was typed.
    pub name: String,
    /// What the user says of themselves.
    pub signature: String,
    /// Their picture; `None` stands for the default one.
    pub avatar: Option<MediaKey>,
    /// The picture behind their profile; `None` stands for the default one.
    pub background: Option<MediaKey>,
    /// How many users they follow.
    pub follow_count: i64,
    /// How many users follow them.
    pub follower_count: i64,
    /// How many likes their videos have.
    pub total_favorited: i64,
    /// How many videos they published.
    pub work_count: i64,
    /// How many videos they like.
    pub favorite_count: i64,
    /// Whether the viewer follows them; false for anonymous viewers.
    pub is_follow: bool,
}
