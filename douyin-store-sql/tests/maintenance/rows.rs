//! Rows that are told by their numbers.

use douyin_core::{
    CommentId, CommentText, MediaKey, MessageId, MessageText, NewComment, NewMessage, NewUser,
    NewVideo, PasswordHash, Signature, Timestamp, Title, UserId, Username, VideoId,
};

/// The instant so many milliseconds into the story.
pub(crate) const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + millis)
}

pub(crate) fn user(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

pub(crate) fn video(number: i64) -> VideoId {
    VideoId::new(number).unwrap()
}

pub(crate) fn new_user(number: i64) -> NewUser {
    NewUser {
        id: user(number),
        name: Username::parse(&format!("User \"{number}\" 🦊")).unwrap(),
        password: PasswordHash::new(format!("hash of {number}")),
        signature: Signature::parse("a\\b'c\n小明").unwrap(),
        at: at(0),
    }
}

/// Published at the instant of its number.
pub(crate) fn new_video(number: i64, author: i64) -> NewVideo {
    NewVideo {
        id: video(number),
        author: user(author),
        title: Title::parse(&format!("video {number} 🎬")).unwrap(),
        play: MediaKey::new(format!("videos/{number}.mp4")),
        cover: MediaKey::new(format!("covers/{number}.jpg")),
        at: at(number),
        bytes: number.unsigned_abs(),
        quota: None,
        job: None,
    }
}

pub(crate) fn new_comment(number: i64, video_number: i64, author: i64) -> NewComment {
    NewComment {
        id: CommentId::new(number).unwrap(),
        video: video(video_number),
        author: user(author),
        text: CommentText::parse(&format!("comment {number}")).unwrap(),
        at: at(number),
    }
}

pub(crate) fn new_message(number: i64, from: i64, to: i64, sent: Timestamp) -> NewMessage {
    NewMessage {
        id: MessageId::new(number).unwrap(),
        from: user(from),
        to: user(to),
        text: MessageText::parse(&format!("message {number}")).unwrap(),
        at: sent,
    }
}
