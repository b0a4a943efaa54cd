use sqlx::AssertSqlSafe;
use sqlx::mysql::MySqlConnection;

use super::super::server::Fresh;
use crate::engine::{Engine as _, Role};
use crate::mysql::Mysql;
use crate::open::connect;
use crate::options::SqlOptions;

/// How many rows each table has, and so has each list of user 1 and of video 1: enough that reading them all is a bad plan, and
/// that a planner knows it. The instants of a list reach from 1 to about this.
pub(super) const MANY: i64 = 10_000;

/// The tables, and their rows for every `n` from 1 to [`MANY`].
const ROWS: [(&str, &str, &str); 6] = [
    (
        "users",
        "id, name, username_key, password, signature, registered_at",
        "SELECT n, n, n, '', '', n FROM numbers",
    ),
    // No two of one run of instants, which publishing would have to walk.
    (
        "videos",
        "id, author_id, title, play, cover, published_at",
        "SELECT n, CASE WHEN n % 4 > 0 THEN 1 ELSE n END, '', '', '', n * 2 FROM numbers",
    ),
    (
        "favorites",
        "user_id, video_id, marked_at",
        "SELECT 1, n, n + 1 FROM numbers UNION SELECT n, n, n + n FROM numbers",
    ),
    (
        "follows",
        "follower_id, followee_id, marked_at",
        "SELECT 1, n, n + 1 FROM numbers UNION SELECT n, 1, n + 1 FROM numbers",
    ),
    (
        "comments",
        "id, video_id, author_id, text, written_at, deleted_at",
        "SELECT n, CASE WHEN n % 8 > 0 THEN 1 ELSE n END, n, '', n, CASE WHEN n % 4 = 0 THEN n END FROM numbers",
    ),
    (
        "messages",
        "id, low_id, high_id, from_id, text, sent_at",
        "SELECT n, 1, 2, 1 + n % 2, '', n FROM numbers \
         UNION SELECT n + 20000, n, n + 2, n, '', n FROM numbers",
    ),
];

/// A database with as much of everything, whose statistics are up to date; `None` without a server.
pub(super) async fn crowded(_case: &'static str) -> Option<(Fresh, MySqlConnection)> {
    let database = Fresh::create::<sqlx::MySql>().await?;
    let options = SqlOptions::default();
    let server = Mysql::from_url(&database.url, &options).unwrap();
    let mut connection = connect(&server, Role::Writer, &options).await.unwrap();
    crate::migration::bring_up_to_date::<Mysql>(&mut connection)
        .await
        .unwrap();
    for (table, columns, rows) in ROWS {
        let text = AssertSqlSafe(format!(
            "INSERT INTO {table} ({columns}) WITH RECURSIVE \
             digits (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM digits WHERE n < 99), \
             numbers AS (SELECT tens.n * 100 + ones.n + 1 AS n FROM digits tens JOIN digits ones) \
             {rows}; ANALYZE TABLE {table}"
        ));
        let script = sqlx::raw_sql(text);
        script.execute(&mut connection).await.unwrap();
    }
    Some((database, connection))
}
