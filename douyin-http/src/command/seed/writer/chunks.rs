//! Streams of rows in pieces.

use douyin_store_sql::Chunk;

use crate::command::seed::SeedError;

/// So many rows with texts are written at once.
const ROWS: usize = 25_000;
/// So many marks are written at once.
const MARKS: usize = 50_000;
/// So many marks are sorted at once, in memory of 24 bytes each.
const SORTED_MARKS: usize = 1_000_000;

/// Rows in the order in which they come.
pub(super) fn chunks<R>(
    rows: impl Iterator<Item = Result<R, SeedError>>,
) -> impl Iterator<Item = Result<Chunk, SeedError>>
where
    Chunk: From<Vec<R>>,
{
    let mut rows = rows.peekable();
    std::iter::from_fn(move || {
        rows.peek()?;
        let chunk: Result<Vec<R>, SeedError> = rows.by_ref().take(ROWS).collect();
        Some(chunk.map(Chunk::from))
    })
}

/// Marks sorted by whose they are, a million at a time. They come by what is marked, so that each would touch a page of the index of its own
/// otherwise.
pub(super) fn sorted_chunks<M: Ord + Clone>(
    marks: impl Iterator<Item = M>,
) -> impl Iterator<Item = Result<Chunk, SeedError>>
where
    Chunk: From<Vec<M>>,
{
    let mut marks = marks.peekable();
    let mut sorted = Vec::new().into_iter();
    std::iter::from_fn(move || {
        if sorted.len() == 0 {
            marks.peek()?;
            let mut next: Vec<M> = marks.by_ref().take(SORTED_MARKS).collect();
            next.sort_unstable();
            sorted = next.into_iter();
        }
        Some(Ok(sorted.by_ref().take(MARKS).collect::<Vec<M>>().into()))
    })
}
