use std::sync::{Arc, Mutex};

use douyin_core::{
    BcryptHasher, Douyin, DouyinBuilder, Event, EventSink, ManualClock, MediaKey, Timestamp,
    Upload, UserId, VideoId,
};
use douyin_store_mem::MemStore;

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// The domain with everything that a test wants to move or look at.
pub(crate) struct Stage {
    pub(crate) douyin: Douyin,
    pub(crate) clock: Arc<ManualClock>,
    events: Arc<Events>,
}

#[derive(Default)]
struct Events(Mutex<Vec<Event>>);

impl EventSink for Events {
    fn emit(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(adjust: impl FnOnce(DouyinBuilder) -> DouyinBuilder) -> Self {
        let (clock, events) = (Arc::new(ManualClock::new(NOW)), Arc::new(Events::default()));
        // The lowest cost there is: the tests are not about how long hashing takes.
        let hasher = Arc::new(BcryptHasher::new(4).unwrap());
        let builder = Douyin::builder_with_hasher(Arc::new(MemStore::new()), hasher)
            .clock(Arc::clone(&clock) as _)
            .events(Arc::clone(&events) as _);
        Self {
            douyin: adjust(builder).build(),
            clock,
            events,
        }
    }

    pub(crate) async fn users<const N: usize>(&self) -> [UserId; N] {
        let mut users = Vec::new();
        for number in 0..N {
            let name = format!("user {number}");
            users.push(self.douyin.register(&name, "secret").await.unwrap());
        }
        users.try_into().unwrap()
    }

    /// Publishes now; answers the instant too.
    pub(crate) async fn publish(&self, author: UserId) -> (VideoId, Timestamp) {
        let id = self.douyin.new_video_id().unwrap();
        let upload = Upload {
            id,
            title: "title".to_owned(),
            play: MediaKey::new("videos/1.mp4"),
            cover: MediaKey::new("covers/1.jpg"),
            bytes: 0,
        };
        (id, self.douyin.publish(author, upload).await.unwrap())
    }

    /// What was told since the last look.
    pub(crate) fn told(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.0.lock().unwrap())
    }
}
