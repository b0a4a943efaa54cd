//! What is done to a whole database while others use it: loading rows by the thousand, and repairing counters. On every engine.

mod bulk;
mod opened;
mod repair;
mod rows;
mod schema;
#[cfg(any(feature = "postgres", feature = "mysql"))]
#[path = "../servers/server.rs"]
mod server;

/// Makes a test of each case for each engine.
macro_rules! on_each_engine {
    ($($case:ident)*) => {
        #[cfg(feature = "sqlite")]
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                super::$case(crate::opened::Opened::on_sqlite().await).await;
            })*
        }
        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                if let Some(opened) = crate::opened::Opened::on::<sqlx::Postgres>(stringify!($case)).await {
                    super::$case(opened).await;
                }
            })*
        }
        #[cfg(feature = "mysql")]
        mod mysql {
            $(#[tokio::test]
            async fn $case() {
                if let Some(opened) = crate::opened::Opened::on::<sqlx::MySql>(stringify!($case)).await {
                    super::$case(opened).await;
                }
            })*
        }
    };
}
pub(crate) use on_each_engine;
