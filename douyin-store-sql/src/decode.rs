//! Decodes rows into entities of core: each function reads the columns that a projection in
//! [`statements`](crate::statements) selects.

use douyin_core::{
    Claim, Comment, CommentId, CommentOwnership, Counter, Credentials, Cursor, Drift, Friend,
    Generation, Job, JobCount, JobId, Marks, MediaKey, Message, MessageId, NewestMessage,
    NodeHolder, NodeNumber, NodeRow, PasswordHash, Revocation, RevocationPosition, Revoked,
    SessionId, Task, Timestamp, User, UserId, Video, VideoId,
};

use crate::engine::{Columns, Row};
use crate::error::Error;

pub(crate) fn flag<R: Row>(columns: &mut Columns<'_, R>) -> Result<bool, Error> {
    columns.flag()
}

pub(crate) fn bytes<R: Row>(columns: &mut Columns<'_, R>) -> Result<u64, Error> {
    u64::try_from(columns.integer()?).map_err(corrupt)
}

pub(crate) fn place<R: Row>(columns: &mut Columns<'_, R>) -> Result<Cursor, Error> {
    Ok(Cursor {
        at: columns.instant()?,
        id: columns.integer()?,
    })
}

pub(crate) fn user<R: Row>(columns: &mut Columns<'_, R>) -> Result<User, Error> {
    Ok(User {
        id: UserId::new(columns.integer()?)?,
        name: columns.text()?.to_owned(),
        signature: columns.text()?.to_owned(),
        avatar: columns.optional_text()?.map(MediaKey::new),
        background: columns.optional_text()?.map(MediaKey::new),
        follow_count: columns.integer()?,
        follower_count: columns.integer()?,
        total_favorited: columns.integer()?,
        work_count: columns.integer()?,
        favorite_count: columns.integer()?,
        is_follow: columns.flag()?,
    })
}

pub(crate) fn credentials<R: Row>(columns: &mut Columns<'_, R>) -> Result<Credentials, Error> {
    Ok(Credentials {
        user: UserId::new(columns.integer()?)?,
        password: PasswordHash::new(columns.text()?),
        generation: generation(columns)?,
    })
}

pub(crate) fn generation<R: Row>(columns: &mut Columns<'_, R>) -> Result<Generation, Error> {
    count(columns).map(Generation::new)
}

pub(crate) fn revocation<R: Row>(columns: &mut Columns<'_, R>) -> Result<Revocation, Error> {
    let position = RevocationPosition::new(columns.integer()?);
    let user = UserId::new(columns.integer()?)?;
    let session = columns.text()?;
    let generation = generation(columns)?;
    Ok(Revocation {
        position,
        user,
        revoked: match session {
            "" => Revoked::Before(generation),
            session => Revoked::Session(session.parse::<SessionId>().map_err(corrupt)?),
        },
        expires_at: columns.instant()?,
    })
}

pub(crate) fn video<R: Row>(columns: &mut Columns<'_, R>) -> Result<Video, Error> {
    let id = VideoId::new(columns.integer()?)?;
    let title = columns.text()?.to_owned();
    let play = MediaKey::new(columns.text()?);
    let cover = MediaKey::new(columns.text()?);
    let stream = columns.optional_text()?.map(MediaKey::new);
    let favorite_count = columns.integer()?;
    let comment_count = columns.integer()?;
    let published_at = columns.instant()?;
    let is_favorite = columns.flag()?;
    Ok(Video {
        id,
        author: user(columns)?,
        title,
        play,
        cover,
        stream,
        favorite_count,
        comment_count,
        is_favorite,
        published_at,
    })
}

/// What is played of a video, and what streams it.
pub(crate) fn files<R: Row>(
    columns: &mut Columns<'_, R>,
) -> Result<(MediaKey, Option<MediaKey>), Error> {
    let play = MediaKey::new(columns.text()?);
    Ok((play, columns.optional_text()?.map(MediaKey::new)))
}

/// Adds what a viewer likes or follows to their marks.
pub(crate) fn mark<R: Row>(marks: &mut Marks, columns: &mut Columns<'_, R>) -> Result<(), Error> {
    if columns.flag()? {
        marks.followed.insert(UserId::new(columns.integer()?)?);
    } else {
        marks.liked.insert(VideoId::new(columns.integer()?)?);
    }
    Ok(())
}

