//! Which uploads there may be, and which one goes for another one.

use douyin_core::Timestamp;

use super::Shelf;
use crate::resumable::{ResumableBounds, ResumableError, ResumableProgress, ResumableUpload};

/// What nothing came in of for so long makes room for others: a phone is expected to have a network again by then.
const IDLE_MILLIS: i64 = 60 * 60_000;
/// The same where nothing came in at all: a client begins to send at once.
const UNUSED_MILLIS: i64 = 5 * 60_000;

type Kept = (ResumableUpload, ResumableProgress);

impl Shelf {
    /// Makes sure that the bounds allow another upload: where there are too many in all, or of its network, the one goes that nothing
    /// came in of for longest.
    pub(super) fn make_room_for(
        &self,
        new: &ResumableUpload,
        bounds: ResumableBounds,
        now: Timestamp,
    ) -> Result<(), ResumableError> {
        let all = self.unexpired(now)?;
        let of_owner = all.iter().filter(|(upload, _)| upload.owner == new.owner);
        let lengths: Vec<u64> = of_owner.map(|(upload, _)| upload.length).collect();
        if lengths.len() >= bounds.of_one {
            return Err(ResumableError::TooMany);
        }
        let bytes = lengths.into_iter().fold(new.length, u64::saturating_add);
        if bounds.bytes_of_one.is_some_and(|most| bytes > most) {
            return Err(ResumableError::OverQuota);
        }
        let of_network = all
            .iter()
            .filter(|(upload, _)| new.network.is_some() && upload.network == new.network);
        let of_network: Vec<&Kept> = of_network.collect();
        if of_network.len() >= bounds.of_network {
            self.remove_most_idle(of_network, now)
        } else if all.len() >= bounds.in_all {
            self.remove_most_idle(all.iter().collect(), now)
        } else {
            Ok(())
        }
    }

    fn unexpired(&self, now: Timestamp) -> Result<Vec<Kept>, ResumableError> {
        let ids = self.ids()?.into_iter();
        // What cannot be read is none, and removed some day.
        let read = ids.filter_map(|id| self.read(id).ok());
        Ok(read
            .filter(|(upload, progress)| upload.expires(*progress) > now)
            .collect())
    }

    fn remove_most_idle(
        &self,
        mut among: Vec<&Kept>,
        now: Timestamp,
    ) -> Result<(), ResumableError> {
        among.retain(|(_, progress)| is_idle(*progress, now));
        among.sort_unstable_by_key(|(_, progress)| progress.at);
        for (upload, _) in among {
            // Whoever has it is about to go on with it, or has just done so.
            if let Some(Ok(taken)) = self.take(upload.id)?
                && is_idle(taken.progress, now)
            {
                tracing::info!(video = %upload.id, "an upload that nobody went on with made room for another one");
                return Ok(self.remove(&taken)?);
            }
        }
        Err(ResumableError::Full)
    }
}

fn is_idle(progress: ResumableProgress, now: Timestamp) -> bool {
    let patience = if progress.offset == 0 {
        UNUSED_MILLIS
    } else {
        IDLE_MILLIS
    };
    progress.at.plus_millis(patience) <= now
}
