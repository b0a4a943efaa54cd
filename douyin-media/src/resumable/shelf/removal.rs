//! What goes by itself.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use douyin_core::{Timestamp, VideoId};

use super::{Shelf, is_absent, is_damage};

/// So long after it was last changed a folder stays that is damaged: for whoever wants to know what happened to it.
const DAMAGED_KEPT_MILLIS: i64 = 24 * 3_600_000;

impl Shelf {
    /// Removes the uploads that have expired and the folders that are none any more, but for those that somebody has.
    pub(in crate::resumable) fn remove_expired(&self, now: Timestamp) -> io::Result<usize> {
        let mut removed = 0;
        for id in self.ids()? {
            let removing = match self.read(id) {
                Ok((upload, progress)) if upload.expires(progress) > now => continue,
                Ok(_) => self.remove_what_expired(id, now),
                Err(error) if is_damage(&error) && was_left(&self.folder_of(id), now) => {
                    tracing::warn!(%error, video = %id, "what is left of an upload is removed");
                    self.remove_damaged(id)
                }
                Err(error) if is_damage(&error) => continue,
                Err(error) => Err(error),
            };
            match removing {
                Ok(true) => removed += 1,
                Ok(false) => {}
                // The others go all the same.
                Err(error) => {
                    tracing::warn!(%error, video = %id, "an upload that has expired is left");
                }
            }
        }
        Ok(removed)
    }

    fn remove_what_expired(&self, id: VideoId, now: Timestamp) -> io::Result<bool> {
        match self.take(id)? {
            Some(Ok(taken)) if taken.upload.expires(taken.progress) <= now => {
                self.remove(&taken).map(|()| true)
            }
            _ => Ok(false),
        }
    }

    fn remove_damaged(&self, id: VideoId) -> io::Result<bool> {
        let _lock = match self.try_lock(id) {
            Ok(Some(Err(_))) => return Ok(false),
            Ok(lock) => lock,
            Err(error) if is_damage(&error) => None,
            Err(error) => return Err(error),
        };
        match self.remove_folder_of(id) {
            Err(error) if is_absent(&error) => Ok(false),
            removed => removed.map(|()| true),
        }
    }
}

/// Whether nothing has changed in a folder for so long that nobody is going to. What cannot be found out is no reason to remove it.
fn was_left(folder: &Path, now: Timestamp) -> bool {
    latest_change(folder).is_ok_and(|at| at.plus_millis(DAMAGED_KEPT_MILLIS) <= now)
}

fn latest_change(folder: &Path) -> io::Result<Timestamp> {
    let mut latest = fs::metadata(folder)?.modified()?;
    for entry in fs::read_dir(folder)? {
        latest = latest.max(entry?.metadata()?.modified()?);
    }
    Ok(instant(latest))
}

fn instant(time: SystemTime) -> Timestamp {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