/// A comment after its place, which has its instant and id.
pub(crate) fn comment<R: Row>(
    place: Cursor,
    columns: &mut Columns<'_, R>,
) -> Result<Comment, Error> {
    let text = columns.text()?.to_owned();
    Ok(Comment {
        id: CommentId::new(place.id)?,
        author: user(columns)?,
        text,
        at: place.at,
    })
}

pub(crate) fn ownership<R: Row>(columns: &mut Columns<'_, R>) -> Result<CommentOwnership, Error> {
    Ok(CommentOwnership {
        author: UserId::new(columns.integer()?)?,
        video_author: UserId::new(columns.integer()?)?,
    })
}

pub(crate) fn friend<R: Row>(
    viewer: UserId,
    columns: &mut Columns<'_, R>,
) -> Result<Friend, Error> {
    let user = user(columns)?;
    let (text, from) = (columns.optional_text()?, columns.optional_integer()?);
    let newest = text.zip(from).map(|(text, from)| NewestMessage {
        text: text.to_owned(),
        sent: from == viewer.get(),
    });
    Ok(Friend { user, newest })
}

/// A message between two users.
pub(crate) fn message<R: Row>(
    (one, other): (UserId, UserId),
    columns: &mut Columns<'_, R>,
) -> Result<Message, Error> {
    let id = MessageId::new(columns.integer()?)?;
    let from = UserId::new(columns.integer()?)?;
    Ok(Message {
        id,
        from,
        to: if from == one { other } else { one },
        text: columns.text()?.to_owned(),
        at: columns.instant()?,
    })
}

pub(crate) fn drift<R: Row>(
    counter: Counter,
    columns: &mut Columns<'_, R>,
) -> Result<Drift, Error> {
    Ok(Drift {
        counter,
        of: columns.integer()?,
        stored: columns.integer()?,
        counted: columns.integer()?,
    })
}

pub(crate) fn node<R: Row>(columns: &mut Columns<'_, R>) -> Result<NodeRow, Error> {
    let number = u8::try_from(columns.integer()?).unwrap_or(u8::MAX);
    let holder = columns.text()?;
    Ok(NodeRow {
        number: NodeNumber::new(number).map_err(corrupt)?,
        holder: match holder {
            "" => None,
            name => Some(NodeHolder::parse(name).map_err(corrupt)?),
        },
        term: columns.integer()?,
        reserved_until: columns.instant()?,
        expires_at: columns.instant()?,
    })
}

/// A job after its place, which has the instant when it is due and its id.
pub(crate) fn job<R: Row>(place: Cursor, columns: &mut Columns<'_, R>) -> Result<Job, Error> {
    Ok(Job {
        id: JobId::new(place.id)?,
        due: place.at,
        task: task(columns)?,
        attempts: count(columns)?,
        tries: count(columns)?,
        claimed_until: columns.optional_integer()?.map(Timestamp::from_millis),
        has_failed: columns.flag()?,
        error: columns.optional_text()?.map(ToOwned::to_owned),
    })
}

/// A job as whoever claims it until an instant has it.
pub(crate) fn claim<R: Row>(
    until: Timestamp,
    columns: &mut Columns<'_, R>,
) -> Result<Claim, Error> {
    Ok(Claim {
        job: JobId::new(columns.integer()?)?,
        task: task(columns)?,
        attempt: count(columns)? + 1,
        tries: count(columns)? + 1,
        until,
    })
}

pub(crate) fn job_count<R: Row>(columns: &mut Columns<'_, R>) -> Result<JobCount, Error> {
    Ok(JobCount {
        kind: columns.text()?.parse().map_err(corrupt)?,
        state: columns.text()?.parse().map_err(corrupt)?,
        count: columns.integer()?.unsigned_abs(),
    })
}

fn task<R: Row>(columns: &mut Columns<'_, R>) -> Result<Task, Error> {
    let kind = columns.text()?.parse().map_err(corrupt)?;
    Task::of(kind, columns.text()?).map_err(corrupt)
}

fn count<R: Row>(columns: &mut Columns<'_, R>) -> Result<u32, Error> {
    u32::try_from(columns.integer()?).map_err(corrupt)
}

fn corrupt(error: impl std::error::Error) -> Error {
    Error::Corrupt(error.to_string())
}
