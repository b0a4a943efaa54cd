#[cfg(any(feature = "sqlite", feature = "mysql"))]
use std::fmt::Write as _;

use douyin_core::{CommentId, JobId, MessageId, NodeNumber, Timestamp, UserId, VideoId};

use super::Rows;

/// A value of a parameter.
#[derive(Debug)]
pub(crate) enum Value<'v> {
    /// A number: an id, an instant, a limit.
    Integer(i64),
    /// A text.
    Text(&'v str),
    /// Many rows of numbers as one value.
    Numbers(&'v Numbers),
    /// Many rows of numbers and texts as one value.
    Rows(&'v Rows<'v>),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(at: Timestamp) -> Self {
        Self::Integer(at.as_millis())
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text)
    }
}

impl<'v> From<&'v Numbers> for Value<'v> {
    fn from(table: &'v Numbers) -> Self {
        Self::Numbers(table)
    }
}

impl<'v> From<&'v Rows<'v>> for Value<'v> {
    fn from(rows: &'v Rows<'v>) -> Self {
        Self::Rows(rows)
    }
}

macro_rules! from_id {
    ($($id:ident)*) => {
        $(impl From<$id> for Value<'_> {
            fn from(id: $id) -> Self {
                Self::Integer(id.get())
            }
        })*
    };
}

from_id!(UserId VideoId CommentId MessageId JobId);

impl From<NodeNumber> for Value<'_> {
    fn from(number: NodeNumber) -> Self {
        Self::Integer(number.get().into())
    }
}

/// Rows of equally many numbers, bound as one value, so that one statement serves any number of rows.
#[derive(Debug)]
pub(crate) struct Numbers {
    width: usize,
    numbers: Vec<i64>,
}

impl Numbers {
    pub(crate) fn new<const WIDTH: usize>(rows: impl IntoIterator<Item = [i64; WIDTH]>) -> Self {
        Self {
            width: WIDTH,
            numbers: rows.into_iter().flatten().collect(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// One column after the other.
    #[cfg(feature = "postgres")]
    pub(crate) fn by_column(&self) -> Vec<i64> {
        (0..self.width)
            .flat_map(|column| self.numbers.iter().skip(column).step_by(self.width))
            .copied()
            .collect()
    }

    /// The rows as a JSON array of arrays.
    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    pub(crate) fn to_json(&self) -> String {
        let mut json = String::with_capacity(2 + self.numbers.len() * 18);
        json.push('[');
        for (at, number) in self.numbers.iter().enumerate() {
            json.push_str(match (at, at % self.width) {
                (0, _) => "[",
                (_, 0) => "],[",
                _ => ",",
            });
            write!(json, "{number}").expect("a String takes every text");
        }
        json.push_str(if self.is_empty() { "]" } else { "]]" });
        json
    }
}

#[cfg(all(test, any(feature = "sqlite", feature = "mysql")))]
mod tests {
    use super::*;

    #[test]
    fn rows_of_numbers_are_one_json_array_of_rows() {
        assert_eq!(Numbers::new([[1, -2], [3, 4]]).to_json(), "[[1,-2],[3,4]]");
        assert_eq!(Numbers::new([[7]]).to_json(), "[[7]]");
        assert_eq!(Numbers::new::<3>([]).to_json(), "[]");
    }
}
