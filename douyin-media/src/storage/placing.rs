use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use douyin_core::MediaKey;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStoreExt as _, WriteMultipart};
use tokio::task::spawn_blocking;

use super::MediaStorage;
use crate::MediaError;
use crate::durable::sync_folder;

/// Bytes of a part that is sent to a storage elsewhere; the smallest that S3 takes is 5 MiB.
const PART: usize = 5 << 20;

impl MediaStorage {
    /// Puts files, whose contents are on the disk already, into the storage, so that they survive a loss of power.
    pub(crate) async fn put_files<const N: usize>(
        &self,
        files: [(PathBuf, MediaKey); N],
    ) -> Result<(), MediaError> {
        let storage = self.clone();
        spawn_blocking(move || storage.staging().sync()).await??;
        if let Some(root) = &self.0.local {
            let root = root.clone();
            return Ok(spawn_blocking(move || move_into(&root, files)).await??);
        }
        for (from, key) in files {
            self.send(from, &key).await?;
        }
        Ok(())
    }

    async fn send(&self, from: PathBuf, key: &MediaKey) -> Result<(), MediaError> {
        let upload = self
            .0
            .objects
            .put_multipart(&ObjectPath::from(key.as_str()))
            .await?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART);
        let mut file = spawn_blocking(move || File::open(from)).await??;
        loop {
            let part;
            (file, part) = spawn_blocking(move || read_part(file)).await??;
            if part.is_empty() {
                break;
            }
            writer.wait_for_capacity(2).await?;
            writer.put(part.into());
        }
        writer.finish().await?;
        Ok(())
    }
}

fn read_part(file: File) -> io::Result<(File, Vec<u8>)> {
    let mut part = Vec::with_capacity(PART);
    (&file).take(PART as u64).read_to_end(&mut part)?;
    Ok((file, part))
}

fn move_into<const N: usize>(root: &Path, files: [(PathBuf, MediaKey); N]) -> io::Result<()> {
    for (from, key) in files {
        let to = root.join(key.as_str());
        match fs::rename(&from, &to) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => copy(&from, &to)?,
            moved => moved?,
        }
        if let Some(folder) = to.parent() {
            sync_folder(folder)?;
        }
    }
    Ok(())
}

/// A copy that is cut short is no harm: no row names it yet, and the upload's folder marks it for the sweep.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_moved_or_copied_with_its_contents() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("videos")).unwrap();
        let from = folder.path().join("upload");
        let to = folder.path().join("videos/1.mp4");
        fs::write(&from, "contents").unwrap();
        copy(&from, &to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"contents");
        move_into(
            folder.path(),
            [(from.clone(), MediaKey::new("videos/2.mp4"))],
        )
        .unwrap();
        assert_eq!(
            fs::read(folder.path().join("videos/2.mp4")).unwrap(),
            b"contents"
        );
        assert!(!from.exists());
    }
}
