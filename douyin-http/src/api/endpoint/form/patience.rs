//! Waiting for a form.

use super::pace::Pace;
use crate::api::error::{BodyTooSlow, Failure};
use crate::api::slots::Slot;
use crate::api::status::Status;

/// For how long a form is waited for.
#[derive(Debug)]
pub(super) struct Patience {
    /// Once its file has begun.
    pub(super) slot: Option<Slot>,
    /// Where it has to keep pace.
    pub(super) pace: Option<Pace>,
}

impl Patience {
    /// What comes next, unless it comes too slowly, or somebody else gets the slot meanwhile.
    pub(super) async fn wait<T, E>(
        &mut self,
        coming: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        let Self { slot, pace } = self;
        let lost = async {
            match slot {
                Some(slot) => slot.lost().await,
                None => std::future::pending().await,
            }
        };
        let too_slow = |slow: BodyTooSlow| Failure::new(Status::BodyTooSlow).because(slow);
        let in_time = async {
            let came = match pace {
                Some(pace) => pace.wait(coming).await.map_err(too_slow)?,
                None => coming.await,
            };
            Ok(came?)
        };
        tokio::select! {
            biased;
            lost = lost => Err(lost),
            came = in_time => came,
        }
    }

    /// So many bytes have come.
    pub(super) const fn count(&mut self, bytes: usize) {
        if let Some(pace) = &mut self.pace {
            pace.count(bytes);
        }
    }
}
