use std::fs::File;
use std::io::{self, Write as _};

use tokio::task::{JoinHandle, spawn_blocking};

use crate::MediaError;

/// Bytes that are collected before they are written: a visit to the blocking threads costs some 20 µs, writing so many
/// about 100 µs. Two such buffers belong to an upload, one filling while the other is written.
const BUFFER: usize = 256 << 10;

type Writing = JoinHandle<io::Result<(File, Vec<u8>)>>;

/// A file that is written behind the caller's back, one buffer at a time.
#[derive(Debug)]
pub(crate) struct UploadFile {
    filling: Vec<u8>,
    disk: Disk,
    len: u64,
}

#[derive(Debug)]
enum Disk {
    Idle(File, Vec<u8>),
    Busy(Writing),
    /// Writing failed, and the caller was told.
    Failed,
}

impl UploadFile {
    /// To go on behind the first `len` bytes, where the file stands.
    pub(crate) const fn behind(file: File, len: u64) -> Self {
        Self {
            filling: Vec::new(),
            disk: Disk::Idle(file, Vec::new()),
            len,
        }
    }

    /// How many bytes it has, written or not.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<(), MediaError> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BUFFER - self.filling.len()));
            self.filling.extend_from_slice(now);
            self.len += now.len() as u64;
            bytes = later;
            if self.filling.len() == BUFFER {
                self.start_writing().await?;
            }
        }
        Ok(())
    }

    /// The file with everything written to it, though not yet forced to the disk.
    pub(crate) async fn into_file(mut self) -> Result<File, MediaError> {
        self.start_writing().await?;
        Ok(self.idle().await?.0)
    }

    /// Forces everything to the disk. A caller who gives up waiting may go on later.
    pub(crate) async fn sync(&mut self) -> Result<(), MediaError> {
        self.start_writing().await?;
        let (file, buffer) = self.idle().await?;
        self.disk = Disk::Busy(spawn_blocking(move || {
            file.sync_data()?;
            Ok((file, buffer))
        }));
        let (file, buffer) = self.idle().await?;
        self.disk = Disk::Idle(file, buffer);
        Ok(())
    }

    async fn start_writing(&mut self) -> Result<(), MediaError> {
        let (mut file, empty) = self.idle().await?;
        let full = std::mem::replace(&mut self.filling, empty);
        self.disk = Disk::Busy(spawn_blocking(move || {
            let mut buffer = full;
            file.write_all(&buffer)?;
            buffer.clear();
            Ok((file, buffer))
        }));
        Ok(())
    }

    /// Waits until nothing is being written. If the caller gives up waiting, the next one waits for the same.
    async fn idle(&mut self) -> Result<(File, Vec<u8>), MediaError> {
        if let Disk::Busy(writing) = &mut self.disk {
            let written = writing.await;
            self.disk = Disk::Failed;
            let (file, buffer) = written??;
            return Ok((file, buffer));
        }
        match std::mem::replace(&mut self.disk, Disk::Failed) {
            Disk::Idle(file, buffer) => Ok((file, buffer)),
            Disk::Busy(_) | Disk::Failed => Err(MediaError::Io(io::Error::other(
                "an earlier part of the upload could not be written",
            ))),
        }
    }
}
