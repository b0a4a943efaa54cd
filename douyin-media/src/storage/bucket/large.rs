//! Files that are sent in parts.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use object_store::multipart::{MultipartStore as _, PartId};
use object_store::path::Path as ObjectPath;
use object_store::{Attributes, MultipartId, PutMultipartOptions, PutPayload};
use tokio::task::spawn_blocking;

use super::Bucket;
use crate::MediaError;
use crate::durable::sync_folder;
use crate::error::brief;

/// The size of a part, and of the largest file that is sent whole, in bytes.
pub(super) const PART: u64 = 8 << 20;

/// Parts that an upload has at most; larger ones have larger parts.
const PARTS: u64 = 10_000;

/// Parts of one upload that are on their way at the same time.
const AT_ONCE: usize = 3;

/// The note, in the folder of an upload, of what to end where nobody else does.
const NOTE: &str = "parts";

impl Bucket {
    /// Sends a file of so many bytes. Where that fails, [`Bucket::end_noted`] removes what was sent of it.
    pub(super) async fn put_in_parts(
        &self,
        from: PathBuf,
        length: u64,
        path: &ObjectPath,
        attributes: Attributes,
    ) -> Result<(), MediaError> {
        let options = PutMultipartOptions::from(attributes);
        let id = self.s3.create_multipart_opts(path, options).await?;
        let note = from.with_file_name(NOTE);
        let (written, text) = (note.clone(), format!("{path}\n{id}"));
        if let Err(error) = spawn_blocking(move || write_note(&written, &text)).await? {
            // What is lost of the note with the power is ended by a rule of the bucket.
            self.end(path, &id).await?;
            return Err(error.into());
        }
        let parts = self.send_parts(&from, length, path, &id).await?;
        self.s3.complete_multipart(path, &id, parts).await?;
        Ok(spawn_blocking(move || fs::remove_file(note)).await??)
    }

    async fn send_parts(
        &self,
        from: &Path,
        length: u64,
        path: &ObjectPath,
        id: &MultipartId,
    ) -> Result<Vec<PartId>, MediaError> {
        let part = PART.max(length.div_ceil(PARTS));
        let send = async |number: u64| {
            let _turn = self.parts.acquire().await.map_err(io::Error::other)?;
            let (from, at) = (from.to_owned(), number * part);
            let bytes = spawn_blocking(move || read_part(&from, at, part.min(length - at)));
            let payload = PutPayload::from(bytes.await??);
            let index = usize::try_from(number).map_err(io::Error::other)?;
            Ok::<_, MediaError>(self.s3.put_part(path, id, index, payload).await?)
        };
        stream::iter(0..length.div_ceil(part))
            .map(send)
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    /// Ends what the note in the folder of an upload is about, if there is one.
    pub(super) async fn end_noted(&self, upload: &Path) -> Result<(), MediaError> {
        let note = upload.join(NOTE);
        let text = match spawn_blocking(move || fs::read_to_string(note)).await? {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            text => text?,
        };
        match text.split_once('\n') {
            Some((path, id)) => self.end(&ObjectPath::from(path), &id.to_owned()).await,
            // Nothing is sent before the note is on the disk.
            None => Ok(()),
        }
    }

    /// Ends an upload, if it is neither complete nor ended.
    async fn end(&self, path: &ObjectPath, id: &MultipartId) -> Result<(), MediaError> {
        match self.s3.abort_multipart(path, id).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) if self.wire.breaker().is_failing() => Err(error.into()),
            // Nor will it do so the next time.
            Err(error) => {
                let error = brief(&error);
                tracing::warn!(%error, %path, "the service does not end an upload in parts; a rule of the bucket may");
                Ok(())
            }
        }
    }
}

fn write_note(note: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(note)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    note.parent().map_or(Ok(()), sync_folder)
}

fn read_part(from: &Path, at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(from)?;
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
