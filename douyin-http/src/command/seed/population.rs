//! What the demo data is: pure, and the same for the same seed and counts.

mod marks;
#[cfg(test)]
mod tests;
mod texts;

use douyin_core::Timestamp;
use fastrand::Rng;

use super::sketch::{UserSketch, VideoSketch};
use super::{Counts, phrases};

const DAY: i64 = 24 * 60 * 60_000;
/// Users registered within so long before the first video.
const REGISTRATIONS: i64 = 60 * DAY;
/// Videos were published within so long before now.
const PUBLICATIONS: i64 = 120 * DAY;
/// What a random number is for, so that each thing has its own.
#[derive(Clone, Copy)]
enum Theme {
    User,
    Video,
    Like,
    Follow,
    Comment,
    Conversation,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Population {
    pub(super) seed: u64,
    pub(super) counts: Counts,
    pub(super) now: Timestamp,
}

impl Population {
    fn random(self, theme: Theme, number: u64) -> Rng {
        // Weyl's sequence keeps neighbouring numbers apart; the generator mixes the rest.
        let themed = self.seed ^ (theme as u64).rotate_right(8);
        Rng::with_seed(themed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// Random instants between one and now.
    fn since(self, random: &mut Rng, from: Timestamp) -> Timestamp {
        let passed = (self.now.as_millis() - from.as_millis()).max(1);
        from.plus_millis(random.i64(0..passed))
    }

    pub(super) fn user(self, number: u64) -> UserSketch {
        let mut random = self.random(Theme::User, number);
        UserSketch {
            given_name: phrases::given_name(&mut random),
            signature: phrases::signature(&mut random),
            at: self
                .now
                .plus_millis(-PUBLICATIONS - random.i64(1..=REGISTRATIONS)),
        }
    }

    /// Videos of higher numbers are newer, so that ids and instants have one order.
    pub(super) fn video(self, number: u64) -> VideoSketch {
        let mut random = self.random(Theme::Video, number);
        // A number below a random number: a few authors publish much, most little.
        let bound = random.u64(0..self.counts.users);
        VideoSketch {
            author: random.u64(0..=bound),
            title: phrases::title(&mut random),
            at: self.published_at(number),
        }
    }

    fn published_at(self, number: u64) -> Timestamp {
        let slot = |number: u64| {
            let millis = i128::from(PUBLICATIONS) * i128::from(number);
            i64::try_from(millis / i128::from(self.counts.videos)).unwrap_or(PUBLICATIONS)
        };
        let (from, until) = (slot(number), slot(number + 1));
        let within = self
            .random(Theme::Video, number)
            .i64(from..until.max(from + 1));
        self.now.plus_millis(within - PUBLICATIONS)
    }
}
