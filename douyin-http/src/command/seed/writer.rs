mod chunks;
mod rows;
mod through_ports;

use std::sync::Arc;

use douyin_core::{IdSource, PasswordHash, Timestamp, UserId, VideoId};
use douyin_store_sql::{BulkLoad, Chunk};
use futures_util::{StreamExt as _, stream};

use self::chunks::{chunks, sorted_chunks};
pub use self::through_ports::ThroughPorts;
use super::population::Population;
use super::progress::Progress;
use super::{SeedArguments, SeedError, Summary};

/// The next chunk is made while one is written.
const IN_FLIGHT: usize = 2;

/// Writes demo data.
#[derive(Clone)]
pub struct Seeder {
    /// Where to: an SQL store, or any other one [through its ports](ThroughPorts).
    pub store: Arc<dyn BulkLoad>,
    /// Where ids come from. No other process may make ids with the same node number at the same time.
    pub ids: Arc<dyn IdSource>,
    /// Everything is dated before this.
    pub now: Timestamp,
    /// The hash that all users share: with one of its own for each, 100,000 users would take an hour.
    pub password: PasswordHash,
}

impl Seeder {
    /// Adds demo data to what is there. What it adds is liked, commented and followed among itself only.
    ///
    /// # Errors
    /// [`SeedError`]; what was written until then stays.
    pub async fn fill(&self, arguments: SeedArguments) -> Result<Summary, SeedError> {
        self.fill_showing(arguments, Progress::hidden()).await
    }

    pub(super) async fn fill_showing(
        &self,
        arguments: SeedArguments,
        mut progress: Progress,
    ) -> Result<Summary, SeedError> {
        let counts = arguments.counts;
        counts.check()?;
        let population = Population {
            seed: arguments.seed,
            counts,
            now: self.now,
        };
        let progress_of = &mut progress;

        let (mut users, mut somebody) = (Vec::new(), None);
        let rows = (0..counts.users).map(|number| {
            let user = self.new_user(&population.user(number))?;
            users.push(user.id);
            somebody.get_or_insert_with(|| user.name.as_str().to_owned());
            Ok(user)
        });
        self.write(progress_of, "users", chunks(rows)).await?;

        let mut videos = Vec::new();
        let rows = (0..counts.videos).map(|number| {
            let sketch = population.video(number);
            let video = self.new_video(of(&users, sketch.author), &sketch)?;
            videos.push(video.id);
            Ok(video)
        });
        self.write(progress_of, "videos", chunks(rows)).await?;

        self.fill_marks(population, &users, &videos, progress_of)
            .await?;
        self.fill_texts(population, &users, &videos, progress_of)
            .await?;
        Ok(Summary {
            phases: progress.finish(),
            somebody,
        })
    }

    async fn fill_marks(
        &self,
        population: Population,
        users: &[UserId],
        videos: &[VideoId],
        progress: &mut Progress,
    ) -> Result<(), SeedError> {
        let follows = population.follows().map(|follow| {
            let (one, other) = (of(users, follow.follower), of(users, follow.followee));
            (one, other, follow.at)
        });
        self.write(progress, "follows", sorted_chunks(follows))
            .await?;
        let likes = population.likes().map(|like| {
            let (user, video) = (of(users, like.user), of(videos, like.video));
            (user, video, like.at)
        });
        self.write(progress, "likes", sorted_chunks(likes)).await
    }

    async fn fill_texts(
        &self,
        population: Population,
        users: &[UserId],
        videos: &[VideoId],
        progress: &mut Progress,
    ) -> Result<(), SeedError> {
        let comments = population.comments().map(|sketch| {
            let (video, author) = (of(videos, sketch.video), of(users, sketch.author));
            self.new_comment(video, author, &sketch)
        });
        self.write(progress, "comments", chunks(comments)).await?;
        let messages = population.conversations().flat_map(|conversation| {
            let pair = (of(users, conversation.one), of(users, conversation.other));
            let lines = conversation.lines.into_iter();
            lines.map(move |line| self.new_message(pair, &line))
        });
        self.write(progress, "messages", chunks(messages)).await
    }

    async fn write(
        &self,
        progress: &mut Progress,
        what: &'static str,
        chunks: impl Iterator<Item = Result<Chunk, SeedError>>,
    ) -> Result<(), SeedError> {
        progress.begin(what);
        let writes = chunks.map(async |chunk| {
            let chunk = chunk?;
            let rows = chunk.len() as u64;
            self.store.load(chunk).await?;
            Ok::<u64, SeedError>(rows)
        });
        let mut writes = std::pin::pin!(stream::iter(writes).buffered(IN_FLIGHT));
        while let Some(written) = writes.next().await {
            progress.wrote(written?);
        }
        Ok(())
    }
}

fn of<T: Copy>(ids: &[T], number: u64) -> T {
    ids[usize::try_from(number).expect("a sketch speaks of numbers below a length")]
}
