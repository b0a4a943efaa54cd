use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use douyin_core::{
    Change, Clock as _, Cursor, Douyin, Error, Job, JobId, JobState, LeasedIds, Page, PageRequest,
    SystemClock, Timestamp, VideoId,
};

use super::{Failure, print};
use crate::config::Config;
use crate::open::{Node, OpenedStore, Wanted, open_existing_store};

/// So many rows are read at once.
const PAGE: u32 = 500;

/// The arguments of `jobs`.
#[derive(Debug, Args)]
pub(super) struct JobsArguments {
    /// Print only those that have failed and are not tried again
    #[arg(long)]
    failed: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Try jobs again that have failed
    Retry(RetryArguments),
    /// Prepare videos once more, such as after ffmpeg was installed
    Prepare(PrepareArguments),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct RetryArguments {
    /// The number of a job
    #[arg(value_name = "ID")]
    job: Option<i64>,
    /// All of them
    #[arg(long)]
    all_failed: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct PrepareArguments {
    /// The number of a video
    #[arg(value_name = "VIDEO")]
    video: Option<i64>,
    /// Every video that there is
    #[arg(long)]
    all: bool,
}

/// Prints the work that there is, or has it done again. Servers may use the database meanwhile; it is they who do it.
pub(super) async fn run(arguments: JobsArguments, config: &Config) -> Result<ExitCode, Failure> {
    let opened = open_existing_store(config).await?;
    let done = match arguments.what {
        None => list(&opened, arguments.failed).await,
        Some(What::Retry(arguments)) => retry(&opened, &arguments).await,
        Some(What::Prepare(arguments)) => prepare(&opened, &arguments, config).await,
    };
    opened.close().await?;
    print(&done?)?;
    Ok(ExitCode::SUCCESS)
}

async fn list(opened: &OpenedStore, only_failed: bool) -> Result<String, Failure> {
    let now = SystemClock.now();
    let (mut count, mut jobs) = (0_u64, Pages::default());
    while let Some(request) = jobs.request() {
        for job in jobs.read(opened.store().jobs(request).await?) {
            if !only_failed || job.has_failed {
                count += 1;
                print(&line(&job, now))?;
            }
        }
    }
    Ok(format!("jobs: {count}"))
}

/// The way through a list, page by page.
#[derive(Default)]
struct Pages {
    after: Option<Cursor>,
    is_over: bool,
}

impl Pages {
    /// What to ask for next, unless the list is over.
    fn request(&self) -> Option<PageRequest> {
        let after = self.after;
        (!self.is_over).then_some(PageRequest { after, limit: PAGE })
    }

    fn read<T>(&mut self, page: Page<T>) -> Vec<T> {
        self.is_over = page.next.is_none();
        self.after = page.next;
        page.items
    }
}

/// `ID STATE ATTEMPTS DUE TASK`, and why the last attempt failed.
fn line(job: &Job, now: Timestamp) -> String {
    let due = jiff::Timestamp::from_millisecond(job.due.as_millis());
    let due = due.map_or_else(|_| "never".to_owned(), |due| due.to_string());
    let state = job.state(now);
    let Job {
        id, task, attempts, ..
    } = job;
    let error = job.error.as_ref().filter(|_| state != JobState::Running);
    let error = error.map_or_else(String::new, |error| format!("  {error}"));
    format!(
        "{id}  {}  attempts: {attempts}  due: {due}  {task}{error}",
        state.name()
    )
}

async fn retry(opened: &OpenedStore, arguments: &RetryArguments) -> Result<String, Failure> {
    let douyin = Douyin::builder(Arc::clone(opened.store())).build();
    let mut retried = 0_u64;
    if let Some(job) = arguments.job {
        retried += u64::from(douyin.retry_job(JobId::new(job)?).await? == Change::Applied);
    } else {
        let mut jobs = Pages::default();
        while let Some(request) = jobs.request() {
            let page = jobs.read(opened.store().jobs(request).await?);
            for job in page.iter().filter(|job| job.has_failed) {
                match douyin.retry_job(job.id).await {
                    Ok(change) => retried += u64::from(change == Change::Applied),
                    // Another one prepares its video.
                    Err(Error::NotFound(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
    Ok(format!("jobs that are tried again: {retried}"))
}

async fn prepare(
    opened: &OpenedStore,
    arguments: &PrepareArguments,
    config: &Config,
) -> Result<String, Failure> {
    let nodes = Arc::clone(opened.nodes());
    let node = Node::lease(
        nodes,
        Arc::new(SystemClock),
        &config.data_dir,
        Wanted::Any,
        0,
    )
    .await?;
    let douyin = Douyin::builder(Arc::clone(opened.store()))
        .ids(Arc::<LeasedIds>::clone(node.ids()))
        .build();
    let added = tokio::select! {
        added = add_preparations(&douyin, arguments) => added,
        never = node.keep() => match never {},
    };
    node.release().await?;
    Ok(format!("videos to be prepared: {}", added?))
}

async fn add_preparations(douyin: &Douyin, arguments: &PrepareArguments) -> Result<u64, Failure> {
    let mut added = 0;
    if let Some(video) = arguments.video {
        added += u64::from(douyin.prepare_again(VideoId::new(video)?).await? == Change::Applied);
        return Ok(added);
    }
    let mut videos = Pages::default();
    while let Some(request) = videos.request() {
        for video in videos.read(douyin.store().feed(None, request).await?) {
            match douyin.prepare_again(video.id).await {
                Ok(change) => added += u64::from(change == Change::Applied),
                // It was deleted meanwhile.
                Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(added)
}
