use super::wait_for;
use sqlx::{AssertSqlSafe, Connection, Database, Executor, MySql, Postgres, Sqlite};

/// Runs a statement on the database of a URL.
pub(crate) fn execute(url: &str, statement: &str) {
    let executed = async {
        match url.split_once(':') {
            Some(("sqlite", _)) => execute_on::<Sqlite>(url, statement).await,
            Some(("postgres", _)) => execute_on::<Postgres>(url, statement).await,
            _ => execute_on::<MySql>(url, statement).await,
        }
    };
    wait_for(executed).unwrap_or_else(|error| panic!("{error} at {statement}"));
}

async fn execute_on<D: Database>(url: &str, statement: &str) -> Result<(), sqlx::Error>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
{
    let mut connection = D::Connection::connect(url).await?;
    connection.execute(AssertSqlSafe(statement)).await?;
    connection.close().await
}
