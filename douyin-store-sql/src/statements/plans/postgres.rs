//! Query plans of PostgreSQL, and how many pages the lists read.

use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::{AssertSqlSafe, Row as _};

use super::crowd::{LISTS, PAGE, PLACES, crowded, is_of_a_conversation, values_of};
use super::{Statements, statements_of};
use crate::engine::{Engine as _, Numbers, Statement, Value};
use crate::postgres::Postgres;

/// The lines of a plan.
async fn explain(
    connection: &mut PgConnection,
    how: &str,
    statement: &Statement,
    values: &[Value<'_>],
) -> Vec<String> {
    let mut arguments = PgArguments::default();
    for value in values {
        Postgres::bind(&mut arguments, value).unwrap();
    }
    let text = AssertSqlSafe(format!("EXPLAIN ({how}) {}", statement.text().as_str()));
    let query = sqlx::query_with(text, arguments);
    let lines = query.fetch_all(connection).await.unwrap();
    lines.iter().map(|line| line.get(0)).collect()
}

/// Whether a plan reads all of a table that grows.
fn walks_a_table(line: &str) -> bool {
    let walked = line.split_once("Seq Scan on ").map(|(_, table)| table);
    walked.is_some_and(|table| {
        !["write_locks", "audit", "nodes"]
            .iter()
            .any(|short| table.starts_with(short))
    }) || line.contains("Bitmap")
}

/// Whether a plan sorts below a limit: a whole list for the sake of a page.
fn sorts_a_list(plan: &[String]) -> bool {
    let depth = |line: &String| line.len() - line.trim_start_matches([' ', '-', '>']).len();
    plan.iter().enumerate().any(|(at, line)| {
        line.contains("Limit  (")
            && plan[at + 1..]
                .iter()
                .take_while(|below| depth(below) > depth(line))
                .any(|below| below.contains("Sort  ("))
    })
}

#[tokio::test]
async fn every_statement_that_somebody_waits_for_goes_by_index() {
    let crowd = async |_| crowded::<Postgres>("ANALYZE").await;
    let open = douyin_core::conformance::open("plans of PostgreSQL", crowd).await;
    let Some((_database, mut connection)) = open else {
        return;
    };
    let rows = Numbers::new((1..100).map(|n| [n * 7, n * 11, 3, 4, 5, 6, 7]));
    for (name, statement) in statements_of(&Statements::of::<Postgres>()) {
        for place in PLACES {
            let values = values_of(name, statement, "cardinality($", place, &rows);
            let plan = explain(&mut connection, "COSTS", statement, &values).await;
            let walks = plan.iter().any(|line| walks_a_table(line));
            assert!(
                !walks && !sorts_a_list(&plan),
                "{name} from {place}: {plan:#?}"
            );
        }
    }
    let by_title =
        Postgres::translate("SELECT id FROM videos WHERE title = ?1 ORDER BY play LIMIT 1");
    let plan = explain(&mut connection, "COSTS", &by_title, &["".into()]).await;
    let walks = plan.iter().any(|line| walks_a_table(line));
    assert!(walks && sorts_a_list(&plan), "{plan:#?}");
}

#[tokio::test]
async fn a_page_costs_as_many_reads_wherever_in_its_list_it_begins() {
    /// Pages of 8 KiB: an entry is looked up in a few trees, each a few pages high.
    const READS_OF_AN_ENTRY: u64 = 24;
    let crowd = async |_| crowded::<Postgres>("ANALYZE").await;
    let open = douyin_core::conformance::open("reads of PostgreSQL", crowd).await;
    let Some((_database, mut connection)) = open else {
        return;
    };
    let rows = Numbers::new([[0; 7]]);
    for (name, statement) in statements_of(&Statements::of::<Postgres>()) {
        if !LISTS.contains(&name) && !is_of_a_conversation(name) {
            continue;
        }
        for place in PLACES {
            let values = values_of(name, statement, "cardinality($", place, &rows);
            let plan = explain(&mut connection, "ANALYZE, BUFFERS", statement, &values).await;
            let reads = plan
                .iter()
                .find_map(|line| line.trim().strip_prefix("Buffers: shared hit="));
            let reads = reads.expect("every plan reads something");
            let digits = reads.split(|c: char| !c.is_ascii_digit()).next();
            let reads: u64 = digits
                .and_then(|digits| digits.parse().ok())
                .expect("a number");
            let most = u64::try_from(PAGE).unwrap() * READS_OF_AN_ENTRY;
            assert!(
                reads <= most,
                "{name} from {place}: {reads} reads: {plan:#?}"
            );
        }
    }
}
