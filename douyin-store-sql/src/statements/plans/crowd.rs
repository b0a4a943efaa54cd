//! A crowd to plan for: enough rows that reading them all is a bad plan, and values that ask for few of them.

use sqlx::{AssertSqlSafe, Executor};

use super::server::{Fresh, Server};
use crate::engine::{ConnectionOf, Engine, Numbers, Role, Statement, Value};
use crate::open::connect;
use crate::options::SqlOptions;

/// How many rows each table has, and so has each list of user 1 and of video 1: enough that reading them all is a bad plan, and
/// that a planner knows it. The instants of a list reach from 1 to about this.
pub(super) const MANY: i64 = 10_000;

/// The tables, and their rows for every `n` from 1 to [`MANY`].
const ROWS: [(&str, &str, &str); 8] = [
    (
        "users",
        "id, name, username_key, password, signature, registered_at",
        "SELECT n, n, n, '', '', n FROM numbers",
    ),
    // No two of one run of instants, which publishing would have to walk.
    (
        "videos",
        "id, author_id, title, play, cover, published_at, deleted_at",
        "SELECT n, CASE WHEN n % 4 > 0 THEN 1 ELSE n END, '', '', '', n * 2, CASE WHEN n % 5 = 0 THEN n END FROM numbers",
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
    (
        "revocations",
        "position, user_id, session, generation, expires_at",
        "SELECT n, CASE WHEN n % 4 > 0 THEN 1 ELSE n END, n, 0, n FROM numbers",
    ),
    (
        "jobs",
        "id, kind, subject, due, failed",
        "SELECT n, CASE WHEN n % 4 > 0 THEN 'prepare' ELSE 'remove_file' END, n, n, n % 2 = 0 FROM numbers",
    ),
];

/// How many entries a page of a list is asked for.
pub(super) const PAGE: i64 = 31;

/// Places from the beginning of every list to its end.
pub(super) const PLACES: [i64; 4] = [i64::MAX, MANY - 100, MANY / 2, 100];

/// The lists whose pages begin at a place.
pub(super) const LISTS: [&str; 8] = [
    "feed",
    "published",
    "favorites",
    "follows",
    "followers",
    "friends",
    "comments",
    "jobs",
];

/// Values for a statement: a list is read by user 1, about user 1 or video 1, from a place on. What was bound is `rows` where the
/// text contains `bound_list`.
pub(super) fn values_of<'v>(
    name: &str,
    statement: &Statement,
    bound_list: &str,
    place: i64,
    rows: &'v Numbers,
) -> Vec<Value<'v>> {
    let (one, name_of_nobody) = (Value::Integer(1), || Value::Text("a name that nobody has"));
    match name {
        "credentials" => return vec![name_of_nobody()],
        "register" => {
            let texts = std::iter::repeat_with(name_of_nobody).take(4);
            return std::iter::once(one)
                .chain(texts)
                .chain([place.into()])
                .collect();
        }
        "likers" => return vec![one, PAGE.into()],
        "set password" => return vec![one, "".into(), 1.into()],
        "expiry of a session" | "remove a revocation" => return vec![one, "7".into()],
        "add a revocation" => return vec![one, "".into(), 1.into(), place.into()],
        "revocations" | "expired revocations" => return vec![place.into(), PAGE.into()],
        "preparations of a video" => return vec!["7".into()],
        "next job" => return vec!["prepare".into(), place.into()],
        "set an avatar" | "set a background" | "set what is played" | "set what streams"
        | "fail a job" => return vec![one, "".into()],
        "try a job again" => return vec![one, "".into(), place.into()],
        "publish" => {
            let texts = std::iter::repeat_with(|| Value::Text("")).take(3);
            let (first, last) = ([one, 1.into()], [place, 0, 0].map(Value::from));
            return first.into_iter().chain(texts).chain(last).collect();
        }
        "comment" => return vec![one, 1.into(), 1.into(), "".into(), place.into()],
        "marks of a viewer" => return vec![one, rows.into(), rows.into()],
        "send" => return vec![one, 1.into(), 2.into(), 1.into(), "".into(), place.into()],
        _ => {}
    }
    let mut values = [1, place, place, PAGE, 1, place].map(Value::from);
    if statement.text().as_str().contains(bound_list) {
        values[0] = rows.into();
    }
    if is_of_a_conversation(name) {
        values[1] = 2.into();
    }
    values.into()
}

pub(super) fn is_of_a_conversation(name: &str) -> bool {
    name.starts_with("messages") || name.starts_with("received")
}

/// A database with as much of everything, whose statistics are up to date by `analyze`; `None` without a server.
pub(super) async fn crowded<E: Engine<Database: Server>>(
    analyze: &str,
) -> Option<(Fresh, ConnectionOf<E>)>
where
    for<'c> &'c mut ConnectionOf<E>: Executor<'c, Database = E::Database>,
{
    let database = Fresh::create::<E::Database>().await?;
    let options = SqlOptions::default();
    let server = E::from_url(&database.url, &options).unwrap();
    let mut connection = connect(&server, Role::Writer, &options).await.unwrap();
    crate::migration::bring_up_to_date::<E>(&mut connection)
        .await
        .unwrap();
    for (table, columns, rows) in ROWS {
        let text = AssertSqlSafe(format!(
            "INSERT INTO {table} ({columns}) WITH RECURSIVE \
             digits (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM digits WHERE n < 99), \
             numbers AS (SELECT tens.n * 100 + ones.n + 1 AS n FROM digits tens CROSS JOIN digits ones) \
             {rows}; {analyze} {table}"
        ));
        let script = sqlx::raw_sql(text);
        (&mut connection).execute(script).await.unwrap();
    }
    Some((database, connection))
}
