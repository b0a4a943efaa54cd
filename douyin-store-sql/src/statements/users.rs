use super::insert;
use crate::engine::{Engine, Statement, Write};

pub(crate) struct UserStatements {
    /// Adds a user; answers no row where the name is taken.
    pub(crate) register: Write,
    /// The name and the signature of a user.
    pub(crate) texts: Statement,
    /// Sets the name of a user, and what makes it unique.
    pub(crate) rename: Statement,
    /// Sets the signature of a user.
    pub(crate) sign: Statement,
    /// The avatar and the background of a user.
    pub(crate) pictures: Statement,
    /// Sets the avatar of a user; an empty key stands for none.
    pub(crate) set_avatar: Statement,
    /// Sets the background of a user; an empty key stands for none.
    pub(crate) set_background: Statement,
    pub(crate) credentials: Statement,
    pub(crate) credentials_of: Statement,
    pub(crate) profile: Statement,
    /// Whether a user exists.
    pub(crate) exists: Statement,
}

/// What [`decode::user`](crate::decode::user) reads: a user `u` as `?1` sees them.
pub(super) const USER: &str = "u.id, u.name, u.signature, u.avatar, u.background, \
    u.follow_count, u.follower_count, u.total_favorited, u.work_count, u.favorite_count, \
    EXISTS (SELECT 1 FROM follows seen WHERE seen.follower_id = ?1 AND seen.followee_id = u.id)";

impl UserStatements {
    pub(super) fn of<E: Engine>() -> Self {
        let picture = |column: &str| {
            E::translate(&format!(
                "UPDATE users SET {column} = NULLIF(?2, '') WHERE id = ?1"
            ))
        };
        Self {
            // One row to select from, which every engine spells the same.
            register: insert::<E>(
                "users",
                "id, name, username_key, password, signature, registered_at",
                "SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM (SELECT 1 AS one) AS once \
                 WHERE NOT EXISTS (SELECT 1 FROM users WHERE username_key = ?3)",
                "id",
            ),
            texts: E::translate("SELECT name, signature FROM users WHERE id = ?1"),
            rename: E::translate("UPDATE users SET name = ?2, username_key = ?3 WHERE id = ?1"),
            sign: E::translate("UPDATE users SET signature = ?2 WHERE id = ?1"),
            pictures: E::translate("SELECT avatar, background FROM users WHERE id = ?1"),
            set_avatar: picture("avatar"),
            set_background: picture("background"),
            credentials: E::translate(
                "SELECT id, password, generation FROM users WHERE username_key = ?1",
            ),
            credentials_of: E::translate(
                "SELECT id, password, generation FROM users WHERE id = ?1",
            ),
            profile: E::translate(&format!("SELECT {USER} FROM users u WHERE u.id = ?2")),
            exists: E::translate("SELECT EXISTS (SELECT 1 FROM users WHERE id = ?1)"),
        }
    }
}
