/// The methods of an [`Engine`](super::Engine) that hand a statement to its driver, the same for each: generic code cannot
/// have them, because what sqlx asks of a connection is a bound on every reference to it.
macro_rules! driver_methods {
    ($connection:ty, $arguments:ty, $row:ty) => {
        async fn rows(
            connection: &mut $connection,
            statement: &$crate::engine::Statement,
            arguments: $arguments,
        ) -> Result<Vec<$row>, sqlx::Error> {
            let query = sqlx::query_with(statement.text(), arguments);
            sqlx::Executor::fetch_all(connection, query).await
        }

        async fn each_row(
            connection: &mut $connection,
            statement: &$crate::engine::Statement,
            arguments: $arguments,
            mut see: impl FnMut(&$row) + Send,
        ) -> Result<(), sqlx::Error> {
            let query = sqlx::query_with(statement.text(), arguments);
            let mut rows = sqlx::Executor::fetch(connection, query);
            while let Some(row) = futures_util::TryStreamExt::try_next(&mut rows).await? {
                see(&row);
            }
            Ok(())
        }

        async fn script(
            connection: &mut $connection,
            text: &'static str,
        ) -> Result<(), sqlx::Error> {
            let script = sqlx::raw_sql(sqlx::SqlStr::from_static(text));
            sqlx::Executor::execute(connection, script).await.map(drop)
        }
    };
}

pub(crate) use driver_methods;
