//! Pages of lists, newest first, by the place of the last entry seen.

use std::fmt;
use std::str::FromStr;

use crate::Timestamp;

/// A place in a list ordered by instant and then id, newest first.
///
/// Its text form, `<milliseconds>.<id>`, is what clients hand back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    /// The instant of the entry.
    pub at: Timestamp,
    /// The id of the entry; tells entries of one instant apart.
    pub id: i64,
}

impl Cursor {
    /// Before every entry of `at` and later: what is left is strictly older.
    #[must_use]
    pub const fn strictly_before(at: Timestamp) -> Self {
        Self { at, id: 0 }
    }
}

/// A text that is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.as_millis(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (at, id) = text.split_once('.').ok_or(InvalidCursor)?;
        Ok(Self {
            at: Timestamp::from_millis(at.parse().map_err(|_| InvalidCursor)?),
            id: id.parse().map_err(|_| InvalidCursor)?,
        })
    }
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// Only entries that come after this place, that is, older ones; `None` starts with the newest.
    pub after: Option<Cursor>,
    /// At most so many entries, at least 1.
    pub limit: u32,
}

impl PageRequest {
    /// The newest entries.
    #[must_use]
    pub const fn newest(limit: u32) -> Self {
        Self { after: None, limit }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, newest first unless the list says otherwise.
    pub items: Vec<T>,
    /// Where to go on; `None` where the list ends with this page.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page without entries, at the end of its list.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            items: Vec::new(),
            next: None,
        }
    }

    /// Makes a page of entries that were fetched with one more than the `limit`: that one only tells that the list
    /// goes on. `place` says where in the list an entry stands.
    pub fn from_one_too_many<R>(
        rows: Vec<R>,
        limit: u32,
        place: impl Fn(&R) -> Cursor,
        item: impl FnMut(R) -> T,
    ) -> Self {
        let limit = limit as usize;
        let next = (rows.len() > limit)
            .then(|| rows.get(limit.saturating_sub(1)).map(place))
            .flatten();
        Self {
            items: rows.into_iter().take(limit).map(item).collect(),
            next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text_form() {
        let cursor = Cursor {
            at: Timestamp::from_millis(1_790_000_000_000),
            id: 42,
        };
        assert_eq!(cursor.to_string(), "1790000000000.42");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in [
            "",
            ".",
            "1",
            "1.",
            ".1",
            "1.2.3",
            "a.b",
            "1,2",
            "99999999999999999999.1",
        ] {
            assert_eq!(bad.parse::<Cursor>(), Err(InvalidCursor), "{bad}");
        }
    }

    #[test]
    fn a_page_goes_on_only_if_there_is_more() {
        let place = |id: &i64| Cursor {
            at: Timestamp::from_millis(7),
            id: *id,
        };
        let whole = Page::from_one_too_many(vec![3, 2], 2, place, |id| id);
        assert_eq!(
            whole,
            Page {
                items: vec![3, 2],
                next: None
            }
        );
        let part = Page::from_one_too_many(vec![3, 2, 1], 2, place, |id| id);
        assert_eq!(
            part,
            Page {
                items: vec![3, 2],
                next: Some(place(&2))
            }
        );
    }
}
