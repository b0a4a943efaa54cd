use douyin_core::Timestamp;
use sqlx::{ColumnIndex, Decode, Type};

use crate::error::Error;

/// A row that can be read. Keeps the trait bounds on a driver's row in one place.
pub(crate) trait Row: Send + Sync {
    /// An integer, or `None` for NULL.
    fn integer(&self, column: usize) -> Result<Option<i64>, sqlx::Error>;
    /// A boolean.
    fn flag(&self, column: usize) -> Result<bool, sqlx::Error>;
    /// A text, or `None` for NULL.
    fn text(&self, column: usize) -> Result<Option<&str>, sqlx::Error>;
}

impl<R> Row for R
where
    R: sqlx::Row + Sync,
    usize: ColumnIndex<R>,
    i64: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    bool: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    for<'r> &'r str: Decode<'r, R::Database> + Type<R::Database>,
{
    fn integer(&self, column: usize) -> Result<Option<i64>, sqlx::Error> {
        self.try_get(column)
    }

    fn flag(&self, column: usize) -> Result<bool, sqlx::Error> {
        self.try_get(column)
    }

    fn text(&self, column: usize) -> Result<Option<&str>, sqlx::Error> {
        self.try_get(column)
    }
}

/// Reads a row from left to right, so that a projection can be part of another. What cannot be read is [`Error::Corrupt`].
pub(crate) struct Columns<'r, R> {
    row: &'r R,
    next: usize,
}

impl<'r, R: Row> Columns<'r, R> {
    pub(crate) const fn of(row: &'r R) -> Self {
        Self { row, next: 0 }
    }

    fn next<T>(
        &mut self,
        read: impl FnOnce(&'r R, usize) -> Result<T, sqlx::Error>,
    ) -> Result<T, Error> {
        let column = self.next;
        self.next += 1;
        read(self.row, column).map_err(|error| Error::Corrupt(error.to_string()))
    }

    pub(crate) fn optional_integer(&mut self) -> Result<Option<i64>, Error> {
        self.next(R::integer)
    }

    pub(crate) fn integer(&mut self) -> Result<i64, Error> {
        self.optional_integer()?.ok_or_else(missing)
    }

    pub(crate) fn instant(&mut self) -> Result<Timestamp, Error> {
        self.integer().map(Timestamp::from_millis)
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Error> {
        self.next(R::flag)
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<&'r str>, Error> {
        self.next(R::text)
    }

    pub(crate) fn text(&mut self) -> Result<&'r str, Error> {
        self.optional_text()?.ok_or_else(missing)
    }
}

fn missing() -> Error {
    Error::Corrupt("a value is missing".to_owned())
}
