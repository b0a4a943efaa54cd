use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use douyin_core::{MediaKey, Timestamp};
use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, GetRange, GetResult, ObjectMeta, ObjectStore};
use tokio::task::spawn_blocking;

use crate::MediaError;
use crate::stats::Meter;

/// Bytes of a file that are read at a time, and so the most that a slow reader holds in memory.
const CHUNK: u64 = 256 << 10;

/// The contents of a file as they come.
type Chunks = BoxStream<'static, Result<Bytes, MediaError>>;

/// A file that is there to be read.
#[derive(Debug)]
pub struct MediaFile {
    size: u64,
    etag: String,
    modified: Option<Timestamp>,
    content_type: &'static str,
    content: Content,
    /// What counts the bytes that are read.
    meter: Option<Arc<Meter>>,
}

#[derive(Debug)]
enum Content {
    BuiltIn(Bytes),
    File(SharedFile),
    Object {
        objects: Arc<dyn ObjectStore>,
        path: ObjectPath,
        etag: Option<String>,
        /// What is coming in already.
        begun: Option<Begun>,
    },
}

/// One place to read at, which whoever reads sets first.
type SharedFile = Arc<Mutex<File>>;

/// A range of an object that somebody has asked for, and its contents.
struct Begun {
    range: Range<u64>,
    chunks: Chunks,
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Begun").field(&self.range).finish()
    }
}

impl MediaFile {
    /// A file that is part of the program.
    pub(super) fn built_in(bytes: Bytes, content_type: &'static str) -> Self {
        Self {
            size: bytes.len() as u64,
            etag: format!("\"{:016x}\"", fnv1a(&bytes)),
            modified: None,
            content_type,
            content: Content::BuiltIn(bytes),
            meter: None,
        }
    }

    /// A file of this machine.
    pub(super) fn in_folder(
        key: &MediaKey,
        content_type: &'static str,
        meta: &ObjectMeta,
        file: File,
    ) -> Self {
        Self::described(
            key,
            content_type,
            meta,
            Content::File(Arc::new(Mutex::new(file))),
        )
    }

    /// An object; `begun` says that the range of the result is coming in, and not only its description.
    pub(super) fn object(
        key: &MediaKey,
        content_type: &'static str,
        objects: Arc<dyn ObjectStore>,
        result: GetResult,
        begun: bool,
    ) -> Self {
        let (meta, range) = (result.meta.clone(), result.range.clone());
        let begun = begun.then(|| Begun {
            range,
            chunks: result.into_stream().map_err(MediaError::from).boxed(),
        });
        let content = Content::Object {
            objects,
            path: meta.location.clone(),
            etag: meta.e_tag.clone(),
            begun,
        };
        Self::described(key, content_type, &meta, content)
    }

    fn described(
        key: &MediaKey,
        content_type: &'static str,
        meta: &ObjectMeta,
        content: Content,
    ) -> Self {
        let etag = meta.e_tag.clone();
        Self {
            size: meta.size,
            // Files never change under their name, so the name will do where the storage has no tag.
            etag: etag.unwrap_or_else(|| format!("\"{key}\"")),
            modified: Some(Timestamp::from_millis(
                meta.last_modified.timestamp_millis(),
            )),
            content_type,
            content,
            meter: None,
        }
    }

    pub(super) fn counted_by(self, meter: &Arc<Meter>) -> Self {
        Self {
            meter: Some(Arc::clone(meter)),
            ..self
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

    /// Reads a range of it, which must lie within its size, in pieces of at most 256 KiB. It can be read again.
    ///
    /// # Errors
    /// Where it is known at once that the storage fails, or that the file is not there any more. The stream ends with an error
    /// where the file cannot be read, or has become shorter.
    pub async fn read(&mut self, range: Range<u64>) -> Result<Chunks, MediaError> {
        let chunks = match &mut self.content {
            Content::BuiltIn(bytes) => {
                let slice = slice(bytes, range);
                stream::once(async move { slice }).boxed()
            }
            Content::File(file) => read_file(Arc::clone(file), range),
            Content::Object { .. } if range.is_empty() => stream::empty().boxed(),
            Content::Object {
                objects,
                path,
                etag,
                begun,
            } => match begun.take() {
                Some(begun) if begun.range == range => begun.chunks,
                _ => {
                    let options = GetOptions::new()
                        .with_if_match(etag.clone())
                        .with_range(Some(GetRange::Bounded(range)));
                    let result = objects.get_opts(path, options).await?;
                    result.into_stream().map_err(MediaError::from).boxed()
                }
            },
        };
        let meter = self.meter.clone();
        let count = move |bytes: &Bytes| {
            if let Some(meter) = &meter {
                meter.count_sent(bytes.len());
            }
        };
        Ok(chunks.inspect_ok(count).boxed())
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

fn read_file(file: SharedFile, range: Range<u64>) -> Chunks {
    stream::try_unfold((file, range), async |(file, Range { start, end })| {
        let length = CHUNK.min(end.saturating_sub(start));
        if length == 0 {
            return Ok(None);
        }
        // Made where it will be freed: memory that is freed by another thread than made it comes back late: with 8
        // downloads at a time the process had 150 MB instead of 38 MB.
        let buffer = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        let read = Arc::clone(&file);
        let chunk = spawn_blocking(move || read_chunk(&read, start, length, buffer)).await??;
        Ok(Some((chunk.into(), (file, start + length..end))))
    })
    .boxed()
}

/// Adds what stands at a place of a file to an empty buffer.
fn read_chunk(
    file: &Mutex<File>,
    at: u64,
    length: u64,
    mut buffer: Vec<u8>,
) -> io::Result<Vec<u8>> {
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(at))?;
    (&mut *file).take(length).read_to_end(&mut buffer)?;
    if (buffer.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(buffer)
}

/// The hash of Fowler, Noll and Vo: tells versions of a built-in file apart, nothing more.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
