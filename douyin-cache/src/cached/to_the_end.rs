use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

type Work<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Work that goes on without whoever waits for it, if they go away once it has begun.
pub(super) struct ToTheEnd<T: Send + 'static> {
    work: Option<Work<T>>,
    has_begun: bool,
}

/// Does work on the caller's task, and the rest of it on one of its own where the caller goes away. A write whose future is dropped may
/// still be committed: only who is there by then can say so to the others.
pub(super) fn to_the_end<T: Send>(work: impl Future<Output = T> + Send + 'static) -> ToTheEnd<T> {
    ToTheEnd {
        work: Some(Box::pin(work)),
        has_begun: false,
    }
}

impl<T: Send> Future for ToTheEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.has_begun = true;
        // Taken, so that what panics is dropped and not polled again.
        let taken = self.work.take();
        let mut work = taken.expect("a future that is ready is not polled again");
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            self.work = Some(work);
        }
        polled
    }
}

impl<T: Send> Drop for ToTheEnd<T> {
    fn drop(&mut self) {
        let work = self.work.take().filter(|_| self.has_begun);
        // Without a runtime the process is ending, and with it whatever is remembered.
        if let (Some(work), Ok(runtime)) = (work, Handle::try_current()) {
            drop(runtime.spawn(async move {
                work.await;
            }));
        }
    }
}
