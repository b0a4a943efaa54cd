//! Compares what a client was told with what is there.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Journal, KINDS, Kind, PASSWORD, Write, list};
use crate::client::Client;

impl Journal {
    /// Compares what is there with what was acknowledged; only the write that was under way may be there or not.
    pub(in crate::crash) fn verify(&mut self, client: &Client, round: u64) {
        let in_flight = self.in_flight.take();
        for kind in KINDS {
            let there = self.read(client, kind, in_flight.as_ref());
            let expected = &self.acknowledged[&kind];
            let open = in_flight
                .as_ref()
                .filter(|write| write.kind == kind)
                .map(|write| &write.key);
            let wrong: Vec<_> = expected
                .symmetric_difference(&there)
                .filter(|key| Some(*key) != open)
                .collect();
            assert!(
                wrong.is_empty(),
                "round {round}, {}: {kind:?} disagree about {wrong:?}",
                self.name
            );
            self.acknowledged.insert(kind, there);
        }
    }
    /// What is in one of the sets now.
    fn read(&mut self, client: &Client, kind: Kind, in_flight: Option<&Write>) -> BTreeSet<String> {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let account = &self.account;
        let (video, peer) = (self.home.video.to_string(), self.peer.to_string());
        match kind {
            Kind::Account => {
                let maybe = in_flight
                    .filter(|write| write.kind == kind)
                    .map(|write| &write.key);
                let names = self.acknowledged[&kind].iter().chain(maybe);
                names
                    .filter(|name| can_log_in(client, name))
                    .cloned()
                    .collect()
            }
            Kind::Video => list(client, account, "/publish/list/", &[], "video_list")
                .iter()
                .map(|video| text(&video["title"]))
                .collect(),
            Kind::Like => list(client, account, "/favorite/list/", &[], "video_list")
                .iter()
                .map(|video| video["id"].to_string())
                .collect(),
            Kind::Follow => list(client, account, "/relation/follow/list/", &[], "user_list")
                .iter()
                .map(|user| user["id"].to_string())
                .collect(),
            Kind::Comment => {
                let comments = list(
                    client,
                    account,
                    "/comment/list/",
                    &[("video_id", &video)],
                    "comment_list",
                );
                self.comment_ids = comments
                    .iter()
                    .map(|comment| {
                        (
                            text(&comment["content"]),
                            comment["id"].as_i64().expect("an id is a number"),
                        )
                    })
                    .collect();
                self.comment_ids.keys().cloned().collect()
            }
            Kind::Message => list(
                client,
                account,
                "/message/chat/",
                &[("to_user_id", &peer), ("include_self", "1")],
                "message_list",
            )
            .iter()
            .map(|message| text(&message["content"]))
            .collect(),
        }
    }
}

fn can_log_in(client: &Client, name: &str) -> bool {
    let answer = client.call(
        "POST",
        "/user/login/",
        &[("username", name), ("password", PASSWORD)],
    );
    answer["status_code"] == 0
}
