use super::users::USER;
use super::{MarkStatements, behind, page_first};
use crate::engine::{Engine, Statement};

pub(crate) struct FollowStatements {
    /// Marks of `(follower, followee)`.
    pub(crate) marks: MarkStatements,
    pub(crate) are_friends: Statement,
    pub(crate) follows: Statement,
    pub(crate) followers: Statement,
    pub(crate) friends: Statement,
}

/// A page of the users that `other` names in the follows whose `one` is `?5`.
fn page_of_follows(one: &str, other: &str, condition: &str) -> String {
    let behind = behind("f.marked_at", &format!("f.{other}"));
    format!(
        "SELECT f.marked_at AS at, f.{other} AS id FROM follows f WHERE f.{one} = ?5 AND {behind} {condition} \
         ORDER BY f.marked_at DESC, f.{other} DESC LIMIT ?4"
    )
}

impl FollowStatements {
    pub(super) fn of<E: Engine>() -> Self {
        let user = "JOIN users u ON u.id = page.id";
        // A conversation is stored under its smaller id first. The viewer may be in the list: nobody writes to themselves.
        let (low, high) = (
            "CASE WHEN u.id < ?1 THEN u.id ELSE ?1 END",
            "CASE WHEN u.id < ?1 THEN ?1 ELSE u.id END",
        );
        let newest_message = format!(
            "LEFT JOIN messages m ON m.low_id = {low} AND m.high_id = {high} AND m.sent_at = \
             (SELECT n.sent_at FROM messages n WHERE n.low_id = {low} AND n.high_id = {high} ORDER BY n.sent_at DESC LIMIT 1)"
        );
        let followed_back = "AND EXISTS (SELECT 1 FROM follows back \
             WHERE back.follower_id = f.followee_id AND back.followee_id = f.follower_id)";
        Self {
            marks: MarkStatements::of::<E>(
                "follows",
                ["follower_id", "followee_id"],
                ["users", "users"],
            ),
            are_friends: E::translate(
                "SELECT EXISTS (SELECT 1 FROM follows WHERE follower_id = ?1 AND followee_id = ?2) \
                 AND EXISTS (SELECT 1 FROM follows WHERE follower_id = ?2 AND followee_id = ?1)",
            ),
            follows: page_first::<E>(
                USER,
                &page_of_follows("follower_id", "followee_id", ""),
                user,
            ),
            followers: page_first::<E>(
                USER,
                &page_of_follows("followee_id", "follower_id", ""),
                user,
            ),
            friends: page_first::<E>(
                &format!("{USER}, m.text, m.from_id"),
                &page_of_follows("follower_id", "followee_id", followed_back),
                &format!("{user} {newest_message}"),
            ),
        }
    }
}
