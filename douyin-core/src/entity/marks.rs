use std::collections::HashSet;

use crate::{UserId, VideoId};

/// Which of some videos and users a viewer likes and follows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// The videos that they like.
    pub liked: HashSet<VideoId>,
    /// The users whom they follow.
    pub followed: HashSet<UserId>,
}
