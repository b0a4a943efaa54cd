//! Two processes that have one database never have one job.

use std::collections::BTreeSet;

use douyin_core::{JobId, NewJob, Task, TaskKind, Timestamp, VideoId};
use douyin_store_sql::SqlOptions;

use crate::server::{Fresh, Server};

const JOBS: i64 = 60;
const NOON: Timestamp = Timestamp::from_millis(1_790_000_000_000);

async fn of_two_who_claim_everything_at_once_each_job_is_claimed_once<S: Server>()
where
    for<'c> &'c mut S::Connection: sqlx::Executor<'c, Database = S>,
{
    let two = async |_| {
        let database = Fresh::create::<S>().await?;
        let options = SqlOptions::default();
        let open = || douyin_store_sql::open(&database.url, &options);
        let stores = [open().await.unwrap(), open().await.unwrap()];
        Some((database, stores))
    };
    let opened = douyin_core::conformance::open("jobs of two processes", two).await;
    let Some((_database, [one, other])) = opened else {
        return;
    };
    for number in 1..=JOBS {
        let job = NewJob {
            id: JobId::new(number).unwrap(),
            task: Task::Prepare(VideoId::new(number).unwrap()),
            due: NOON,
        };
        let _ = one.add_job(job).await.unwrap();
    }
    let claiming = [one, other].map(|store| {
        // Each has several workers, whose claims it commits together.
        let workers = (0..4).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut claimed = Vec::new();
                let until = NOON.plus_millis(60_000);
                while let Some(claim) = store
                    .claim_job(TaskKind::Prepare, NOON, until)
                    .await
                    .unwrap()
                {
                    claimed.push(claim.job.get());
                }
                claimed
            })
        });
        workers.collect::<Vec<_>>()
    });
    let mut claimed = Vec::new();
    for worker in claiming.into_iter().flatten() {
        claimed.extend(worker.await.unwrap());
    }
    assert_eq!(claimed.len(), usize::try_from(JOBS).unwrap());
    assert_eq!(
        claimed.into_iter().collect::<BTreeSet<_>>(),
        (1..=JOBS).collect()
    );
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres_of_two_who_claim_everything_at_once_each_job_is_claimed_once() {
    of_two_who_claim_everything_at_once_each_job_is_claimed_once::<sqlx::Postgres>().await;
}

#[cfg(feature = "mysql")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_mysql_of_two_who_claim_everything_at_once_each_job_is_claimed_once() {
    of_two_who_claim_everything_at_once_each_job_is_claimed_once::<sqlx::MySql>().await;
}
