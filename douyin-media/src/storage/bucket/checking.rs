use std::sync::atomic::Ordering;

use douyin_core::MediaKey;
use object_store::list::{PaginatedListOptions, PaginatedListStore as _};
use object_store::path::Path as ObjectPath;
use object_store::{Error, ObjectStore as _, ObjectStoreExt as _, PutMode};

use super::{Bucket, attributes};
use crate::MediaError;
use crate::error::{StorageAway, brief};
use crate::staging::PROBE;

impl Bucket {
    /// Stores an object that nobody serves, reads it and removes it: what a wrong name, key or right shows at.
    ///
    /// # Errors
    /// [`MediaError::Away`] where the service cannot be reached or fails; [`MediaError::Bucket`] where it refuses.
    pub(super) async fn try_everything(&self) -> Result<(), MediaError> {
        if let Err(error) = self.s3.credentials().get_credential().await {
            return Err(MediaError::Bucket {
                problem: format!(
                    "there are no credentials: set media.s3_access_key and media.s3_secret_key, or what AWS takes them from \
                     ({})",
                    brief(&error)
                ),
            });
        }
        let tried = async {
            self.try_list().await?;
            self.try_object().await
        };
        tried.await.map_err(|error| {
            if self.wire.breaker().is_failing() {
                return MediaError::Away(StorageAway::because(&error).into());
            }
            MediaError::Bucket {
                problem: brief(&error),
            }
        })
    }

    /// A bucket that is not there is told from objects that are not there only by who may list it.
    async fn try_list(&self) -> Result<(), Error> {
        let one = PaginatedListOptions {
            max_keys: Some(1),
            ..PaginatedListOptions::default()
        };
        let prefix = Some(self.location.prefix.as_ref()).filter(|prefix| !prefix.is_empty());
        match self.s3.list_paginated(prefix, one).await {
            Err(error) if error.to_string().contains("AccessDenied") => {
                tracing::warn!(
                    "the bucket may not be listed (s3:ListBucket), so it does not tell what is not there from what is not allowed"
                );
                Ok(())
            }
            listed => listed.map(drop),
        }
    }

    async fn try_object(&self) -> Result<(), Error> {
        // Of a name of its own: several servers may start at once.
        let name = attributes(&MediaKey::new(PROBE)).map_err(super::generic)?;
        let name = name.iter().find_map(|(key, value)| {
            matches!(key, object_store::Attribute::Metadata(_)).then(|| value.to_string())
        });
        let name = format!("{PROBE}/{}", name.unwrap_or_default());
        let path = self.path(&MediaKey::new(name));
        let create = || {
            let content = PROBE.into();
            self.s3.put_opts(&path, content, PutMode::Create.into())
        };
        let first = create().await;
        let takes_conditions = match first {
            Ok(_) => {
                let again = create().await;
                matches!(again, Err(Error::AlreadyExists { .. }))
            }
            Err(error) if is_not_implemented(&error) => {
                self.s3.put(&path, PROBE.into()).await?;
                false
            }
            Err(error) => return Err(error),
        };
        if !takes_conditions {
            tracing::warn!(
                "the bucket's service cannot be told to replace no object; that no two videos have one id is what keeps them apart"
            );
        }
        self.takes_conditions
            .store(takes_conditions, Ordering::Relaxed);
        let read = self.read_back(&path).await;
        self.s3.delete(&path).await?;
        read
    }

    async fn read_back(&self, path: &ObjectPath) -> Result<(), Error> {
        let content = self.s3.get(path).await?.bytes().await?;
        if content == PROBE.as_bytes() {
            return Ok(());
        }
        Err(super::generic(std::io::Error::other(
            "what was stored is not what is read",
        )))
    }
}

fn is_not_implemented(error: &Error) -> bool {
    matches!(error, Error::NotImplemented { .. }) || error.to_string().contains("NotImplemented")
}
