//! Query plans: every statement that a caller waits for uses an index, however large the tables are.

#[cfg(any(feature = "mysql", feature = "postgres"))]
mod crowd;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(any(feature = "mysql", feature = "postgres"))]
#[path = "../../tests/servers/server.rs"]
mod server;

use douyin_core::Direction;

use super::Statements;
use super::locks::Locks;
use crate::engine::{Statement, Write};

/// Every statement that somebody waits for, by name.
fn statements_of(all: &Statements) -> Vec<(&'static str, &Statement)> {
    let both = all.messages.span(Direction::Both);
    let incoming = all.messages.span(Direction::Incoming);
    let mut statements = vec![
        ("texts of a user", &all.users.texts),
        ("rename", &all.users.rename),
        ("sign", &all.users.sign),
        ("pictures of a user", &all.users.pictures),
        ("set an avatar", &all.users.set_avatar),
        ("set a background", &all.users.set_background),
        ("credentials", &all.users.credentials),
        ("credentials of", &all.users.credentials_of),
        ("profile", &all.users.profile),
        ("user exists", &all.users.exists),
        ("video", &all.videos.video),
        ("feed", &all.videos.feed),
        ("published", &all.videos.published),
        ("stored bytes", &all.videos.stored_bytes),
        ("video ever was", &all.deletion.ever_was),
        ("video is deleted", &all.deletion.is_deleted),
        ("likers", &all.deletion.likers),
        ("forget likes", &all.deletion.forget),
        ("favorites", &all.favorites.favorites),
        ("marks of a viewer", &all.favorites.marks_of),
        ("are friends", &all.follows.are_friends),
        ("follows", &all.follows.follows),
        ("followers", &all.follows.followers),
        ("friends", &all.follows.friends),
        ("ownership", &all.comments.ownership),
        ("comment exists", &all.comments.exists),
        ("comments", &all.comments.comments),
        ("users of a chunk", &all.bulk.users_there),
        ("videos of a chunk", &all.bulk.videos_there),
        ("taken instants", &all.bulk.taken_instants),
        ("newest messages", &all.bulk.newest_messages),
        ("messages before", &both.before),
        ("messages after", &both.after),
        ("received before", &incoming.before),
        ("received after", &incoming.after),
        ("node number", &all.nodes.one),
        ("write a node number", &all.nodes.write),
        ("largest id", &all.nodes.largest_id),
        ("counters of users", &all.counters.users),
        ("password", &all.sessions.password),
        ("set password", &all.sessions.set_password),
        ("set generation", &all.sessions.set_generation),
        ("expiry of a session", &all.sessions.expiry),
        ("remove a revocation", &all.sessions.remove),
        ("next position", &all.sessions.next_position),
        ("add a revocation", &all.sessions.add),
        ("revocations", &all.sessions.after),
        ("expired revocations", &all.sessions.expired),
        ("forget revocations", &all.sessions.forget),
        ("files of a video", &all.videos.files),
        ("set what is played", &all.videos.set_play),
        ("set what streams", &all.videos.set_stream),
        ("preparations of a video", &all.jobs.preparations),
        ("next job", &all.jobs.next),
        ("claim a job", &all.jobs.claim),
        ("job is held", &all.jobs.is_held),
        ("extend a claim", &all.jobs.extend),
        ("finish a job", &all.jobs.finish),
        ("try a job again", &all.jobs.try_again),
        ("fail a job", &all.jobs.fail),
        ("release a job", &all.jobs.release),
        ("job has failed", &all.jobs.has_failed),
        ("retry a job", &all.jobs.retry),
        ("jobs", &all.jobs.jobs),
        ("counts of jobs", &all.jobs.counts),
    ];
    for (name, write) in writes_of(all) {
        match write {
            Write::Returning(statement) => statements.push((name, statement)),
            Write::Asking { ask, write } => statements.extend([(name, ask), (name, write)]),
        }
    }
    let exist = [
        ("ends of a like exist", &all.favorites.marks.exist),
        ("ends of a follow exist", &all.follows.marks.exist),
    ];
    statements.extend(
        exist
            .iter()
            .filter_map(|(name, exist)| Some((*name, exist.as_ref()?))),
    );
    if let Some(Locks { waiting: locks, .. }) = &all.locks {
        statements.extend([
            ("lock revocations", &locks.revocations),
            ("lock jobs", &locks.jobs),
            ("lock comments", &locks.comments),
            ("lock videos", &locks.videos),
            ("lock users", &locks.users),
            ("lock node numbers", &locks.nodes),
        ]);
    }
    statements
}

/// Those that write and answer what they wrote.
fn writes_of(all: &Statements) -> [(&'static str, &Write); 11] {
    [
        ("register", &all.users.register),
        ("publish", &all.videos.publish),
        ("like", &all.favorites.marks.set),
        ("unlike", &all.favorites.marks.clear),
        ("delete a video", &all.deletion.delete),
        ("follow", &all.follows.marks.set),
        ("unfollow", &all.follows.marks.clear),
        ("comment", &all.comments.add),
        ("delete a comment", &all.comments.delete),
        ("send", &all.messages.send),
        ("counters of videos", &all.counters.videos),
    ]
}
