//! An empty database on the server that all tests share.

use crate::server::Fresh;

#[cfg(feature = "postgres")]
pub(super) async fn postgres() -> Option<Fresh> {
    Fresh::create::<sqlx::Postgres>().await
}

#[cfg(feature = "mysql")]
pub(super) async fn mysql() -> Option<Fresh> {
    Fresh::create::<sqlx::MySql>().await
}
