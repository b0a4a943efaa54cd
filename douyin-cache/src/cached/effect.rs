//! What a write changes of what is remembered, and who sees to it that everybody learns of it.

use std::sync::Arc;

use douyin_core::{StoreError, UserId};

use super::memory::{Memory, Sharing};
use super::to_the_end::to_the_end;
use super::versions::Topic;

/// What a write changes.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// What shows it; `None` where that is not known.
    pub(super) topics: Option<Vec<Topic>>,
    /// Whose write it is; nobody where that is not known.
    pub(super) writers: Vec<UserId>,
    /// Whose marks it changes.
    pub(super) marks_of: Option<UserId>,
}

/// A write under way. However it ends, what shows it is read anew from then on.
struct UnderWay {
    memory: Arc<Memory>,
    effect: Effect,
    is_touched: bool,
}

impl UnderWay {
    fn begin(memory: Arc<Memory>, effect: Effect) -> Self {
        if let Some(viewer) = effect.marks_of {
            memory.viewers.begin(viewer);
        }
        let is_touched = false;
        Self {
            memory,
            effect,
            is_touched,
        }
    }

    fn nothing_was_done(&mut self) {
        self.is_touched = true;
    }

    /// Says what was written; the marks that it changed stand from then on.
    fn touch(&mut self) {
        self.is_touched = true;
        match &self.effect.topics {
            Some(topics) => {
                let slots: Vec<_> = topics.iter().map(|topic| topic.slot()).collect();
                self.memory.versions.touch(&slots);
            }
            None => self.memory.versions.touch_everything(),
        }
    }

    /// What was begun may be done at any moment.
    fn doubt(&self) {
        if let Some(viewer) = self.effect.marks_of {
            let max_age = self.memory.shelves.load().options.max_age;
            self.memory.viewers.doubt(viewer, max_age);
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if !self.is_touched {
            self.doubt();
            self.touch();
        }
        if let Some(viewer) = self.effect.marks_of {
            self.memory.viewers.end(viewer);
        }
    }
}

impl Memory {
    /// Performs a write. By the time that it is answered, nothing older is shown: by nobody of this process, and to its writers by no
    /// process. Where its caller goes away it is brought to its end all the same.
    pub(super) async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        effect: Effect,
        write: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.write_unless(|_| false, effect, write).await
    }

    /// The same for a write whose answer can say that nothing was done.
    pub(super) async fn write_unless<T: Send + 'static>(
        self: &Arc<Self>,
        did_nothing: impl FnOnce(&T) -> bool + Send + 'static,
        effect: Effect,
        write: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut under_way = UnderWay::begin(Arc::clone(self), effect);
        to_the_end(async move {
            let answer = write.await;
            match &answer {
                // These did nothing.
                Err(StoreError::NotFound(_) | StoreError::Taken | StoreError::OverQuota) => {
                    under_way.nothing_was_done();
                    return answer;
                }
                Err(_) => under_way.doubt(),
                Ok(done) if did_nothing(done) => {
                    under_way.nothing_was_done();
                    return answer;
                }
                Ok(_) => {}
            }
            under_way.touch();
            let writers = std::mem::take(&mut under_way.effect.writers);
            let memory = Arc::clone(&under_way.memory);
            // The marks stand again, whatever the others take.
            drop(under_way);
            memory.tell_peers(&writers).await;
            answer
        })
        .await
    }

    async fn tell_peers(&self, writers: &[UserId]) {
        match &self.sharing {
            Sharing::Alone => {}
            Sharing::With(_) if writers.is_empty() => {
                let max_age = self.shelves.load().options.max_age;
                tokio::time::sleep(max_age).await;
            }
            Sharing::With(peers) => peers.wrote(writers).await,
        }
    }
}
