use super::insert_rows;
use crate::engine::{Engine, Statement};

pub(crate) struct JobStatements {
    /// Adds jobs: a list of `(id, due, kind, subject)`.
    pub(crate) add: Statement,
}

impl JobStatements {
    pub(super) fn of<E: Engine>() -> Self {
        Self {
            add: insert_rows::<E>("jobs", &["id", "due"], &["kind", "subject"]),
        }
    }
}
