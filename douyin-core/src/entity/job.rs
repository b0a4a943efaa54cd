use std::fmt;
use std::str::FromStr;

use crate::{JobId, MediaKey, Timestamp, VideoId};

/// Work that outlives the request that caused it.
///
/// All of it can be done twice: whoever does it may die at any point, and another one begins anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Make of a video what players like best; see [`Videos::complete_preparation`](crate::Videos::complete_preparation).
    Prepare(VideoId),
    /// Forget the likes of a deleted video; see [`Favorites::forget_favorites`](crate::Favorites::forget_favorites).
    ForgetFavorites(VideoId),
    /// Remove the files of a deleted video.
    RemoveVideo(VideoId),
    /// Remove a file that no row names any more, and those that belong to it.
    RemoveFile(MediaKey),
}

/// What a [`Task`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// [`Task::Prepare`].
    Prepare,
    /// [`Task::ForgetFavorites`].
    ForgetFavorites,
    /// [`Task::RemoveVideo`].
    RemoveVideo,
    /// [`Task::RemoveFile`].
    RemoveFile,
}

impl TaskKind {
    /// Every kind, in order.
    pub const ALL: [Self; 4] = [
        Self::Prepare,
        Self::ForgetFavorites,
        Self::RemoveVideo,
        Self::RemoveFile,
    ];

    /// Its name in stores, metrics and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::ForgetFavorites => "forget_favorites",
            Self::RemoveVideo => "remove_video",
            Self::RemoveFile => "remove_file",
        }
    }
}

impl fmt::Display for TaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that is no [`Task`], or no kind of one, or no [`JobState`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} says nothing of a job")]
pub struct InvalidTask(String);

impl FromStr for TaskKind {
    type Err = InvalidTask;

    fn from_str(name: &str) -> Result<Self, InvalidTask> {
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == name);
        kind.ok_or_else(|| InvalidTask(name.to_owned()))
    }
}

impl Task {
    /// The task of a kind whose [subject](Self::subject) is written so.
    ///
    /// # Errors
    /// [`InvalidTask`] where it should be an id and is none.
    pub fn of(kind: TaskKind, subject: &str) -> Result<Self, InvalidTask> {
        let video = || {
            let id = subject.parse().ok().and_then(|id| VideoId::new(id).ok());
            id.ok_or_else(|| InvalidTask(format!("{kind} {subject}")))
        };
        Ok(match kind {
            TaskKind::Prepare => Self::Prepare(video()?),
            TaskKind::ForgetFavorites => Self::ForgetFavorites(video()?),
            TaskKind::RemoveVideo => Self::RemoveVideo(video()?),
            TaskKind::RemoveFile => Self::RemoveFile(MediaKey::new(subject)),
        })
    }

    /// Whom it is about, as stores write it: the number of a video, or the path of a file.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::Prepare(video) | Self::ForgetFavorites(video) | Self::RemoveVideo(video) => {
                video.to_string()
            }
            Self::RemoveFile(key) => key.to_string(),
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> TaskKind {
        match self {
            Self::Prepare(_) => TaskKind::Prepare,
            Self::ForgetFavorites(_) => TaskKind::ForgetFavorites,
            Self::RemoveVideo(_) => TaskKind::RemoveVideo,
            Self::RemoveFile(_) => TaskKind::RemoveFile,
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.subject())
    }
}

/// A task to be done from an instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Made by core, never used before.
    pub id: JobId,
    /// What is to be done.
    pub task: Task,
    /// Not before this instant.
    pub due: Timestamp,
}

/// A job that somebody has taken on, for a while.
///
/// The attempt is a fencing token: as soon as somebody else has claimed the job, nothing is done any more in the name of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which job.
    pub job: JobId,
    /// What is to be done.
    pub task: Task,
    /// How often the job was claimed, this time included.
    pub attempt: u32,
    /// How many of these attempts, this one included, count against it: neither those before somebody [said](crate::Jobs::retry_job) that
    /// it is to be tried again, nor those that were [given back](crate::Jobs::release_job).
    pub tries: u32,
    /// From this instant on others may claim it.
    pub until: Timestamp,
}

/// Whether a job is to be tried again after an attempt at it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// As often as jobs of its kind are.
    Limited,
    /// However often it was tried.
    Always,
    /// It is not: every other attempt would fail like this one.
    Never,
}

/// What becomes of a job after an attempt at it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// It is tried again.
    TriedAgain,
    /// It is not, unless somebody [says so](crate::Douyin::retry_job).
    GivenUp,
    /// Somebody else has it.
    Lost,
}

/// What became of an attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobFailure {
    /// Why, in a line of at most [`Job::LONGEST_ERROR`] characters.
    pub error: String,
    /// When it is to be tried again; `None` where it is not, unless somebody [says so](crate::Jobs::retry_job).
    pub retry_at: Option<Timestamp>,
}

/// A job as it stands. One that was done is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Which.
    pub id: JobId,
    /// What is to be done.
    pub task: Task,
    /// Not before this instant.
    pub due: Timestamp,
    /// How often it was claimed.
    pub attempts: u32,
    /// How many of these attempts count against it; see [`Claim::tries`].
    pub tries: u32,
    /// Until when it is claimed; an instant that is over says that whoever claimed it is gone.
    pub claimed_until: Option<Timestamp>,
    /// Whether it is not tried again.
    pub has_failed: bool,
    /// Why the last attempt that failed did so.
    pub error: Option<String>,
}

impl Job {
    /// The most characters that are kept of an error.
    pub const LONGEST_ERROR: usize = 500;

    /// How far jobs are [counted](crate::Jobs::count_jobs) at least: of each kind so many that have failed, and so many others.
    pub const MOST_COUNTED: u32 = 10_000;

    /// How it stands at an instant.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> JobState {
        if self.has_failed {
            JobState::Failed
        } else if self.claimed_until.is_some_and(|until| until > now) {
            JobState::Running
        } else if self.due > now {
            JobState::Later
        } else {
            JobState::Due
        }
    }
}

/// How a [`Job`] stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobState {
    /// Somebody may claim it.
    Due,
    /// It waits for its instant.
    Later,
    /// Somebody is at it.
    Running,
    /// It is not tried again.
    Failed,
}

impl JobState {
    /// Every state, in order.
    pub const ALL: [Self; 4] = [Self::Due, Self::Later, Self::Running, Self::Failed];

    /// Its name in metrics and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Later => "later",
            Self::Running => "running",
            Self::Failed => "failed",
        }
    }
}

impl FromStr for JobState {
    type Err = InvalidTask;

    fn from_str(name: &str) -> Result<Self, InvalidTask> {
        let state = Self::ALL.into_iter().find(|state| state.name() == name);
        state.ok_or_else(|| InvalidTask(name.to_owned()))
    }
}

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobCount {
    /// What they are about.
    pub kind: TaskKind,
    /// How they stand.
    pub state: JobState,
    /// How many.
    pub count: u64,
}
