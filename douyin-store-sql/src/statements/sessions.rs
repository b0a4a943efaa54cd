use crate::engine::{Engine, ListText, Statement};

pub(crate) struct SessionStatements {
    /// The password and the generation of a user.
    pub(crate) password: Statement,
    /// Sets the password and the generation of a user.
    pub(crate) set_password: Statement,
    /// Sets the generation of a user.
    pub(crate) set_generation: Statement,
    /// When the revocation of a session expires.
    pub(crate) expiry: Statement,
    /// Removes the revocation of a session.
    pub(crate) remove: Statement,
    /// Takes the next position.
    pub(crate) next_position: Statement,
    /// Adds a revocation at that position.
    pub(crate) add: Statement,
    /// Those after a position.
    pub(crate) after: Statement,
    /// The places of those that expire before an instant, as pairs of position and expiry.
    pub(crate) expired: Statement,
    /// Removes a list of them.
    pub(crate) forget: Statement,
}

impl SessionStatements {
    pub(super) fn of<E: Engine>() -> Self {
        /// What [`decode::revocation`](crate::decode::revocation) reads.
        const REVOCATION: &str = "position, user_id, session, generation, expires_at";
        Self {
            password: E::translate("SELECT password, generation FROM users WHERE id = ?1"),
            set_password: E::translate(
                "UPDATE users SET password = ?2, generation = ?3 WHERE id = ?1",
            ),
            set_generation: E::translate("UPDATE users SET generation = ?2 WHERE id = ?1"),
            expiry: E::translate(
                "SELECT expires_at FROM revocations WHERE user_id = ?1 AND session = ?2",
            ),
            remove: E::translate("DELETE FROM revocations WHERE user_id = ?1 AND session = ?2"),
            next_position: E::translate(
                "UPDATE revocation_positions SET last = last + 1 WHERE id = 1",
            ),
            add: E::translate(&format!(
                "INSERT INTO revocations ({REVOCATION}) \
                 SELECT last, ?1, ?2, ?3, ?4 FROM revocation_positions WHERE id = 1"
            )),
            after: E::list(&ListText {
                columns: "page.position, page.user_id, page.session, page.generation, page.expires_at",
                from: &format!(
                    "(SELECT {REVOCATION} FROM revocations WHERE position > ?1 ORDER BY position LIMIT ?2) AS page"
                ),
                order: "page.position",
            }),
            expired: E::translate(
                "SELECT position, expires_at FROM revocations WHERE expires_at < ?1 \
                 ORDER BY expires_at, position LIMIT ?2",
            ),
            forget: E::translate(&E::delete_pairs(
                "revocations",
                ["position", "expires_at"],
                &E::bound_table(1, &["one", "other"]),
            )),
        }
    }
}
