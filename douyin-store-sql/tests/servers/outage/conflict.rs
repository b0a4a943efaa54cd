//! Another program locks what a store wants, in another order.

use std::time::{Duration, Instant};

use douyin_core::StoreError;
use douyin_store_sql::{SqlOptions, open};
use sqlx::Connection as _;

use super::on_servers;
use super::scene::{assert_unavailable, like, likes, new_user, populate};
use crate::server::Fresh;

/// A connection of another program.
enum Stranger {
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgConnection),
    #[cfg(feature = "mysql")]
    Mysql(sqlx::MySqlConnection),
}

impl Stranger {
    async fn of(url: &str) -> Self {
        match url.split_once(':').unwrap().0 {
            #[cfg(feature = "postgres")]
            "postgres" => Self::Postgres(sqlx::PgConnection::connect(url).await.unwrap()),
            #[cfg(feature = "mysql")]
            "mysql" => Self::Mysql(sqlx::MySqlConnection::connect(url).await.unwrap()),
            other => panic!("{other}"),
        }
    }

    async fn run(&mut self, text: &'static str) {
        let statement = sqlx::raw_sql(text);
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => drop(statement.execute(connection).await.unwrap()),
            #[cfg(feature = "mysql")]
            Self::Mysql(connection) => drop(statement.execute(connection).await.unwrap()),
        }
    }

    /// So that it is never chosen to end a deadlock.
    async fn prevails(&mut self) {
        match self {
            // Who finds a deadlock ends itself, and this one does not look for any.
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => self.run("SET deadlock_timeout = '1h'").await,
            // The transaction with the fewest changes is ended.
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => {}
        }
        self.run(
            "BEGIN; INSERT INTO schema_migrations (version, name) VALUES \
             (-1, ''), (-2, ''), (-3, ''), (-4, ''), (-5, ''), (-6, ''), (-7, ''), (-8, ''), (-9, '')",
        )
        .await;
    }

    /// The number of transactions that wait for a lock of this database.
    async fn waiting(&mut self) -> i64 {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => sqlx::query_scalar(
                "SELECT COUNT(*) FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'",
            )
            .fetch_one(connection)
            .await
            .unwrap(),
            #[cfg(feature = "mysql")]
            Self::Mysql(connection) => sqlx::query_scalar(
                "SELECT COUNT(*) FROM information_schema.INNODB_TRX AS transaction_ \
                 JOIN information_schema.PROCESSLIST AS process ON process.ID = transaction_.trx_mysql_thread_id \
                 WHERE transaction_.trx_state = 'LOCK WAIT' AND process.DB = DATABASE()",
            )
            .fetch_one(connection)
            .await
            .unwrap(),
        }
    }

    async fn wait_until_as_many_wait(&mut self, count: i64) {
        let begun = Instant::now();
        while self.waiting().await != count {
            assert!(begun.elapsed() < Duration::from_mins(1), "nobody waits");
            // MariaDB shows the same again to who asks within 100 ms.
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }
}

on_servers!(a_deadlock_with_another_program_reaches_no_caller: fresh);
async fn a_deadlock_with_another_program_reaches_no_caller(database: &Fresh) {
    let mut options = SqlOptions::default();
    options.lock_wait = Duration::from_mins(1);
    options.statement_wait = Duration::from_mins(1);
    let store = open(&database.url, &options).await.unwrap();
    populate(&*store).await;
    let [mut first, mut second, mut observer] = [
        Stranger::of(&database.url).await,
        Stranger::of(&database.url).await,
        Stranger::of(&database.url).await,
    ];
    first
        .run("BEGIN; SELECT id FROM users WHERE id = 1 FOR UPDATE")
        .await;
    second.prevails().await;
    second
        .run("SELECT id FROM users WHERE id = 3 FOR UPDATE")
        .await;

    // It has locked the video and waits for its author.
    let liked = tokio::spawn({
        let store = store.clone();
        async move { like(&*store, 3).await }
    });
    observer.wait_until_as_many_wait(1).await;
    let second = tokio::spawn(async move {
        second
            .run("SELECT id FROM videos WHERE id = 1 FOR UPDATE")
            .await;
        second.run("ROLLBACK").await;
    });
    observer.wait_until_as_many_wait(2).await;
    // Now it gets the author, and waits for its user, who is held by the one that waits for the video.
    first.run("COMMIT").await;

    // This one got the video: the store's transaction was given up.
    second.await.unwrap();
    liked.await.unwrap().map(drop).unwrap();
    assert_eq!(likes(&*store).await, 1);
}

on_servers!(a_row_that_another_program_holds_fails_those_alone_who_need_it: fresh);
async fn a_row_that_another_program_holds_fails_those_alone_who_need_it(database: &Fresh) {
    let mut options = SqlOptions::default();
    options.lock_wait = Duration::from_secs(1);
    let store = open(&database.url, &options).await.unwrap();
    populate(&*store).await;
    let mut stranger = Stranger::of(&database.url).await;
    stranger
        .run("BEGIN; SELECT id FROM users WHERE id = 2 FOR UPDATE")
        .await;
    // While the first is committed the others gather in one batch.
    let (_, needs_it, beside) = tokio::join!(like(&*store, 3), like(&*store, 2), like(&*store, 1));
    assert_unavailable(&needs_it);
    beside.map(drop).unwrap();
    assert_eq!(likes(&*store).await, 2);

    // Nobody waits again for as long as those who need it keep coming.
    let mut observer = Stranger::of(&database.url).await;
    let coming = async {
        for _ in 0..20 {
            let (_, needs_it, beside) =
                tokio::join!(like(&*store, 3), like(&*store, 2), like(&*store, 1));
            assert_unavailable(&needs_it);
            beside.map(drop).unwrap();
        }
    };
    let watching = async {
        loop {
            assert_eq!(observer.waiting().await, 0, "somebody waits for the lock");
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = coming => {}
        () = watching => {}
    }
    stranger.run("ROLLBACK").await;
    like(&*store, 2).await.map(drop).unwrap();
    assert_eq!(likes(&*store).await, 3);
}

on_servers!(without_the_row_that_registrations_wait_for_nobody_registers: fresh);
async fn without_the_row_that_registrations_wait_for_nobody_registers(database: &Fresh) {
    let store = open(&database.url, &SqlOptions::default()).await.unwrap();
    let mut stranger = Stranger::of(&database.url).await;
    stranger
        .run("DELETE FROM write_locks WHERE name = 'registration'")
        .await;
    let refused = store.register(new_user(1)).await;
    assert!(
        matches!(refused, Err(StoreError::Corrupt(_))),
        "{refused:?}"
    );
    stranger
        .run("INSERT INTO write_locks (name) VALUES ('registration')")
        .await;
    store.register(new_user(1)).await.unwrap();
}
