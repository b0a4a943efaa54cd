use std::collections::BTreeSet;

use fastrand::Rng;

use super::{Pair, done, factor, ids_of, number, profile, register};
use crate::client::{Account, Client};
use crate::database::{Database, on_each};

const USERS: usize = 16;
const AUTHORS: usize = 2;
const VIDEOS: usize = 6;

on_each!(likes_of_the_same_videos_through_both_end_where_the_last_marks_left_them: database(postgres, mariadb));
fn likes_of_the_same_videos_through_both_end_where_the_last_marks_left_them(database: &Database) {
    let pair = Pair::start(database);
    let clients = pair.clients();
    let users = register(&clients, USERS);
    let videos: Vec<i64> = (0..VIDEOS)
        .map(|number| publish(&clients[number % 2], &users[number % AUTHORS], number))
        .collect();
    let mut random = Rng::with_seed(7);
    let last: Vec<Vec<bool>> = users
        .iter()
        .map(|_| videos.iter().map(|_| random.bool()).collect())
        .collect();

    // Everybody likes the same videos at both servers at once, and leaves the same marks at the end.
    std::thread::scope(|scope| {
        for (user, (account, last)) in users.iter().zip(&last).enumerate() {
            for (server, client) in clients.iter().enumerate() {
                let videos = &videos;
                let mut random = Rng::with_seed((user * 2 + server) as u64);
                scope.spawn(move || {
                    for _ in 0..30 * factor() {
                        mark(
                            client,
                            account,
                            videos[random.usize(..VIDEOS)],
                            random.bool(),
                        );
                    }
                    for (video, on) in videos.iter().zip(last) {
                        mark(client, account, *video, *on);
                    }
                });
            }
        }
    });

    let count_of = |video: usize| last.iter().filter(|marks| marks[video]).count();
    for client in &clients {
        for (user, (account, last)) in users.iter().zip(&last).enumerate() {
            let liked: BTreeSet<i64> = those_of(&videos, last);
            assert_eq!(
                ids_of(client, account, "/favorite/list/", "video_list", &[]),
                liked
            );
            let profile = profile(client, account);
            assert_eq!(profile["favorite_count"], liked.len());
            let received = (0..VIDEOS)
                .filter(|video| video % AUTHORS == user)
                .map(count_of);
            assert_eq!(profile["total_favorited"], received.sum::<usize>());
            let feed = client.call("GET", "/feed/", &[("token", &account.token)]);
            for shown in done(&feed)["video_list"].as_array().expect("a list") {
                let id = number(&shown["id"]);
                let video = videos
                    .iter()
                    .position(|video| *video == id)
                    .expect("a video of ours");
                assert_eq!(shown["is_favorite"], last[video]);
                assert_eq!(shown["favorite_count"], count_of(video));
            }
        }
    }
    pair.assert_no_drift();
}

fn those_of(videos: &[i64], marks: &[bool]) -> BTreeSet<i64> {
    let marked = videos.iter().zip(marks).filter(|(_, on)| **on);
    marked.map(|(video, _)| *video).collect()
}

fn mark(client: &Client, by: &Account, video: i64, on: bool) {
    let parameters = [
        ("token", by.token.as_str()),
        ("video_id", &video.to_string()),
        ("action_type", if on { "1" } else { "2" }),
    ];
    done(&client.call("POST", "/favorite/action/", &parameters));
}

fn publish(client: &Client, by: &Account, number: usize) -> i64 {
    let before = ids_of(client, by, "/publish/list/", "video_list", &[]);
    let title = format!("video {number}");
    super::publishing::publish(client, by, &title);
    let after = ids_of(client, by, "/publish/list/", "video_list", &[]);
    let new: Vec<_> = after.difference(&before).collect();
    assert_eq!(new.len(), 1);
    *new[0]
}
