use douyin_core::{Event, EventSink, TaskKind};
use tokio::sync::Notify;

/// Rings where this process has caused a job, so that nobody has to ask before it can be worked at.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    preparations: Notify,
    others: Notify,
}

impl Bell {
    /// Waits until it has rung for one of these kinds since somebody waited last.
    pub(super) async fn rung(&self, kinds: &[TaskKind]) {
        let rings = match kinds {
            [TaskKind::Prepare] => &self.preparations,
            _ => &self.others,
        };
        rings.notified().await;
    }
}

impl EventSink for Bell {
    fn emit(&self, event: Event) {
        match event {
            Event::Published { .. } => self.preparations.notify_one(),
            Event::VideoDeleted { .. } => self.others.notify_one(),
            _ => {}
        }
    }
}
