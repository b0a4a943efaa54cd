use crate::{Cursor, Page, PageRequest, Timestamp, Video};

/// Which part of a list a caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListQuery {
    /// At most so many entries; the configured limit where absent, and never more than that.
    pub limit: Option<u32>,
    /// Go on after this place; start with the newest where absent.
    pub cursor: Option<Cursor>,
}

impl ListQuery {
    /// What to ask of the store, with `most` entries as the default and the most.
    pub(crate) fn within(self, most: u32) -> PageRequest {
        PageRequest {
            after: self.cursor,
            limit: self.limit.unwrap_or(most).clamp(1, most.max(1)),
        }
    }
}

/// Which part of the feed a caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedQuery {
    /// Only videos strictly older than this. Absent or not positive: the newest, among them those whose instant lies a few
    /// milliseconds ahead of the clock because many were published in one.
    pub latest: Option<Timestamp>,
    /// At most so many videos; the feed's page length where absent.
    pub limit: Option<u32>,
    /// Go on after this place, whatever `latest` says.
    pub cursor: Option<Cursor>,
}

/// A page of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPage {
    /// Newest first.
    pub videos: Page<Video>,
    /// What to pass as `latest` for the next page: the instant of the oldest video here, or the present where there is none, so that a
    /// viewer at the end begins anew.
    pub next_time: Timestamp,
}

/// Which part of a conversation a caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChatQuery {
    /// Only messages strictly after this instant, the oldest of them. Absent or not positive: the newest of all.
    pub since: Option<Timestamp>,
    /// With `since`, only those that the viewer received. Without it the history has both directions.
    pub incoming_only: bool,
    /// At most so many messages; the configured limit where absent, and never more than that.
    pub limit: Option<u32>,
    /// Go on from this place: forwards where `since` is there, backwards into the history where it is not.
    pub cursor: Option<Cursor>,
}
