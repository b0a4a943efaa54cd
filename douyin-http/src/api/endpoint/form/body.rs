//! The body of a request with a file, of which what is refused is read to its end.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, HttpBody as _};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};

use super::pace::Pace;
use crate::api::error::Failure;
use crate::api::params::boundary_of;
use crate::api::status::Status;

/// What a form may have besides its file, in bytes.
pub(crate) const FORM_BYTES: u64 = 1 << 20;

/// What separates the parts of a form; `None` for what is none.
pub(crate) fn boundary(headers: &HeaderMap) -> Option<String> {
    let media_type = headers.get(header::CONTENT_TYPE)?;
    boundary_of(media_type.to_str().ok()?)
}

/// A body that knows whether its client sends it.
pub(crate) struct FormBody {
    chunks: BodyDataStream,
    declared_bytes: u64,
    /// A client that asks first (`Expect: 100-continue`) sends nothing before somebody wants it.
    is_coming: bool,
}

impl FormBody {
    pub(crate) fn of(headers: &HeaderMap, body: Body) -> Self {
        Self {
            declared_bytes: body.size_hint().lower(),
            chunks: body.into_data_stream(),
            is_coming: !headers.contains_key(header::EXPECT),
        }
    }

    /// How large the file is at least, by what the request declares.
    pub(crate) const fn declared_file_bytes(&self) -> u64 {
        self.declared_bytes.saturating_sub(FORM_BYTES)
    }

    /// Ends a form that is refused, whose file could have `most` bytes.
    pub(crate) async fn refuse(self, refused: Failure, most: u64) -> Failure {
        if self.is_coming && refused.status() != Status::BodyTooSlow {
            discard(self.chunks, most).await;
        }
        refused
    }
}

impl Stream for FormBody {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_coming = true;
        self.chunks.poll_next_unpin(context)
    }
}

/// Reads what is left of a refused body with a file of at most `most` bytes and throws it away, as long as it keeps pace: most clients
/// read the answer only after they have sent everything, and lose it if the connection is closed before.
async fn discard(mut body: BodyDataStream, most: u64) {
    let mut left = most.saturating_add(FORM_BYTES);
    let mut pace = Pace::default();
    while let Ok(Some(Ok(chunk))) = pace.wait(body.next()).await {
        pace.count(chunk.len());
        match left.checked_sub(chunk.len() as u64) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}
