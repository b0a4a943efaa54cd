//! Several parts of a file in one answer (RFC 9110, 14.6 and 15.3.7.2).

use std::ops::Range;

use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use douyin_media::{MediaError, MediaFile};
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};

use super::{ascii, body, content_range};

/// A part, and what stands before it.
struct Part {
    head: Bytes,
    bytes: Range<u64>,
}

/// Sends parts of a file, each as it is read. Nobody can know the boundary when a file is uploaded, so none has it in it.
pub(super) fn send(mut response: Response, file: MediaFile, parts: Vec<Range<u64>>) -> Response {
    let boundary = format!("{:032x}", fastrand::u128(..));
    let (content_type, size) = (file.content_type(), file.size());
    let part = |bytes: Range<u64>| {
        let place = content_range(&bytes, size);
        let head = format!(
            "\r\n--{boundary}\r\nContent-Type: {content_type}\r\nContent-Range: {place}\r\n\r\n"
        );
        Part {
            head: head.into(),
            bytes,
        }
    };
    let parts: Vec<Part> = parts.into_iter().map(part).collect();
    let end = Bytes::from(format!("\r\n--{boundary}--\r\n"));
    let lengths = parts.iter().map(Part::length);
    let length = lengths.sum::<u64>() + end.len() as u64;
    let headers = response.headers_mut();
    let content_type = format!("multipart/byteranges; boundary={boundary}");
    headers.insert(header::CONTENT_TYPE, ascii(content_type));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    let end = stream::once(async { Ok(end) });
    *response.body_mut() = body(contents(file, parts).chain(end));
    response
}

impl Part {
    fn length(&self) -> u64 {
        self.head.len() as u64 + self.bytes.end - self.bytes.start
    }
}

fn contents(
    file: MediaFile,
    parts: Vec<Part>,
) -> impl Stream<Item = Result<Bytes, MediaError>> + Send + 'static {
    stream::try_unfold((file, parts.into_iter()), async |(mut file, mut parts)| {
        let Some(Part { head, bytes }) = parts.next() else {
            return Ok::<_, MediaError>(None);
        };
        let head = stream::once(async { Ok(head) });
        let part = head.chain(file.read(bytes).await?);
        Ok(Some((part, (file, parts))))
    })
    .try_flatten()
}
