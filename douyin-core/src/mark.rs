//! What a like or a follow is set to, and whether that changed anything.

/// What a like or a follow is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Liked, or followed.
    On,
    /// Not liked, or not followed.
    Off,
}

/// Whether a write changed anything. Both are success: marks are idempotent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Change {
    /// The state is now another one, and the counters moved with it.
    Applied,
    /// The state was already so.
    Unchanged,
}
