//! What one client was told.

mod verification;

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use serde_json::Value;

use crate::client::{Account, Answer, Client};

const PASSWORD: &str = "correct horse";

/// The sets that a client writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Account,
    Video,
    Like,
    Follow,
    Comment,
    Message,
}

const KINDS: [Kind; 6] = [
    Kind::Account,
    Kind::Video,
    Kind::Like,
    Kind::Follow,
    Kind::Comment,
    Kind::Message,
];

/// Something was put into one of the sets, or taken out of it.
#[derive(Debug, Clone)]
struct Write {
    kind: Kind,
    key: String,
    on: bool,
}

/// What came of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is there, and stays.
    Acknowledged,
    /// The server said that it cannot: the write may be there or not.
    Unavailable,
    /// No answer came: it may be there or not.
    Unanswered,
}

/// A user and the video that everybody likes and comments on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home {
    user: i64,
    video: i64,
}

/// A client's own record of what was acknowledged.
pub(super) struct Journal {
    name: String,
    account: Account,
    home: Home,
    /// Whom the client writes messages to.
    peer: i64,
    acknowledged: BTreeMap<Kind, BTreeSet<String>>,
    /// Comments by their text, for deletion.
    comment_ids: BTreeMap<String, i64>,
    in_flight: Option<Write>,
    writes: u64,
}

impl Journal {
    /// Registers the client's user and publishes a first video.
    pub(super) fn begin(client: &Client, number: u64) -> Self {
        let name = format!("client {number}");
        let account = client.register(&name, PASSWORD);
        let peer = client.register(&format!("friend of {name}"), PASSWORD).id;
        let title = format!("{name}, first video");
        let uploaded = client.upload(douyin_media::DEMO_CLIP, &upload(&account, &title));
        assert_eq!(uploaded["status_code"], 0, "{uploaded}");
        let listed = list(client, &account, "/publish/list/", &[], "video_list");
        let home = Home {
            user: account.id,
            video: listed[0]["id"].as_i64().expect("an id is a number"),
        };
        let mut acknowledged: BTreeMap<_, BTreeSet<_>> =
            KINDS.map(|kind| (kind, BTreeSet::new())).into();
        acknowledged
            .entry(Kind::Account)
            .or_default()
            .insert(name.clone());
        acknowledged.entry(Kind::Video).or_default().insert(title);
        Self {
            name,
            account,
            home,
            peer,
            acknowledged,
            comment_ids: BTreeMap::new(),
            in_flight: None,
            writes: 0,
        }
    }

    pub(super) fn home(&self) -> Home {
        self.home
    }

    /// Writes something and records it if it was acknowledged.
    pub(super) fn write_something(
        &mut self,
        client: &Client,
        everybody: &[Home],
        random: &mut Rng,
    ) -> Outcome {
        let write = self.choose(everybody, random);
        self.in_flight = Some(write.clone());
        let answer = match self.send(client, &write) {
            None => return Outcome::Unanswered,
            Some(answer) if answer.is_unavailable() => return Outcome::Unavailable,
            Some(answer) => answer.decided(),
        };
        assert_eq!(answer["status_code"], 0, "{write:?} was answered {answer}");
        if write.kind == Kind::Comment && write.on {
            let id = answer["comment"]["id"].as_i64().expect("an id is a number");
            self.comment_ids.insert(write.key.clone(), id);
        }
        let set = self.acknowledged.entry(write.kind).or_default();
        if write.on {
            set.insert(write.key);
        } else {
            set.remove(&write.key);
        }
        self.in_flight = None;
        Outcome::Acknowledged
    }

    fn choose(&mut self, everybody: &[Home], random: &mut Rng) -> Write {
        self.writes += 1;
        let new = format!("{} {}", self.name, self.writes);
        let other = everybody[random.usize(..everybody.len())];
        let toggle = |kind: Kind, key: String| Write {
            kind,
            on: !self.acknowledged[&kind].contains(&key),
            key,
        };
        let put = |kind: Kind, key: String| Write {
            kind,
            key,
            on: true,
        };
        match random.u8(0..40) {
            0 => put(Kind::Account, new),
            1 | 2 => put(Kind::Video, new),
            3..=14 if other.user != self.account.id => toggle(Kind::Follow, other.user.to_string()),
            15..=21 => put(Kind::Message, new),
            22..=27 => match self.acknowledged[&Kind::Comment].first() {
                Some(old) if random.bool() => toggle(Kind::Comment, old.clone()),
                _ => put(Kind::Comment, new),
            },
            _ => toggle(Kind::Like, other.video.to_string()),
        }
    }

    fn send(&self, client: &Client, write: &Write) -> Option<Answer> {
        let token = ("token", self.account.token.as_str());
        let key = write.key.as_str();
        let action = ("action_type", if write.on { "1" } else { "2" });
        let (video, peer) = (self.home.video.to_string(), self.peer.to_string());
        match write.kind {
            Kind::Account => client.try_call(
                "POST",
                "/user/register/",
                &[("username", key), ("password", PASSWORD)],
            ),
            Kind::Video => client.try_upload(douyin_media::DEMO_CLIP, &upload(&self.account, key)),
            Kind::Like => client.try_call(
                "POST",
                "/favorite/action/",
                &[token, ("video_id", key), action],
            ),
            Kind::Follow => client.try_call(
                "POST",
                "/relation/action/",
                &[token, ("to_user_id", key), action],
            ),
            Kind::Comment => {
                let id = self
                    .comment_ids
                    .get(key)
                    .map(i64::to_string)
                    .unwrap_or_default();
                let text = if write.on {
                    ("comment_text", key)
                } else {
                    ("comment_id", id.as_str())
                };
                client.try_call(
                    "POST",
                    "/comment/action/",
                    &[token, ("video_id", &video), action, text],
                )
            }
            Kind::Message => {
                let to = ("to_user_id", peer.as_str());
                client.try_call(
                    "POST",
                    "/message/action/",
                    &[token, to, action, ("content", key)],
                )
            }
        }
    }
}

/// The parts of a form that publishes a video.
fn upload<'a>(account: &'a Account, title: &'a str) -> [(&'a str, Option<&'a str>); 3] {
    [
        ("token", Some(account.token.as_str())),
        ("title", Some(title)),
        ("data", None),
    ]
}

fn list(
    client: &Client,
    account: &Account,
    path: &str,
    parameters: &[(&str, &str)],
    of: &str,
) -> Vec<Value> {
    let mut all = vec![("token", account.token.as_str())];
    all.extend_from_slice(parameters);
    let answer = client.call("GET", path, &all);
    assert_eq!(answer["status_code"], 0, "{path}: {answer}");
    answer[of]
        .as_array()
        .unwrap_or_else(|| panic!("{path} has no {of}: {answer}"))
        .clone()
}
