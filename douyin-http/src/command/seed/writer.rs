mod rows;

use std::sync::Arc;

use douyin_core::{IdSource, Mark, PasswordHash, Store, Timestamp, UserId, VideoId};
use futures_util::{StreamExt as _, stream};

use super::population::Population;
use super::progress::Progress;
use super::{SeedArguments, SeedError, Summary};

/// So many writes wait for the store at once, so that a store which commits them in groups has something to group. On
/// `SQLite` 256 take 40 % less time than 64, and more than 256 take no less; a server across a network may want them.
const IN_FLIGHT: usize = 512;

/// Writes demo data through the ports of a store.
#[derive(Clone)]
pub struct Seeder {
    /// Where to.
    pub store: Arc<dyn Store>,
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
        let mut users = Vec::new();
        let registrations = (0..counts.users).map(|number| self.register(population.user(number)));
        write_all(progress_of, "users", registrations, |id| {
            users.push(id);
            1
        })
        .await?;
        let mut videos = Vec::new();
        let publications = (0..counts.videos)
            .map(|number| population.video(number))
            .map(|sketch| self.publish(of(&users, sketch.author), sketch));
        write_all(progress_of, "videos", publications, |id| {
            videos.push(id);
            1
        })
        .await?;
        self.fill_marks(population, &users, &videos, progress_of)
            .await?;
        self.fill_texts(population, &users, &videos, progress_of)
            .await?;
        let somebody = match users.first() {
            Some(first) => self
                .store
                .profile(None, *first)
                .await?
                .map(|user| user.name),
            None => None,
        };
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
            self.store.mark_follow(one, other, Mark::On, follow.at)
        });
        write_all(progress, "follows", follows, |_| 1).await?;
        let likes = population.likes().map(|like| {
            let (user, video) = (of(users, like.user), of(videos, like.video));
            self.store.mark_favorite(user, video, Mark::On, like.at)
        });
        write_all(progress, "likes", likes, |_| 1).await
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
            self.comment(video, author, sketch)
        });
        write_all(progress, "comments", comments, |()| 1).await?;
        let conversations = population.conversations().map(|sketch| {
            let (one, other) = (of(users, sketch.one), of(users, sketch.other));
            self.write_conversation(one, other, sketch)
        });
        write_all(progress, "messages", conversations, |messages| messages).await
    }
}

/// Writes with many in flight, in the order of `writes`; `done` takes each result and says how many things it was.
async fn write_all<T, E: Into<SeedError>>(
    progress: &mut Progress,
    what: &'static str,
    writes: impl Iterator<Item = impl Future<Output = Result<T, E>>>,
    mut done: impl FnMut(T) -> u64,
) -> Result<(), SeedError> {
    progress.begin(what);
    let mut writes = std::pin::pin!(stream::iter(writes).buffered(IN_FLIGHT));
    while let Some(written) = writes.next().await {
        progress.wrote(done(written.map_err(Into::into)?));
    }
    Ok(())
}

fn of<T: Copy>(ids: &[T], number: u64) -> T {
    ids[usize::try_from(number).expect("a sketch speaks of numbers below a length")]
}
