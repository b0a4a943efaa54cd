//! What is done to a whole database: loading rows by the thousand and repairing counters, while others use it, and bringing it up to date.
//! On every engine.

mod bulk;
mod opened;
mod repair;
mod rows;
mod schema;
#[cfg(any(feature = "postgres", feature = "mysql"))]
#[path = "../servers/server.rs"]
mod server;
mod upgrade;

/// Makes a test of each case for each engine, with an `Opened` or something else that is made like one.
macro_rules! on_each_engine {
    ($($case:ident)*) => {
        $crate::on_each_engine! { Opened: $($case)* }
    };
    ($given:ident: $($case:ident)*) => {
        #[cfg(feature = "sqlite")]
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                super::$case(crate::opened::$given::on_sqlite().await).await;
            })*
        }
        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                if let Some(given) = crate::opened::$given::on::<sqlx::Postgres>(stringify!($case)).await {
                    super::$case(given).await;
                }
            })*
        }
        #[cfg(feature = "mysql")]
        mod mysql {
            $(#[tokio::test]
            async fn $case() {
                if let Some(given) = crate::opened::$given::on::<sqlx::MySql>(stringify!($case)).await {
                    super::$case(given).await;
                }
            })*
        }
    };
}
pub(crate) use on_each_engine;
