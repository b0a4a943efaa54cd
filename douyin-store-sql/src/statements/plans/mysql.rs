//! Query plans of MySQL and MariaDB, and how many rows the lists read.

use sqlx::mysql::{MySqlArguments, MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Row as _};

use super::crowd::{LISTS, PAGE, PLACES, crowded, is_of_a_conversation, values_of};
use super::{Statements, statements_of};
use crate::engine::{Engine as _, Numbers, Statement, Value};
use crate::mysql::Mysql;

async fn run(
    connection: &mut MySqlConnection,
    prefix: &str,
    statement: &Statement,
    values: &[Value<'_>],
) -> Vec<MySqlRow> {
    let mut arguments = MySqlArguments::default();
    for value in statement.in_order(values) {
        Mysql::bind(&mut arguments, value).unwrap();
    }
    let text = AssertSqlSafe(format!("{prefix}{}", statement.text().as_str()));
    let query = sqlx::query_with(text, arguments);
    query.fetch_all(connection).await.unwrap()
}

/// A step of a plan.
#[derive(Debug)]
struct Step {
    part: String,
    table: String,
    access: String,
    extra: String,
}

async fn plan(
    connection: &mut MySqlConnection,
    statement: &Statement,
    values: &[Value<'_>],
) -> Vec<Step> {
    let rows = run(connection, "EXPLAIN ", statement, values).await;
    let text = |row: &MySqlRow, column: &str| {
        let text: Option<String> = row.try_get_unchecked(column).unwrap();
        text.unwrap_or_default()
    };
    rows.iter()
        .map(|row| Step {
            part: text(row, "select_type"),
            table: text(row, "table"),
            access: text(row, "type"),
            extra: text(row, "Extra"),
        })
        .collect()
}

impl Step {
    /// Whether it reads all of a table, or all of an index. The others that it may read so are as long as a page or as what was
    /// bound.
    fn walks_a_table(&self) -> bool {
        let short = ["once", "pair", "moved", "wanted"].contains(&&*self.table)
            || self.table.starts_with("<derived");
        !short && ["ALL", "index"].contains(&&*self.access)
    }

    /// Whether it sorts more than one page, which is what stands at the top.
    fn sorts_a_list(&self) -> bool {
        self.extra.contains("filesort") && !["PRIMARY", "SIMPLE"].contains(&&*self.part)
    }
}

#[tokio::test]
async fn every_statement_that_somebody_waits_for_goes_by_index() {
    let crowd = async |_| crowded::<Mysql>("ANALYZE TABLE").await;
    let open = douyin_core::conformance::open("plans of MySQL", crowd).await;
    let Some((_database, mut connection)) = open else {
        return;
    };
    let rows = Numbers::new((1..100).map(|n| [n * 7, n * 11, 3, 4, 5, 6, 7]));
    for (name, statement) in statements_of(&Statements::of::<Mysql>()) {
        for place in PLACES {
            let values = values_of(name, statement, "JSON_TABLE(?", place, &rows);
            let plan = plan(&mut connection, statement, &values).await;
            let bad = |step: &Step| step.walks_a_table() || step.sorts_a_list();
            assert!(!plan.iter().any(bad), "{name} from {place}: {plan:#?}");
        }
    }
    let by_title = Mysql::translate("SELECT id FROM videos WHERE title = ?1");
    let plan = plan(&mut connection, &by_title, &["".into()]).await;
    assert!(plan.iter().any(Step::walks_a_table), "{plan:#?}");
}

/// How many rows this session has read so far, in tables and on its way to a result.
async fn rows_read(connection: &mut MySqlConnection) -> i64 {
    let text = "SHOW SESSION STATUS LIKE 'Handler_read%'";
    let rows = sqlx::raw_sql(text).fetch_all(connection).await.unwrap();
    rows.iter()
        .map(|row| row.get::<String, _>(1).parse::<i64>().unwrap())
        .sum()
}

#[tokio::test]
async fn a_page_costs_as_many_rows_wherever_in_its_list_it_begins() {
    /// Of an entry: its key, and of a like whether its video is there; the key again, out of the page and sorted; then what is joined to it and what the viewer's flags take.
    const ROWS_OF_AN_ENTRY: i64 = 10;
    let crowd = async |_| crowded::<Mysql>("ANALYZE TABLE").await;
    let open = douyin_core::conformance::open("rows that MySQL reads", crowd).await;
    let Some((_database, mut connection)) = open else {
        return;
    };
    let rows = Numbers::new([[0; 7]]);
    for (name, statement) in statements_of(&Statements::of::<Mysql>()) {
        if !LISTS.contains(&name) && !is_of_a_conversation(name) {
            continue;
        }
        for place in PLACES {
            let values = values_of(name, statement, "JSON_TABLE(?", place, &rows);
            let asking = -rows_read(&mut connection).await;
            let before = rows_read(&mut connection).await;
            let entries = run(&mut connection, "", statement, &values).await.len();
            let read = rows_read(&mut connection).await - before - (before + asking);
            assert!(
                entries > 20 || place == i64::MAX,
                "{name} has {entries} entries from {place}"
            );
            assert!(
                read <= (PAGE + 1) * ROWS_OF_AN_ENTRY,
                "{name} from {place}: {read} rows for {entries} entries"
            );
        }
    }
}
