//! The database goes away, and comes back; or is not to be had at all.

mod conflict;
mod fresh;
mod network;
mod own;
mod process;
mod proxy;
mod refusal;
mod scene;
mod tls;

use douyin_core::conformance;

/// Makes a test of `case` for each kind of server: `on_servers!(case: fresh)` calls `case(&database)` with what `fresh::postgres()` and
/// `fresh::mysql()` answer. Without a server the test is skipped with a line on standard error, and fails in CI.
macro_rules! on_servers {
    ($case:ident: $fixture:ident) => {
        mod $case {
            #[cfg(feature = "postgres")]
            #[tokio::test]
            async fn postgres() {
                let database = crate::outage::$fixture::postgres().await;
                if let Some(database) = crate::outage::found(database, stringify!($case)).await {
                    super::$case(&database).await;
                }
            }

            #[cfg(feature = "mysql")]
            #[tokio::test]
            async fn mysql() {
                let database = crate::outage::$fixture::mysql().await;
                if let Some(database) = crate::outage::found(database, stringify!($case)).await {
                    super::$case(&database).await;
                }
            }
        }
    };
}
use on_servers;

/// What a case needs, if it is there.
async fn found<T>(needed: Option<T>, case: &'static str) -> Option<T> {
    let needed = needed.map(|needed| (needed, ()));
    let (needed, ()) = conformance::open(case, async |_| needed).await?;
    Some(needed)
}
