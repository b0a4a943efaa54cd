use douyin_core::Direction;

use super::insert;
use crate::engine::{Engine, ListText, Statement, Write};

pub(crate) struct MessageStatements {
    /// Adds a message past the newest of its conversation; answers its instant, or no row where one of the two does not exist.
    pub(crate) send: Write,
    both: SpanStatements,
    incoming: SpanStatements,
}

/// The part of a conversation on one side of an instant.
pub(crate) struct SpanStatements {
    /// The newest before it, newest first.
    pub(crate) before: Statement,
    /// The oldest after it, oldest first.
    pub(crate) after: Statement,
}

impl MessageStatements {
    /// What reads a conversation in this direction; `?5`, who sent the messages, is for incoming ones only.
    pub(crate) fn span(&self, direction: Direction) -> &SpanStatements {
        match direction {
            Direction::Both => &self.both,
            Direction::Incoming => &self.incoming,
        }
    }

    pub(super) fn of<E: Engine>() -> Self {
        let span = |compare: &str, order: &str, condition: &str| {
            E::list(&ListText {
                columns: "m.id, m.from_id, m.text, m.sent_at",
                from: &format!(
                    "(SELECT sent_at AS at FROM messages \
                     WHERE low_id = ?1 AND high_id = ?2 {condition} AND sent_at {compare} ?3 \
                     ORDER BY sent_at {order} LIMIT ?4) AS page \
                     JOIN messages m ON m.low_id = ?1 AND m.high_id = ?2 AND m.sent_at = page.at"
                ),
                order: &format!("page.at {order}"),
            })
        };
        let spans = |condition: &str| SpanStatements {
            before: span("<", "DESC", condition),
            after: span(">", "ASC", condition),
        };
        Self {
            send: insert::<E>(
                "messages",
                "sent_at, id, low_id, high_id, from_id, text",
                "SELECT COALESCE((SELECT MAX(newest.sent_at) + 1 FROM messages newest \
                   WHERE newest.low_id = ?2 AND newest.high_id = ?3 AND newest.sent_at >= ?6), ?6), \
                   ?1, low.id, high.id, ?4, ?5 \
                 FROM users low JOIN users high ON high.id = ?3 WHERE low.id = ?2",
                "sent_at",
            ),
            both: spans(""),
            incoming: spans("AND from_id = ?5"),
        }
    }
}
