//! Demo data before it has ids: users and videos are known by their number.

use douyin_core::Timestamp;

pub(super) struct UserSketch {
    /// Not unique: the writer adds what makes it so.
    pub(super) given_name: &'static str,
    pub(super) signature: &'static str,
    pub(super) at: Timestamp,
}

pub(super) struct VideoSketch {
    pub(super) author: u64,
    pub(super) title: String,
    pub(super) at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LikeSketch {
    pub(super) user: u64,
    pub(super) video: u64,
    pub(super) at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FollowSketch {
    pub(super) follower: u64,
    pub(super) followee: u64,
    pub(super) at: Timestamp,
}

pub(super) struct CommentSketch {
    pub(super) video: u64,
    pub(super) author: u64,
    pub(super) text: &'static str,
    pub(super) at: Timestamp,
}

/// A conversation of two, to be written in order.
pub(super) struct ConversationSketch {
    pub(super) one: u64,
    pub(super) other: u64,
    pub(super) lines: Vec<LineSketch>,
}

pub(super) struct LineSketch {
    pub(super) by_one: bool,
    pub(super) text: &'static str,
    pub(super) at: Timestamp,
}
