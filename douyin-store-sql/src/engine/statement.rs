use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// A statement in the engine's dialect.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    text: Arc<str>,
    /// Which value each `?` of the text stands for, where the dialect does not number its parameters.
    order: Option<Arc<[usize]>>,
}

impl Statement {
    /// A statement whose values are bound in the order in which they are given.
    #[cfg(any(test, feature = "sqlite", feature = "postgres"))]
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            order: None,
        }
    }

    /// A canonical text in a dialect that writes `$1` for `?1`.
    #[cfg(feature = "postgres")]
    pub(crate) fn with_dollars(canonical: &str) -> Self {
        Self::new(&canonical.replace('?', "$"))
    }

    /// A canonical text in a dialect that writes `?` for every parameter.
    #[cfg(feature = "mysql")]
    pub(crate) fn with_bare_parameters(canonical: &str) -> Self {
        let mut parts = canonical.split('?');
        let mut text = parts.next().unwrap_or_default().to_owned();
        let mut order = Vec::new();
        for part in parts {
            let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
            let number: usize = part[..part.len() - rest.len()]
                .parse()
                .expect("the parameters of a canonical text are numbered");
            order.push(number - 1);
            text.push('?');
            text.push_str(rest);
        }
        Self {
            text: text.into(),
            order: Some(order.into()),
        }
    }

    /// Its text. All texts are made of constants of this crate; values are bound, never spliced in.
    pub(crate) fn text(&self) -> SqlStr {
        AssertSqlSafe(Arc::clone(&self.text)).into_sql_str()
    }

    /// The values to bind, in the order in which the text needs them.
    pub(crate) fn in_order<'v, T>(&self, values: &'v [T]) -> impl Iterator<Item = &'v T> {
        let count = self
            .order
            .as_ref()
            .map_or(values.len(), |order| order.len());
        (0..count).map(|place| match &self.order {
            Some(order) => &values[order[place]],
            None => &values[place],
        })
    }
}

/// A write that answers rows.
#[derive(Debug, Clone)]
#[cfg_attr(
    not(all(any(feature = "sqlite", feature = "postgres"), feature = "mysql")),
    allow(dead_code, reason = "an engine writes in one of the two ways")
)]
pub(crate) enum Write {
    /// One statement that writes and answers.
    Returning(Statement),
    /// Two, for engines whose writes answer nothing: what the write would answer, and, if that is anything, the write. The
    /// [locks](crate::writer) of the transaction keep the answer true in between.
    Asking {
        /// Answers.
        ask: Statement,
        /// Writes.
        write: Statement,
    },
}

/// The parts of a [`Write`] in canonical spelling.
#[cfg_attr(
    not(all(any(feature = "sqlite", feature = "postgres"), feature = "mysql")),
    allow(dead_code, reason = "an engine writes in one of the two ways")
)]
pub(crate) struct WriteText<'t> {
    /// Writes.
    pub(crate) write: &'t str,
    /// The columns that it answers, as a `RETURNING` clause has them.
    pub(crate) returning: &'t str,
    /// Selects the same before it is written; may have more columns at its end.
    pub(crate) ask: &'t str,
}

impl Write {
    /// For an engine that has `RETURNING`.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn returning(text: &WriteText<'_>, translate: impl Fn(&str) -> Statement) -> Self {
        Self::Returning(translate(&format!(
            "{} RETURNING {}",
            text.write, text.returning
        )))
    }

    /// For an engine that has not.
    #[cfg(feature = "mysql")]
    pub(crate) fn asking(text: &WriteText<'_>, translate: impl Fn(&str) -> Statement) -> Self {
        Self::Asking {
            ask: translate(text.ask),
            write: translate(text.write),
        }
    }
}

#[cfg(all(test, feature = "mysql"))]
mod tests {
    use super::*;

    #[test]
    fn bare_parameters_keep_the_order_of_their_values() {
        let statement =
            Statement::with_bare_parameters("SELECT ?2 WHERE a = ?1 AND b = ?2 LIMIT ?10");
        assert_eq!(
            statement.text().as_str(),
            "SELECT ? WHERE a = ? AND b = ? LIMIT ?"
        );
        let values: Vec<usize> = (1..=10).collect();
        let bound: Vec<usize> = statement.in_order(&values).copied().collect();
        assert_eq!(bound, [2, 1, 2, 10]);
    }
}
