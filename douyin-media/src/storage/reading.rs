use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use douyin_core::{MediaKey, Timestamp};
use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, GetRange, GetResultPayload, ObjectStore as _};
use tokio::task::spawn_blocking;

use super::MediaStorage;
use crate::stats::Meter;
use crate::{MediaError, builtin, key};

/// Bytes of a file that are read at a time, and so the most that a slow reader holds in memory.
const CHUNK: u64 = 256 << 10;

/// A file that is there to be read.
#[derive(Debug)]
pub struct MediaFile {
    size: u64,
    etag: String,
    modified: Option<Timestamp>,
    content_type: &'static str,
    content: Content,
    meter: Arc<Meter>,
}

#[derive(Debug)]
enum Content {
    BuiltIn(Bytes),
    File(File),
    Object {
        storage: MediaStorage,
        path: ObjectPath,
        etag: Option<String>,
    },
}

impl MediaStorage {
    /// Opens a file for reading; `None` where there is none of that name, or no name of that kind.
    ///
    /// # Errors
    /// Where the storage fails.
    pub async fn file(&self, key: &MediaKey) -> Result<Option<MediaFile>, MediaError> {
        if let Some((bytes, content_type)) = builtin::find(key.as_str()) {
            return Ok(Some(MediaFile::built_in(bytes, content_type, self.meter())));
        }
        let Some(content_type) = key::content_type(key.as_str()) else {
            return Ok(None);
        };
        let path = ObjectPath::from(key.as_str());
        // A local file is opened; anything further away is asked what it is, and read when the range is known.
        let options = GetOptions::new().with_head(self.0.local.is_none());
        let result = match self.0.objects.get_opts(&path, options).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            result => result?,
        };
        let etag = result.meta.e_tag.clone();
        let content = match result.payload {
            GetResultPayload::File(file, _) => Content::File(file),
            GetResultPayload::Stream(_) => Content::Object {
                storage: self.clone(),
                path,
                etag: etag.clone(),
            },
        };
        Ok(Some(MediaFile {
            size: result.meta.size,
            // Files never change under their name, so the name will do where the storage has no tag.
            etag: etag.unwrap_or_else(|| format!("\"{key}\"")),
            modified: Some(Timestamp::from_millis(
                result.meta.last_modified.timestamp_millis(),
            )),
            content_type,
            content,
            meter: Arc::clone(self.meter()),
        }))
    }
}

impl MediaFile {
    fn built_in(bytes: Bytes, content_type: &'static str, meter: &Arc<Meter>) -> Self {
        Self {
            size: bytes.len() as u64,
            etag: format!("\"{:016x}\"", fnv1a(&bytes)),
            modified: None,
            content_type,
            content: Content::BuiltIn(bytes),
            meter: Arc::clone(meter),
        }
    }

    /// Bytes that it has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// What changes with its contents, as HTTP writes it, quotes included (RFC 9110, 8.8.3).
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// When it was stored; `None` for files that are part of the program.
    #[must_use]
    pub const fn modified(&self) -> Option<Timestamp> {
        self.modified
    }

    /// Its media type.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// Whether its contents will be the same under this name for ever. Files that are part of the program may change with
    /// the next version of it.
    #[must_use]
    pub const fn is_immutable(&self) -> bool {
        !matches!(self.content, Content::BuiltIn(_))
    }

    /// Reads a range of it, which must lie within its size, in pieces of at most 256 KiB.
    ///
    /// # Errors
    /// The stream ends with an error where the file cannot be read, or has become shorter.
    pub fn read(self, range: Range<u64>) -> BoxStream<'static, Result<Bytes, MediaError>> {
        let Self { content, meter, .. } = self;
        let bytes = match content {
            Content::BuiltIn(bytes) => stream::once(async move { slice(&bytes, range) }).boxed(),
            Content::File(file) => read_file(file, range),
            Content::Object {
                storage,
                path,
                etag,
            } => stream::once(async move {
                let options = GetOptions::new()
                    .with_if_match(etag)
                    .with_range(Some(GetRange::Bounded(range)));
                let result = storage.0.objects.get_opts(&path, options).await?;
                Ok::<_, MediaError>(result.into_stream().map_err(MediaError::from))
            })
            .try_flatten()
            .boxed(),
        };
        bytes
            .inspect_ok(move |bytes| meter.count_sent(bytes.len()))
            .boxed()
    }
}

fn slice(bytes: &Bytes, range: Range<u64>) -> Result<Bytes, MediaError> {
    let within = usize::try_from(range.start)
        .ok()
        .zip(usize::try_from(range.end).ok());
    within
        .filter(|(start, end)| start <= end && *end <= bytes.len())
        .map(|(start, end)| bytes.slice(start..end))
        .ok_or_else(|| MediaError::Io(io::ErrorKind::UnexpectedEof.into()))
}

fn read_file(file: File, range: Range<u64>) -> BoxStream<'static, Result<Bytes, MediaError>> {
    stream::try_unfold((file, range), async |(file, Range { start, end })| {
        let length = CHUNK.min(end.saturating_sub(start));
        if length == 0 {
            return Ok(None);
        }
        // Made where it will be freed: memory that is freed by another thread than made it comes back late: with 8
        // downloads at a time the process had 150 MB instead of 38 MB.
        let buffer = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        let (file, chunk) =
            spawn_blocking(move || read_chunk(file, start, length, buffer)).await??;
        Ok(Some((chunk.into(), (file, start + length..end))))
    })
    .boxed()
}

/// Adds what stands at a place of a file to an empty buffer.
fn read_chunk(
    mut file: File,
    at: u64,
    length: u64,
    mut buffer: Vec<u8>,
) -> io::Result<(File, Vec<u8>)> {
    file.seek(SeekFrom::Start(at))?;
    (&mut file).take(length).read_to_end(&mut buffer)?;
    if (buffer.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((file, buffer))
}

/// The hash of Fowler, Noll and Vo: tells versions of a built-in file apart, nothing more.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
