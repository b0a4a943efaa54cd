use crate::engine::{Engine, Statement};

/// The statements that lock rows, for engines whose transactions write at the same time; see
/// [`RowLocks`](crate::writer::RowLocks).
pub(crate) struct Locks {
    /// They wait for whoever holds a lock.
    pub(crate) waiting: LockStatements,
    /// They fail at once where somebody holds one.
    pub(crate) at_once: LockStatements,
}

/// See [`Locks`].
pub(crate) struct LockStatements {
    /// Repairs wait for each other.
    pub(crate) repairs: Statement,
    /// Whoever takes a name waits for the others who do.
    pub(crate) registrations: Statement,
    /// Publications wait for each other.
    pub(crate) publications: Statement,
    /// Revocations wait for each other.
    pub(crate) revocations: Statement,
    /// Whoever claims jobs, or says how one ended, waits for the others who do.
    pub(crate) jobs: Statement,
    /// Locks a list of comments; answers their videos.
    pub(crate) comments: Statement,
    /// Locks a list of videos; answers each with its author, and whether it is not deleted.
    pub(crate) videos: Statement,
    /// Locks a list of users.
    pub(crate) users: Statement,
    /// Locks a list of node numbers.
    pub(crate) nodes: Statement,
}

impl Locks {
    pub(super) fn of<E: Engine>() -> Self {
        Self {
            waiting: LockStatements::of::<E>("FOR UPDATE"),
            at_once: LockStatements::of::<E>("FOR UPDATE NOWAIT"),
        }
    }
}

impl LockStatements {
    fn of<E: Engine>(locking: &str) -> Self {
        let named = |name: &str| {
            E::translate(&format!(
                "SELECT name FROM write_locks WHERE name = '{name}' {locking}"
            ))
        };
        let ids = E::bound_table(1, &["id"]);
        let (join, by_key) = (E::JOIN_FROM_LEFT, E::BY_PRIMARY_KEY);
        let rows = |columns: &str, table: &str| {
            E::translate(&format!(
                "SELECT {columns} FROM {ids} AS wanted {join} {table}{by_key} ON {table}.id = wanted.id \
                 ORDER BY {table}.id {locking}"
            ))
        };
        Self {
            repairs: E::translate(&format!(
                "SELECT number FROM repairs WHERE id = 1 {locking}"
            )),
            registrations: named("registration"),
            publications: named("publication"),
            revocations: E::translate(&format!(
                "SELECT last FROM revocation_positions WHERE id = 1 {locking}"
            )),
            jobs: named("job"),
            comments: rows("comments.video_id", "comments"),
            videos: rows(
                "videos.id, videos.author_id, videos.deleted_at IS NULL",
                "videos",
            ),
            users: rows("users.id", "users"),
            nodes: E::translate(&format!(
                "SELECT node.number FROM {ids} AS wanted {join} node_leases node{by_key} ON node.number = wanted.id \
                 ORDER BY node.number {locking}"
            )),
        }
    }
}
