//! `multipart/form-data`, read within bounds whatever is sent.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream, StreamExt as _};
use multer::{Field, Multipart};

/// More parts than any client sends.
const MOST_PARTS: usize = 64;

/// What may stand before a part's content, its headers, in bytes: file names come in lengths of hundreds.
const MOST_BETWEEN: usize = 64 << 10;

/// The boundary, if a media type is `multipart/form-data` and has one.
pub(crate) fn boundary_of(media_type: &str) -> Option<String> {
    multer::parse_boundary(media_type).ok()
}

/// The parts of a body, one after the other.
pub(crate) struct FormParts<'r> {
    multipart: Multipart<'r>,
    /// Bytes that were taken from the body since the parser last answered.
    taken: Arc<AtomicUsize>,
    seen: usize,
}

/// Why a multipart body could not be read on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MultipartError {
    #[error("more than {MOST_PARTS} parts")]
    TooManyParts,
    #[error("a text part of more than {0} bytes")]
    LongPart(usize),
    #[error(transparent)]
    Broken(#[from] multer::Error),
}

#[derive(Debug, thiserror::Error)]
enum StreamError<E> {
    #[error("more than {MOST_BETWEEN} bytes between two parts")]
    Between,
    #[error(transparent)]
    Body(E),
}

/// Reads the parts of a body, which whoever takes them bounds.
///
/// The parser takes everything that its stream has ready, and looks for a part's headers in all that it has: the stream
/// given to it hands out one chunk at a time, and ends in an error where they do not end.
pub(crate) fn bounded<'r, E>(
    mut body: impl Stream<Item = Result<Bytes, E>> + Send + Unpin + 'r,
    boundary: String,
) -> FormParts<'r>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let taken = Arc::new(AtomicUsize::new(0));
    let (mut pause, counter) = (false, Arc::clone(&taken));
    let chunks = stream::poll_fn(move |context| {
        if std::mem::take(&mut pause) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if counter.load(Ordering::Relaxed) > MOST_BETWEEN {
            return Poll::Ready(Some(Err(StreamError::Between)));
        }
        let chunk = body.poll_next_unpin(context);
        if let Poll::Ready(Some(Ok(chunk))) = &chunk {
            pause = true;
            counter.fetch_add(chunk.len(), Ordering::Relaxed);
        }
        chunk.map_err(StreamError::Body)
    });
    FormParts {
        multipart: Multipart::new(chunks, boundary),
        taken,
        seen: 0,
    }
}

impl<'r> FormParts<'r> {
    /// The next part; the one before must have been read to its end.
    pub(crate) async fn next(&mut self) -> Result<Option<Field<'r>>, MultipartError> {
        self.taken.store(0, Ordering::Relaxed);
        let part = self.multipart.next_field().await?;
        if part.is_some() {
            self.seen += 1;
            if self.seen > MOST_PARTS {
                return Err(MultipartError::TooManyParts);
            }
        }
        Ok(part)
    }

    /// The next piece of a part.
    pub(crate) async fn chunk(
        &mut self,
        part: &mut Field<'r>,
    ) -> Result<Option<Bytes>, MultipartError> {
        self.taken.store(0, Ordering::Relaxed);
        Ok(part.chunk().await?)
    }

    /// A whole part, of at most `most` bytes.
    pub(crate) async fn whole(
        &mut self,
        part: &mut Field<'r>,
        most: usize,
    ) -> Result<Bytes, MultipartError> {
        let mut whole = BytesMut::new();
        while let Some(chunk) = self.chunk(part).await? {
            if whole.len() + chunk.len() > most {
                return Err(MultipartError::LongPart(most));
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }
}

/// The parts that have a name, of a body that is in memory already.
pub(super) async fn fields(
    body: Bytes,
    boundary: String,
) -> Result<Vec<(String, Bytes)>, MultipartError> {
    let most = body.len();
    let body = stream::iter([Ok::<_, Infallible>(body)]);
    let mut parts = bounded(body, boundary);
    let mut fields = Vec::new();
    while let Some(mut part) = parts.next().await? {
        let name = part.name().map(str::to_owned);
        let value = parts.whole(&mut part, most).await?;
        fields.extend(name.map(|name| (name, value)));
    }
    Ok(fields)
}
