use std::collections::HashSet;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn population(counts: Counts) -> Population {
    Population {
        seed: 7,
        counts,
        now: NOW,
    }
}

const SMALL: Counts = Counts {
    users: 40,
    videos: 200,
    likes: 3_000,
    comments: 500,
    follows: 400,
    star_followers: 0,
    messages: 333,
};

#[test]
fn there_is_as_much_of_everything_as_was_asked_for() {
    let population = population(SMALL);
    assert_eq!(population.likes().count(), 3_000);
    assert_eq!(population.comments().count(), 500);
    assert_eq!(population.follows().count(), 400);
    let messages: usize = population
        .conversations()
        .map(|conversation| conversation.lines.len())
        .sum();
    assert_eq!(messages, 333);
}

#[test]
fn no_like_and_no_follow_is_there_twice_and_nobody_follows_themselves() {
    let likes: HashSet<_> = population(SMALL)
        .likes()
        .map(|like| (like.user, like.video))
        .collect();
    assert_eq!(likes.len(), 3_000);
    for users in 2..12 {
        for follows in 0..=users * (users - 1) {
            let population = population(Counts {
                users,
                follows,
                ..SMALL
            });
            let pairs: HashSet<_> = population
                .follows()
                .map(|follow| (follow.follower, follow.followee))
                .collect();
            assert_eq!(pairs.len() as u64, follows, "{follows} among {users}");
            assert!(
                pairs
                    .iter()
                    .all(|(one, other)| one != other && *one < users)
            );
        }
    }
}

#[test]
fn a_star_comes_before_all_others_is_followed_and_has_no_other_part() {
    for (users, follows, star_followers) in [(40, 400, 39), (40, 400, 7), (2, 0, 1), (3, 2, 2)] {
        let population = population(Counts {
            users,
            follows,
            star_followers,
            ..SMALL
        });
        let pairs: HashSet<_> = population
            .follows()
            .map(|follow| (follow.follower, follow.followee))
            .collect();
        assert_eq!(pairs.len() as u64, follows + star_followers);
        let (of_star, others): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(_, followee)| *followee == 0);
        assert_eq!(of_star.len() as u64, star_followers);
        assert!(
            others
                .iter()
                .chain(&of_star)
                .all(|(one, other)| { (1..users).contains(one) && one != other && *other < users })
        );
    }
}

#[test]
fn popularity_is_skewed_and_neighbours_are_friends() {
    let mut likes = [0_u32; 200];
    for like in population(SMALL).likes() {
        likes[usize::try_from(like.video).unwrap()] += 1;
    }
    likes.sort_unstable();
    assert_eq!(likes[199], 40, "everybody likes the most popular video");
    assert!(likes[100] < 10, "most videos have few likes");
    let follows: HashSet<_> = population(SMALL)
        .follows()
        .map(|follow| (follow.follower, follow.followee))
        .collect();
    assert!(follows.contains(&(0, 1)) && follows.contains(&(1, 0)));
}

#[test]
fn everything_happens_before_now_and_after_what_it_speaks_of() {
    let population = population(SMALL);
    let published: Vec<Timestamp> = (0..200).map(|number| population.video(number).at).collect();
    assert!(published.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(published.iter().all(|at| *at < NOW));
    let video = |number: u64| published[usize::try_from(number).unwrap()];
    assert!((0..40).all(|number| population.user(number).at < published[0]));
    assert!(
        population
            .likes()
            .all(|like| like.at >= video(like.video) && like.at <= NOW)
    );
    assert!(
        population
            .comments()
            .all(|comment| comment.at >= video(comment.video) && comment.at <= NOW)
    );
    for conversation in population.conversations() {
        assert_ne!(conversation.one, conversation.other);
        assert!(conversation.lines.iter().all(|line| line.at <= NOW));
        assert!(conversation.lines.is_sorted_by_key(|line| line.at));
    }
}

#[test]
fn two_users_are_enough_for_any_number_of_messages() {
    let population = population(Counts {
        users: 2,
        messages: 1_000,
        ..SMALL
    });
    let conversations: Vec<_> = population.conversations().collect();
    assert_eq!(conversations.len(), 1, "one pair, one conversation");
    assert_eq!(conversations[0].lines.len(), 1_000);
}

#[test]
fn the_same_seed_makes_the_same_and_another_seed_something_else() {
    let titles = |seed| -> Vec<String> {
        let population = Population {
            seed,
            ..population(SMALL)
        };
        (0..50)
            .map(|number| population.video(number).title)
            .collect()
    };
    assert_eq!(titles(1), titles(1));
    assert_ne!(titles(1), titles(2));
    assert!(population(SMALL).likes().eq(population(SMALL).likes()));
}
