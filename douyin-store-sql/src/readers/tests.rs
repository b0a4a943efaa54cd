#[cfg(any(feature = "postgres", feature = "mysql"))]
mod servers;
#[cfg(feature = "sqlite")]
mod sqlite;

use super::Readers;
use crate::engine::{Engine, Row as _, Statement};

async fn number<E: Engine>(readers: &Readers<E>, text: &str) -> i64 {
    let rows = readers.rows(&Statement::new(text), &[]).await.unwrap();
    rows[0].integer(0).unwrap().unwrap()
}
