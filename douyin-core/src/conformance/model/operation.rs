//! What can happen in a history.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::jobs::{OfJobs, of_jobs};
use super::media::{OfMedia, of_media};
use super::sessions::{OfSessions, of_sessions};
use crate::{Counter, Direction, Mark};

/// The position of something among what there is by then (wrapped around), or something that never was.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which {
    Known(usize),
    Unknown,
}

/// A viewer: nobody, or one of the users.
pub(super) type Viewer = Option<Which>;

/// Where a walk over a list begins and how long its pages are. It goes on to the list's end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    /// Milliseconds and the id's number.
    pub(super) after: Option<(i64, usize)>,
    pub(super) limit: u32,
}

/// [`crate::Span`] with milliseconds of the history.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Newest,
    Before(i64),
    After(i64),
}

/// A call of a port's method.
#[derive(Debug, Clone)]
pub(super) enum Operation {
    Write(Write),
    Read(Read),
    OfJobs(OfJobs),
    OfMedia(OfMedia),
    OfSessions(OfSessions),
}

/// A call that may change something. `at` is in milliseconds.
#[derive(Debug, Clone)]
pub(super) enum Write {
    Register {
        name: &'static str,
    },
    EditProfile {
        user: Which,
        name: Option<&'static str>,
        signature: Option<&'static str>,
    },
    MarkFavorite {
        user: Which,
        video: Which,
        mark: Mark,
        at: i64,
    },
    AddComment {
        author: Which,
        video: Which,
        at: i64,
    },
    DeleteComment {
        comment: Which,
        at: i64,
    },
    MarkFollow {
        follower: Which,
        other: Which,
        mark: Mark,
        at: i64,
    },
    Send {
        from: Which,
        to: Which,
        at: i64,
    },
    Repair(Counter),
}

/// A call that changes nothing.
#[derive(Debug, Clone)]
pub(super) enum Read {
    Credentials {
        name: &'static str,
    },
    Profile {
        viewer: Viewer,
        user: Which,
    },
    Video {
        viewer: Viewer,
        video: Which,
    },
    CommentOwnership {
        video: Which,
        comment: Which,
    },
    AreFriends {
        one: Which,
        other: Which,
    },
    /// Of all videos and all users.
    Marks {
        viewer: Which,
    },
    List {
        list: List,
        viewer: Viewer,
        owner: Which,
        walk: Walk,
    },
    Friends {
        viewer: Which,
        user: Which,
        walk: Walk,
    },
    Conversation {
        viewer: Which,
        peer: Which,
        part: Part,
        direction: Direction,
        limit: u32,
    },
    Drift(Counter),
}

/// A list that anonymous viewers may see; the feed has no owner.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    Feed,
    Published,
    Favorites,
    Comments,
    Follows,
    Followers,
}

/// Spellings of few names: most registrations meet one that is taken.
pub(super) const NAMES: [&str; 12] = [
    "alice",
    "ALICE",
    "ａｌｉｃｅ",
    "bob",
    "Bob",
    "José",
    "JOSE\u{301}",
    "jose",
    "小明",
    "straße",
    "STRASSE",
    "🦊",
];

fn name() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&NAMES[..])
}

fn signature() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&["", "hello", "Hello", "你好 🦊"][..])
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![12 => (0..4_usize).prop_map(Which::Known), 1 => Just(Which::Unknown)]
}

fn viewer() -> impl Strategy<Value = Viewer> {
    option::weighted(0.7, which())
}

/// A short stretch of time, so that instants collide and go backwards.
fn at() -> impl Strategy<Value = i64> {
    0..24_i64
}

fn mark() -> impl Strategy<Value = Mark> {
    prop_oneof![3 => Just(Mark::On), 2 => Just(Mark::Off)]
}

fn walk() -> impl Strategy<Value = Walk> {
    let after = option::weighted(0.25, (0..40_i64, 0..12_usize));
    (after, 1..6_u32).prop_map(|(after, limit)| Walk { after, limit })
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        Just(Part::Newest),
        (0..40_i64).prop_map(Part::Before),
        (0..40_i64).prop_map(Part::After),
    ]
}

fn direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Both), Just(Direction::Incoming)]
}

/// A history of so many operations, more than half of them writes.
pub(super) fn history(operations: usize) -> impl Strategy<Value = Vec<Operation>> {
    let operation = prop_oneof![
        6 => write().prop_map(Operation::Write),
        5 => read().prop_map(Operation::Read),
        2 => of_jobs(|| which().boxed()).prop_map(Operation::OfJobs),
        2 => of_media(|| which().boxed()).prop_map(Operation::OfMedia),
        1 => of_sessions(|| which().boxed()).prop_map(Operation::OfSessions),
    ];
    vec(operation, operations)
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![
        2 => name().prop_map(|name| Write::Register { name }),
        2 => (which(), option::of(name()), option::of(signature()))
            .prop_map(|(user, name, signature)| Write::EditProfile { user, name, signature }),
        8 => (which(), which(), mark(), at())
            .prop_map(|(user, video, mark, at)| Write::MarkFavorite { user, video, mark, at }),
        4 => (which(), which(), at())
            .prop_map(|(author, video, at)| Write::AddComment { author, video, at }),
        3 => (which(), at()).prop_map(|(comment, at)| Write::DeleteComment { comment, at }),
        8 => (which(), which(), mark(), at())
            .prop_map(|(follower, other, mark, at)| Write::MarkFollow { follower, other, mark, at }),
        4 => (which(), which(), at()).prop_map(|(from, to, at)| Write::Send { from, to, at }),
        1 => counter().prop_map(Write::Repair),
    ]
}

fn read() -> impl Strategy<Value = Read> {
    prop_oneof![
        1 => name().prop_map(|name| Read::Credentials { name }),
        1 => (viewer(), which()).prop_map(|(viewer, user)| Read::Profile { viewer, user }),
        1 => (viewer(), which()).prop_map(|(viewer, video)| Read::Video { viewer, video }),
        1 => (which(), which())
            .prop_map(|(video, comment)| Read::CommentOwnership { video, comment }),
        1 => (which(), which()).prop_map(|(one, other)| Read::AreFriends { one, other }),
        1 => which().prop_map(|viewer| Read::Marks { viewer }),
        6 => (list(), viewer(), which(), walk())
            .prop_map(|(list, viewer, owner, walk)| Read::List { list, viewer, owner, walk }),
        1 => (which(), which(), walk())
            .prop_map(|(viewer, user, walk)| Read::Friends { viewer, user, walk }),
        2 => conversation(),
        1 => counter().prop_map(Read::Drift),
    ]
}

fn counter() -> impl Strategy<Value = Counter> {
    proptest::sample::select(&Counter::ALL[..])
}

fn list() -> impl Strategy<Value = List> {
    proptest::sample::select(vec![
        List::Feed,
        List::Published,
        List::Favorites,
        List::Comments,
        List::Follows,
        List::Followers,
    ])
}

fn conversation() -> impl Strategy<Value = Read> {
    (which(), which(), part(), direction(), 1..6_u32).prop_map(
        |(viewer, peer, part, direction, limit)| Read::Conversation {
            viewer,
            peer,
            part,
            direction,
            limit,
        },
    )
}
