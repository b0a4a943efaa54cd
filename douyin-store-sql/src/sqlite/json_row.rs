use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde_json::error::Error as JsonError;

use crate::engine::Row;

/// A row of a list that came as JSON, with all its rows in one value: otherwise SQLite's thread hands over six hundred values
/// for a feed page of 30, each copied and freed under a lock, and wakes our thread for every row. Such a page takes 113 µs
/// this way and 151 µs the other, on 100,000 videos.
#[derive(Debug)]
pub(crate) struct JsonRow(Vec<Cell>);

/// A value of a [`JsonRow`]; booleans are 1 and 0.
#[derive(Debug)]
enum Cell {
    Null,
    Integer(i64),
    Text(Box<str>),
}

impl JsonRow {
    /// Reads an array of arrays.
    pub(super) fn parse(json: &str) -> Result<Vec<Self>, JsonError> {
        let rows: Vec<Vec<Cell>> = serde_json::from_str(json)?;
        Ok(rows.into_iter().map(Self).collect())
    }

    fn cell(&self, column: usize) -> Result<&Cell, sqlx::Error> {
        let len = self.0.len();
        let out_of_bounds = sqlx::Error::ColumnIndexOutOfBounds { index: column, len };
        self.0.get(column).ok_or(out_of_bounds)
    }
}

impl Row for JsonRow {
    fn integer(&self, column: usize) -> Result<Option<i64>, sqlx::Error> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Integer(number) => Ok(Some(*number)),
            Cell::Text(_) => Err(unexpected(column, "a text where a number should be")),
        }
    }

    fn flag(&self, column: usize) -> Result<bool, sqlx::Error> {
        Ok(self.integer(column)?.is_some_and(|number| number != 0))
    }

    fn text(&self, column: usize) -> Result<Option<&str>, sqlx::Error> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            Cell::Integer(_) => Err(unexpected(column, "a number where a text should be")),
        }
    }
}

fn unexpected(column: usize, what: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_string(),
        source: what.into(),
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl Visitor<'_> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, a text or null")
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::Integer(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Cell, E> {
        let number = i64::try_from(number).map_err(E::custom)?;
        Ok(Cell::Integer(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.into()))
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_what_the_json_says() {
        let rows =
            JsonRow::parse(r#"[[1,null,"a\"b\u0007"],[-9223372036854775808,0,""]]"#).unwrap();
        assert_eq!(rows[0].integer(0).unwrap(), Some(1));
        assert_eq!(rows[0].integer(1).unwrap(), None);
        assert_eq!(rows[0].text(1).unwrap(), None);
        assert_eq!(rows[0].text(2).unwrap(), Some("a\"b\u{7}"));
        assert_eq!(rows[1].integer(0).unwrap(), Some(i64::MIN));
        assert!(rows[0].flag(0).unwrap() && !rows[1].flag(1).unwrap());
    }

    #[test]
    fn what_is_no_row_is_an_error_and_no_panic() {
        let rows = JsonRow::parse(r#"[[1,"a"]]"#).unwrap();
        assert!(rows[0].text(0).is_err());
        assert!(rows[0].integer(1).is_err());
        assert!(rows[0].integer(2).is_err());
        for bad in [
            "",
            "[",
            "[[1.5]]",
            "[[[]]]",
            "[[18446744073709551615]]",
            "{}",
        ] {
            assert!(JsonRow::parse(bad).is_err(), "{bad}");
        }
    }
}
