//! Which uploads there may be, and which one goes for another one.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;

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
    /// came in of for longest. Where all of them go on in all, however slowly, it is one of the network with the most.
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
        let is_idle = |kept: &&Kept| is_idle(kept.1, now);
        let has_room = if of_network.len() >= bounds.of_network {
            self.remove_one(of_network.into_iter().filter(is_idle))?
        } else if all.len() >= bounds.in_all {
            self.remove_one(all.iter().filter(is_idle))?
                || self.remove_one(of_largest_network(&all, new.network))?
        } else {
            true
        };
        if has_room {
            Ok(())
        } else {
            Err(ResumableError::Full)
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

    /// Removes the one of these that nothing came in of for longest, but for those that somebody has; `false` where there is none.
    fn remove_one<'a>(&self, among: impl IntoIterator<Item = &'a Kept>) -> io::Result<bool> {
        let mut among: Vec<&Kept> = among.into_iter().collect();
        among.sort_unstable_by_key(|(_, progress)| progress.at);
        for (upload, progress) in among {
            // Whoever has it is about to go on with it, or has just done so.
            if let Some(Ok(taken)) = self.take(upload.id)?
                && taken.progress == *progress
            {
                tracing::info!(video = %upload.id, "an unfinished upload made room for another one");
                return self.remove(&taken).map(|()| true);
            }
        }
        Ok(false)
    }
}

/// The uploads of the network with the most, which still has no fewer than the newcomer's then: whoever has all places cannot keep them with
/// a byte an hour. Unknown networks neither take any nor lose any: many people may be in them.
fn of_largest_network(all: &[Kept], newcomer: Option<IpAddr>) -> Vec<&Kept> {
    let mut by_network = BTreeMap::<IpAddr, Vec<&Kept>>::new();
    for kept in all {
        if let Some(network) = kept.0.network {
            by_network.entry(network).or_default().push(kept);
        }
    }
    let Some(newcomer) = newcomer else {
        return Vec::new();
    };
    let own = by_network.get(&newcomer).map_or(0, Vec::len);
    let larger = by_network
        .into_values()
        .filter(|theirs| theirs.len() > own + 1);
    larger.max_by_key(Vec::len).unwrap_or_default()
}

fn is_idle(progress: ResumableProgress, now: Timestamp) -> bool {
    let patience = if progress.offset == 0 {
        UNUSED_MILLIS
    } else {
        IDLE_MILLIS
    };
    progress.at.plus_millis(patience) <= now
}
