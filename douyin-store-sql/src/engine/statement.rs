use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::Value;

/// A statement as its engine spells it.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    text: Arc<str>,
    /// Which value goes where, counted from 0, for an engine whose parameters have no numbers.
    order: Option<Box<[usize]>>,
}

impl Statement {
    /// A statement whose parameters carry their numbers.
    pub(crate) fn numbered(text: &str) -> Self {
        Self {
            text: text.into(),
            order: None,
        }
    }

    /// Its text. All texts are made of constants of this crate; values are bound, never spliced in.
    pub(crate) fn text(&self) -> SqlStr {
        AssertSqlSafe(Arc::clone(&self.text)).into_sql_str()
    }

    /// The values in the order in which the engine wants them bound.
    pub(super) fn in_order<'v, 'a>(
        &'v self,
        values: &'v [Value<'a>],
    ) -> impl Iterator<Item = &'v Value<'a>> {
        let count = self
            .order
            .as_ref()
            .map_or(values.len(), |order| order.len());
        (0..count).map(move |at| &values[self.order.as_ref().map_or(at, |order| order[at])])
    }
}
