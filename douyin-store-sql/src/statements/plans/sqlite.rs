//! SQLite's query plans.

use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};

use super::{Statements, statements_of};
use crate::engine::{Engine as _, Role, Statement};
use crate::open::connect;
use crate::options::SqlOptions;
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
    let options = SqlOptions::default();
    let file = SqliteFile::from_url(&url, &options).unwrap();
    let mut connection = connect(&file, Role::Writer, &options).await.unwrap();
    crate::migration::bring_up_to_date::<SqliteFile>(&mut connection)
        .await
        .unwrap();
    (folder, connection)
}

/// Whether a step scans rows without an index: a table, or a join that no index covers. `page` is the derived table of a
/// list, as long as its page; `once` is one row, `json_each` is what was bound.
fn walks_a_table(step: &str) -> bool {
    let walked = step.strip_prefix("SCAN ");
    walked.is_some_and(|walked| {
        !["page", "once", "CONSTANT ROW"].contains(&walked) && !walked.contains("json_each")
    }) || step.contains("AUTOMATIC")
}

#[tokio::test]
async fn every_statement_that_somebody_waits_for_goes_by_index() {
    let (_folder, mut connection) = empty_database().await;
    for (name, statement) in statements_of(&Statements::of::<SqliteFile>()) {
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
