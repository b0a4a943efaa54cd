use super::{Pair, at_once, done, factor, ids_of, number, register};
use crate::client::{Account, Client};
use crate::database::{Database, on_each};

/// `status_code` of a comment that is not there.
const COMMENT_NOT_FOUND: i64 = 4003;

on_each!(of_two_who_delete_a_comment_at_both_at_once_exactly_one_does: database(postgres, mariadb));
fn of_two_who_delete_a_comment_at_both_at_once_exactly_one_does(database: &Database) {
    let pair = Pair::start(database);
    let clients = pair.clients();
    let authors = register(&clients, 2);
    super::publishing::publish(&clients[0], &authors[0], "a video");
    let video = ids_of(
        &clients[1],
        &authors[0],
        "/publish/list/",
        "video_list",
        &[],
    );
    let video = video.first().expect("it is listed").to_string();

    let each = 30 * factor();
    let sides = [(&clients[0], &authors[0]), (&clients[1], &authors[1])];
    let written = at_once(sides, |(client, author)| {
        (0..each)
            .map(|_| add(client, author, &video))
            .collect::<Vec<_>>()
    });
    // Each deletes their own; the author of the video deletes those of the other one too, at the same moment.
    let [own, others] = &written;
    let deleted = at_once(
        [(&clients[0], &authors[0]), (&clients[1], &authors[1])],
        |(client, author)| {
            others
                .iter()
                .map(|id| delete(client, author, &video, *id))
                .collect::<Vec<_>>()
        },
    );
    for (first, second) in deleted[0].iter().zip(&deleted[1]) {
        let mut codes = [*first, *second];
        codes.sort_unstable();
        assert_eq!(codes, [0, COMMENT_NOT_FOUND]);
    }
    for client in &clients {
        let left = ids_of(
            client,
            &authors[1],
            "/comment/list/",
            "comment_list",
            &[("video_id", &video)],
        );
        assert_eq!(left, own.iter().copied().collect());
        let feed = client.call("GET", "/feed/", &[]);
        assert_eq!(done(&feed)["video_list"][0]["comment_count"], each);
    }
    pair.assert_no_drift();
}

pub(super) fn add(client: &Client, by: &Account, video: &str) -> i64 {
    let parameters = [
        ("token", by.token.as_str()),
        ("video_id", video),
        ("action_type", "1"),
        ("comment_text", "a comment"),
    ];
    let answer = client.call("POST", "/comment/action/", &parameters);
    number(&done(&answer)["comment"]["id"])
}

/// The `status_code` of deleting it.
fn delete(client: &Client, by: &Account, video: &str, comment: i64) -> i64 {
    let parameters = [
        ("token", by.token.as_str()),
        ("video_id", video),
        ("action_type", "2"),
        ("comment_id", &comment.to_string()),
    ];
    number(&client.call("POST", "/comment/action/", &parameters)["status_code"])
}
