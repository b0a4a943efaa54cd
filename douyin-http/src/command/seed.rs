//! `seed`: fills a store with demo data, for a first look and for measurements.

mod orders;
mod phrases;
mod population;
mod progress;
mod shares;
mod sketch;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use douyin_core::{
    BcryptHasher, Clock as _, InvalidText, LeasedIds, Password, PasswordHasher as _, StoreError,
    SystemClock,
};

use self::progress::Progress;
use super::{Failure, print};
use crate::config::Config;
use crate::open::{Database, Node, Wanted, open_store};

pub use writer::{Seeder, ThroughPorts};

/// Everybody who is seeded has this password.
pub const DEMO_PASSWORD: &str = "douyin-demo";

/// How much there is to be of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Counts {
    /// Users, all with the password `douyin-demo`
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub users: u64,
    /// Videos, published over the past four months
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub videos: u64,
    /// Likes: a few videos have many
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub likes: u64,
    /// Comments: a few videos have many
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub comments: u64,
    /// Follows: half of them make friends, the others make a few users famous
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub follows: u64,
    /// Followers of the first user alone, who has no part in the other follows then
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub star_followers: u64,
    /// Messages, in conversations of two
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub messages: u64,
}

/// The arguments of `seed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct SeedArguments {
    /// How much of everything.
    #[command(flatten)]
    pub counts: Counts,
    /// The same number makes the same data, but for ids and instants
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
}

/// Adds demo data to the configured store, with a progress bar where standard error is a terminal.
pub(super) async fn run(arguments: SeedArguments, config: &Config) -> Result<(), Failure> {
    arguments.counts.check()?;
    Database::of(config)?.kept()?;
    let hasher = BcryptHasher::new(config.bcrypt_cost.get())?;
    let opened = open_store(config).await?;
    let (nodes, clock) = (Arc::clone(opened.nodes()), Arc::new(SystemClock));
    let at_once = arguments.counts.writes();
    let node = Node::lease(nodes, clock, &config.data_dir, Wanted::Any, at_once).await?;
    let seeder = Seeder {
        store: opened.bulk(),
        ids: Arc::<LeasedIds>::clone(node.ids()),
        now: SystemClock.now(),
        password: hasher.hash(Password::presented(DEMO_PASSWORD)).await?,
    };
    let progress = Progress::visible(arguments.counts.writes());
    let summary = tokio::select! {
        summary = seeder.fill_showing(arguments, progress) => summary?,
        never = node.keep() => match never {},
    };
    node.release().await?;
    opened.close().await?;
    Ok(print(&summary.to_string())?)
}

impl Counts {
    /// Whether so much of everything can be: a like is given once, and nobody follows anybody twice.
    fn check(self) -> Result<(), SeedError> {
        let Self {
            users,
            videos,
            likes,
            comments,
            follows,
            star_followers,
            messages,
        } = self;
        let any = u64::MAX;
        let sociable = users.saturating_sub(self.stars());
        for (what, asked, most) in [
            ("videos", videos, if users == 0 { 0 } else { any }),
            ("likes", likes, users.saturating_mul(videos)),
            ("comments", comments, if videos == 0 { 0 } else { any }),
            (
                "follows",
                follows,
                sociable.saturating_mul(sociable.saturating_sub(1)),
            ),
            ("star followers", star_followers, users.saturating_sub(1)),
            ("messages", messages, if users < 2 { 0 } else { any }),
        ] {
            if asked > most {
                return Err(SeedError::TooMany { what, asked, most });
            }
        }
        Ok(())
    }

    /// How many writes it takes, as far as that can be counted.
    fn writes(self) -> u64 {
        let Self {
            users,
            videos,
            likes,
            comments,
            follows,
            star_followers,
            messages,
        } = self;
        let marks = [likes, follows, star_followers];
        [users, videos, comments, messages]
            .into_iter()
            .chain(marks)
            .fold(0, u64::saturating_add)
    }

    /// How many users have only followers: the first one, or nobody.
    fn stars(self) -> u64 {
        self.star_followers.min(1)
    }
}

/// Why seeding ended early. What was written until then stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// More of something than there can be with so few users and videos.
    #[error("{asked} {what} are too many: with so many users and videos there are at most {most}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many were asked for.
        asked: u64,
        /// How many there can be.
        most: u64,
    },
    /// The vocabulary does not keep the rules of the domain.
    #[error(transparent)]
    Text(#[from] InvalidText),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was written, and how long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What, how many, how long.
    pub phases: Vec<Phase>,
    /// A name to log in with.
    pub somebody: Option<String>,
}

/// One kind of thing that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Of what.
    pub what: &'static str,
    /// How many.
    pub count: u64,
    /// How long it took.
    pub took: Duration,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Phase { what, count, took } in &self.phases {
            let per_second = u128::from(*count) * 1_000 / took.as_millis().max(1);
            writeln!(
                f,
                "{count:>10} {what:<9} in {:>7.2} s {per_second:>9}/s",
                took.as_secs_f64()
            )?;
        }
        let whole: Duration = self.phases.iter().map(|phase| phase.took).sum();
        write!(f, "{:.1} s altogether", whole.as_secs_f64())?;
        if let Some(name) = &self.somebody {
            write!(
                f,
                "\nlog in as {name} or anybody else, password {DEMO_PASSWORD}"
            )?;
        }
        Ok(())
    }
}
