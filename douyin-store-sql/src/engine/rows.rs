#[cfg(feature = "postgres")]
use std::borrow::Cow;

/// Rows of equally many numbers and, after them, equally many texts, bound as one value, so that one statement serves any number of
/// rows.
#[derive(Debug)]
pub(crate) struct Rows<'t> {
    width: usize,
    cells: Vec<Cell<'t>>,
}

#[derive(Debug, Clone, Copy, serde::Serialize)]
#[serde(untagged)]
enum Cell<'t> {
    Number(i64),
    Text(&'t str),
}

impl<'t> Rows<'t> {
    pub(crate) fn new<const NUMBERS: usize, const TEXTS: usize>(
        rows: impl IntoIterator<Item = ([i64; NUMBERS], [&'t str; TEXTS])>,
    ) -> Self {
        let cells = rows.into_iter().flat_map(|(numbers, texts)| {
            let numbers = numbers.into_iter().map(Cell::Number);
            numbers.chain(texts.into_iter().map(Cell::Text))
        });
        Self {
            width: NUMBERS + TEXTS,
            cells: cells.collect(),
        }
    }

    /// One column after the other, numbers as digits.
    #[cfg(feature = "postgres")]
    pub(crate) fn by_column(&self) -> Vec<Cow<'t, str>> {
        (0..self.width)
            .flat_map(|column| self.cells.iter().skip(column).step_by(self.width))
            .map(|cell| match *cell {
                Cell::Number(number) => number.to_string().into(),
                Cell::Text(text) => text.into(),
            })
            .collect()
    }

    /// The rows as a JSON array of arrays.
    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    pub(crate) fn to_json(&self) -> Result<String, serde_json::Error> {
        let rows: Vec<&[Cell<'_>]> = self.cells.chunks(self.width).collect();
        serde_json::to_string(&rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    #[test]
    fn rows_are_one_json_array_of_rows() {
        let rows = Rows::new([([1, -2], ["a\"b"]), ([3, 4], ["小"])]);
        assert_eq!(rows.to_json().unwrap(), r#"[[1,-2,"a\"b"],[3,4,"小"]]"#);
        let none: [([i64; 1], [&str; 1]); 0] = [];
        assert_eq!(Rows::new(none).to_json().unwrap(), "[]");
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn rows_are_one_column_after_the_other() {
        let rows = Rows::new([([1], ["a"]), ([2], ["b"])]);
        assert_eq!(rows.by_column(), ["1", "2", "a", "b"]);
    }
}
