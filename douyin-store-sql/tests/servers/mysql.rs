//! What only MySQL and MariaDB could do otherwise.

mod locks;
mod opening;
mod texts;

use std::sync::Arc;

use douyin_core::{
    Change, Mark, MediaKey, NewUser, NewVideo, PasswordHash, Signature, StoreError, Timestamp,
    Title, UserId, Username, VideoId,
};
use douyin_store_sql::{ClosableStore, SqlOptions};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row};

use crate::server::Fresh;

const NOON: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// A database, and a connection of another process.
async fn server(case: &'static str) -> Option<(Fresh, MySqlConnection)> {
    let open = async |_| {
        let database = Fresh::create::<sqlx::MySql>().await?;
        let stranger = stranger(&database).await;
        Some((database, stranger))
    };
    douyin_core::conformance::open(case, open).await
}

async fn stranger(database: &Fresh) -> MySqlConnection {
    let options: MySqlConnectOptions = database.url.parse().unwrap();
    options.connect().await.unwrap()
}

async fn open(database: &Fresh, options: &SqlOptions) -> Arc<dyn ClosableStore> {
    douyin_store_sql::open(&database.url, options)
        .await
        .unwrap()
}

async fn run(connection: &mut MySqlConnection, text: &str) {
    let script = sqlx::raw_sql(AssertSqlSafe(text));
    connection.execute(script).await.unwrap();
}

async fn number(connection: &mut MySqlConnection, text: &str) -> i64 {
    let query = sqlx::query(AssertSqlSafe(text));
    connection.fetch_one(query).await.unwrap().get(0)
}

fn new_user(number: i64) -> NewUser {
    NewUser {
        id: UserId::new(number).unwrap(),
        name: Username::parse(&format!("user {number}")).unwrap(),
        password: PasswordHash::new("hash"),
        signature: Signature::parse("").unwrap(),
        at: NOON,
    }
}

fn new_video(number: i64, author: i64) -> NewVideo {
    NewVideo {
        id: VideoId::new(number).unwrap(),
        author: UserId::new(author).unwrap(),
        title: Title::parse("").unwrap(),
        play: MediaKey::new("videos/1.mp4"),
        cover: MediaKey::new("covers/1.jpg"),
        at: NOON,
        bytes: 0,
        quota: None,
        job: None,
    }
}

async fn like(store: &dyn ClosableStore, user: i64, video: i64) -> Result<Change, StoreError> {
    let (user, video) = (UserId::new(user).unwrap(), VideoId::new(video).unwrap());
    store.mark_favorite(user, video, Mark::On, NOON).await
}
