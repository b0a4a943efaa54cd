//! Who says what.

use super::{PUBLICATIONS, Population, Theme};
use crate::command::seed::orders::scattered;
use crate::command::seed::shares::Shares;
use crate::command::seed::sketch::{CommentSketch, ConversationSketch, LineSketch};
use crate::command::seed::{Counts, phrases};

const MINUTE: i64 = 60_000;
/// A conversation has so many messages, unless there are not enough pairs of users.
const CONVERSATION: u64 = 8;

impl Population {
    pub(in super::super) fn comments(self) -> impl Iterator<Item = CommentSketch> {
        let Counts {
            users,
            videos,
            comments,
            ..
        } = self.counts;
        Shares::new(comments, videos, u64::MAX)
            .zip(0..)
            .flat_map(move |(share, rank)| {
                let mut random = self.random(Theme::Comment, rank);
                let video = scattered(rank, videos);
                let published = self.published_at(video);
                (0..share).map(move |_| CommentSketch {
                    video,
                    author: random.u64(0..users),
                    text: phrases::comment(&mut random),
                    at: self.since(&mut random, published),
                })
            })
    }

    /// Each of another pair of users, neighbours first.
    pub(in super::super) fn conversations(self) -> impl Iterator<Item = ConversationSketch> {
        let Counts {
            users, messages, ..
        } = self.counts;
        let pairs = (users * (users.saturating_sub(1) / 2)).max(1);
        let length = CONVERSATION.max(messages.div_ceil(pairs));
        (0..messages.div_ceil(length)).map(move |number| {
            let mut random = self.random(Theme::Conversation, number);
            let one = number % users;
            let mut at = self.since(&mut random, self.now.plus_millis(-PUBLICATIONS));
            let lines = length.min(messages - number * length);
            let lines = (0..lines)
                .map(|_| {
                    at = at.plus_millis(random.i64(1_000..20 * MINUTE)).min(self.now);
                    LineSketch {
                        by_one: random.bool(),
                        text: phrases::message(&mut random),
                        at,
                    }
                })
                .collect();
            ConversationSketch {
                one,
                other: (one + 1 + number / users) % users,
                lines,
            }
        })
    }
}
