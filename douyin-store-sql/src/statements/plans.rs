//! SQLite's query plans: every statement that a caller waits for uses an index, however large the tables are.

use douyin_core::Direction;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};

use super::Statements;
use crate::engine::{Engine as _, Role, Statement};
use crate::open::{SqlOptions, connect};
use crate::sqlite::SqliteFile;

/// A step of a plan: the depth at which it stands, and what it says.
type Step = (usize, String);

async fn plan(connection: &mut SqliteConnection, statement: &Statement) -> Vec<Step> {
    let text = statement.text();
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", text.as_str()));
    let rows = sqlx::query(explain).fetch_all(connection).await.unwrap();
    let mut depths = std::collections::HashMap::from([(0, 0)]);
    rows.iter()
        .map(|row| {
            let (id, parent): (i64, i64) = (row.get(0), row.get(1));
            let depth = depths[&parent] + 1;
            depths.insert(id, depth);
            (depth, row.get(3))
        })
        .collect()
}

async fn empty_database() -> (tempfile::TempDir, SqliteConnection) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("plans.db").display());
    let file = SqliteFile::from_url(&url, &SqlOptions::default()).unwrap();
    let mut connection = connect(&file, Role::Writer).await.unwrap();
    crate::migration::bring_up_to_date::<SqliteFile>(&mut connection)
        .await
        .unwrap();
    (folder, connection)
}

/// Whether a step scans rows without an index: a table, or a join that no index covers. `page` is the derived table of a
/// list, as long as its page; `json_each` is what was bound.
fn walks_a_table(step: &str) -> bool {
    let walked = step.strip_prefix("SCAN ");
    walked.is_some_and(|walked| {
        walked != "page" && walked != "CONSTANT ROW" && !walked.contains("json_each")
    }) || step.contains("AUTOMATIC")
}

#[tokio::test]
async fn every_statement_that_somebody_waits_for_goes_by_index() {
    let (_folder, mut connection) = empty_database().await;
    let all = Statements::of::<SqliteFile>();
    let both = all.messages.span(Direction::Both);
    let incoming = all.messages.span(Direction::Incoming);
    let statements = [
        ("register", &all.users.register),
        ("credentials", &all.users.credentials),
        ("profile", &all.users.profile),
        ("user exists", &all.users.exists),
        ("publish", &all.videos.publish),
        ("video", &all.videos.video),
        ("feed", &all.videos.feed),
        ("published", &all.videos.published),
        ("like", &all.favorites.marks.set),
        ("unlike", &all.favorites.marks.clear),
        ("ends of a like exist", &all.favorites.marks.exist),
        ("favorites", &all.favorites.favorites),
        ("follow", &all.follows.marks.set),
        ("unfollow", &all.follows.marks.clear),
        ("ends of a follow exist", &all.follows.marks.exist),
        ("are friends", &all.follows.are_friends),
        ("follows", &all.follows.follows),
        ("followers", &all.follows.followers),
        ("friends", &all.follows.friends),
        ("comment", &all.comments.add),
        ("ownership", &all.comments.ownership),
        ("delete a comment", &all.comments.delete),
        ("comment exists", &all.comments.exists),
        ("comments", &all.comments.comments),
        ("send", &all.messages.send),
        ("messages before", &both.before),
        ("messages after", &both.after),
        ("received before", &incoming.before),
        ("received after", &incoming.after),
        ("counters of videos", &all.counters.videos),
        ("counters of users", &all.counters.users),
    ];
    for (name, statement) in statements {
        let plan = plan(&mut connection, statement).await;
        let walks: Vec<&Step> = plan
            .iter()
            .filter(|(_, step)| walks_a_table(step))
            .collect();
        assert!(walks.is_empty(), "{name}: {plan:#?}");
        // A sort at the top sorts one page, which is fine; a nested one would sort a whole list.
        let sorts_a_list = plan
            .iter()
            .any(|(depth, step)| *depth > 1 && step.contains("ORDER BY"));
        assert!(!sorts_a_list, "{name}: {plan:#?}");
    }
}

#[tokio::test]
async fn a_statement_that_walks_a_table_would_be_noticed() {
    let (_folder, mut connection) = empty_database().await;
    let by_title = SqliteFile::translate("SELECT id FROM videos WHERE title = ?1");
    let plan = plan(&mut connection, &by_title).await;
    assert!(plan.iter().any(|(_, step)| walks_a_table(step)), "{plan:?}");
}
