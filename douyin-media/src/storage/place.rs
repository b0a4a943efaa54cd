use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use douyin_core::MediaKey;
use futures_util::TryStreamExt as _;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _};

use super::{Extent, MediaFile};
use crate::MediaError;
use crate::stats::BucketStats;

/// Where files lie, under the names of [`crate::key`].
#[async_trait]
pub(super) trait Place: Debug + Send + Sync {
    /// Takes a file whose contents are on the disk already, so that it survives a loss of power. The file is in the folder of
    /// its upload, where notes may be left for [`Place::forget`].
    ///
    /// # Errors
    /// [`MediaError::Exists`] where there is a file of that name, which stays as it is; otherwise where files or the place
    /// fail, and then the file may be stored.
    async fn put(&self, from: PathBuf, key: &MediaKey) -> Result<(), MediaError>;

    /// Opens a file of which `extent` is likely to be read; `None` where there is none of that name.
    async fn get(
        &self,
        key: &MediaKey,
        content_type: &'static str,
        extent: Extent,
    ) -> Result<Option<MediaFile>, MediaError>;

    /// Where a file of that name is on this machine; `None` where the place has no files of its own.
    fn local_path(&self, key: &MediaKey) -> Option<PathBuf>;

    /// Removes a file, if it is there.
    async fn remove(&self, key: &MediaKey) -> Result<(), MediaError>;

    /// Removes the entries of a folder of names whose names begin so, with all that is in them: of `streams/42` those of `7-` are what
    /// `7-1` and `7-2` lead to.
    async fn remove_all(&self, folder: &str, beginning: &str) -> Result<(), MediaError>;

    /// Gives up what was begun of an upload whose folder this is, and is not stored under any name yet.
    async fn forget(&self, upload: &Path) -> Result<(), MediaError>;

    /// Answers `Ok` if files can be stored, as far as that can be known for nothing.
    async fn ping(&self) -> Result<(), MediaError>;

    /// Finds out whether all that is needed of it is there and allowed, at the price of some requests.
    async fn check(&self) -> Result<(), MediaError>;

    /// Fails at once where whatever is asked of it now would fail too.
    fn admit(&self) -> Result<(), MediaError>;

    /// A URL at which anybody may read the file for so long, by `HEAD` or else by `GET`; `None` where the place has no such.
    async fn signed_url(
        &self,
        key: &MediaKey,
        head: bool,
        valid: Duration,
    ) -> Result<Option<String>, MediaError>;

    /// The origin of such URLs.
    fn signed_origin(&self) -> Option<&str>;

    /// What was asked of it over the network; `None` where that is never done.
    fn stats(&self) -> Option<BucketStats>;
}

/// [`Place::remove_all`] of objects whose names all begin with `prefix`.
pub(super) async fn remove_objects(
    objects: &dyn ObjectStore,
    prefix: &ObjectPath,
    folder: &str,
    beginning: &str,
) -> Result<(), MediaError> {
    let within: ObjectPath = prefix
        .parts()
        .chain(ObjectPath::from(folder).parts())
        .collect();
    let mut found = objects.list(Some(&within));
    while let Some(object) = found.try_next().await? {
        let entry = object
            .location
            .prefix_match(&within)
            .and_then(|mut rest| rest.next());
        if !entry.is_some_and(|entry| entry.as_ref().starts_with(beginning)) {
            continue;
        }
        match objects.delete(&object.location).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
