use crate::engine::{Engine, Statement};

pub(crate) struct NodeStatements {
    /// The rows of all node numbers.
    pub(crate) all: Statement,
    /// The row of a number.
    pub(crate) one: Statement,
    /// Writes the row of a number.
    pub(crate) write: Statement,
    /// The largest id of all that there is, or NULL.
    pub(crate) largest_id: Statement,
}

/// What [`decode::node`](crate::decode::node) reads.
const NODE: &str = "number, holder, term, reserved_until, expires_at";

impl NodeStatements {
    pub(super) fn of<E: Engine>() -> Self {
        Self {
            all: E::translate(&format!("SELECT {NODE} FROM node_leases ORDER BY number")),
            one: E::translate(&format!("SELECT {NODE} FROM node_leases WHERE number = ?1")),
            write: E::translate(
                "UPDATE node_leases SET holder = ?2, term = ?3, reserved_until = ?4, expires_at = ?5 \
                 WHERE number = ?1",
            ),
            // Each of the four is the last entry of a primary key.
            largest_id: E::translate(
                "SELECT MAX(newest.id) FROM (SELECT MAX(id) AS id FROM users \
                 UNION ALL SELECT MAX(id) FROM videos UNION ALL SELECT MAX(id) FROM comments \
                 UNION ALL SELECT MAX(id) FROM messages) AS newest",
            ),
        }
    }
}
