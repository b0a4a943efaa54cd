//! Who sets or takes back a like or a follow right now.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use douyin_core::UserId;
use tokio::time::Instant;

use super::versions::Slot;

/// Tells whether a viewer's marks stood still between two moments.
///
/// A page that others read too and the viewer's own marks are of two instants. What lies between them changes the one and not the
/// other only if it is a mark of the viewer's own: without one under way or done in between, the two agree as if they were of one.
/// But for a video that is deleted in between: as long as a page still shows it, nobody likes it there.
#[derive(Debug)]
pub(super) struct Viewers {
    slots: Box<[Marker]>,
    origin: Instant,
}

#[derive(Debug, Default)]
struct Marker {
    /// How many marks were begun, in the upper half, and how many are under way, in the lower.
    marks: AtomicU64,
    /// Until when, in milliseconds, a mark may be done of which nobody knows whether it was.
    doubtful_until: AtomicU64,
}

const BEGUN: u64 = 1 << 32;
const UNDER_WAY: u64 = 1;

/// How a viewer's marks stand, for comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing(u64);

impl Default for Viewers {
    fn default() -> Self {
        Self {
            slots: (0..Slot::COUNT).map(|_| Marker::default()).collect(),
            origin: Instant::now(),
        }
    }
}

impl Viewers {
    /// How the marks of a viewer stand; `None` while one is under way.
    pub(super) fn standing(&self, viewer: UserId) -> Option<Standing> {
        let marker = self.marker(viewer);
        let marks = marker.marks.load(SeqCst);
        let doubtful = marker.doubtful_until.load(SeqCst);
        let stands = marks.is_multiple_of(BEGUN) && (doubtful == 0 || doubtful <= self.millis());
        stands.then_some(Standing(marks))
    }

    pub(super) fn begin(&self, viewer: UserId) {
        let marks = &self.marker(viewer).marks;
        marks.fetch_add(BEGUN + UNDER_WAY, SeqCst);
    }

    pub(super) fn end(&self, viewer: UserId) {
        let marks = &self.marker(viewer).marks;
        marks.fetch_sub(UNDER_WAY, SeqCst);
    }

    /// A mark that was begun may be done at any moment, for so long that nothing is remembered from before it.
    pub(super) fn doubt(&self, viewer: UserId, for_so_long: Duration) {
        let millis = u64::try_from(for_so_long.as_millis()).unwrap_or(u64::MAX);
        let until = self.millis().saturating_add(millis).saturating_add(1);
        let doubtful = &self.marker(viewer).doubtful_until;
        doubtful.fetch_max(until, SeqCst);
    }

    fn marker(&self, viewer: UserId) -> &Marker {
        &self.slots[Slot::of(viewer.get().unsigned_abs()).index()]
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn marks_stand_only_while_none_is_under_way_or_in_doubt() {
        let viewers = Viewers::default();
        let viewer = UserId::new(7).unwrap();
        let before = viewers.standing(viewer).unwrap();
        assert_eq!(viewers.standing(viewer), Some(before));
        viewers.begin(viewer);
        viewers.begin(viewer);
        viewers.end(viewer);
        assert_eq!(viewers.standing(viewer), None);
        viewers.end(viewer);
        let after = viewers.standing(viewer).unwrap();
        assert_ne!(after, before);
        viewers.doubt(viewer, Duration::from_millis(250));
        tokio::time::advance(Duration::from_millis(250)).await;
        assert_eq!(viewers.standing(viewer), None);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(viewers.standing(viewer), Some(after));
    }
}
