//! Who likes what and who follows whom.

use super::{PUBLICATIONS, Population, Theme};
use crate::command::seed::Counts;
use crate::command::seed::orders::{is_self_or_neighbour, pairs_of_neighbours, scattered, walk};
use crate::command::seed::shares::Shares;
use crate::command::seed::sketch::{FollowSketch, LikeSketch};

impl Population {
    /// Each at most once for a user and video.
    pub(in super::super) fn likes(self) -> impl Iterator<Item = LikeSketch> {
        let Counts {
            users,
            videos,
            likes,
            ..
        } = self.counts;
        Shares::new(likes, videos, users)
            .zip(0..)
            .flat_map(move |(share, rank)| {
                let mut random = self.random(Theme::Like, rank);
                let video = scattered(rank, videos);
                let published = self.published_at(video);
                walk(&mut random, users)
                    .take(fit(share))
                    .map(move |user| LikeSketch {
                        user,
                        video,
                        at: self.since(&mut random, published),
                    })
            })
    }

    /// Each at most once for a pair. Half of them make neighbours friends, the other half make a few users famous. A star comes before all
    /// others, and takes no part in that.
    pub(in super::super) fn follows(self) -> impl Iterator<Item = FollowSketch> {
        let Counts {
            users,
            follows,
            star_followers,
            ..
        } = self.counts;
        let stars = self.counts.stars();
        let users = users.saturating_sub(stars);
        let fans = users.saturating_sub(3);
        let mutual = (follows / 2)
            .max(follows.saturating_sub(users.saturating_mul(fans)))
            .min(2 * pairs_of_neighbours(users));
        let neighbours = (0..mutual).map(move |number| {
            let (one, next) = (number / 2, (number / 2 + 1) % users);
            if number % 2 == 0 {
                (one, next)
            } else {
                (next, one)
            }
        });
        let famous = Shares::new(follows - mutual, users, fans)
            .zip(0..)
            .flat_map(move |(share, rank)| {
                let mut random = self.random(Theme::Follow, rank);
                let followee = scattered(rank, users);
                walk(&mut random, users)
                    .filter(move |follower| !is_self_or_neighbour(*follower, followee, users))
                    .take(fit(share))
                    .map(move |follower| (follower, followee))
            });
        let mut random = self.random(Theme::Follow, u64::MAX);
        let of_star = walk(&mut self.random(Theme::Follow, u64::MAX - 1), users)
            .take(fit(star_followers))
            .map(move |number| (number + stars, 0));
        let all_registered = self.now.plus_millis(-PUBLICATIONS);
        neighbours
            .chain(famous)
            .map(move |(follower, followee)| (follower + stars, followee + stars))
            .chain(of_star)
            .map(move |(follower, followee)| FollowSketch {
                follower,
                followee,
                at: self.since(&mut random, all_registered),
            })
    }
}

fn fit(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
