//! A connection that is closed when its client lets it wait.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{Instant, Sleep, sleep};

/// Which requests of a connection have begun and ended, as its service sees them.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    begun: AtomicU64,
    ended: AtomicU64,
    any: Notify,
}

/// A request that is being handled, until it is dropped.
pub(super) struct Handling(Arc<Exchanges>);

impl Exchanges {
    pub(super) fn begin(self: &Arc<Self>) -> Handling {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.any.notify_one();
        Handling(Arc::clone(self))
    }

    /// Waits until a request has begun.
    pub(super) async fn first(&self) {
        self.any.notified().await;
    }

    fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    fn ended(&self) -> u64 {
        self.ended.load(Ordering::Relaxed)
    }

    fn is_handling(&self) -> bool {
        self.begun() != self.ended()
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// A stream whose reads and writes fail with `TimedOut` when the client has
/// - begun a request's head and not finished it within `header`;
/// - neither sent nor taken a byte for `idle`, with no request being handled. That covers keep-alive, and answers that are not read.
///
/// Bodies have their own deadline, and handlers as much time as they need.
pub(super) struct TimedStream<S> {
    stream: S,
    exchanges: Arc<Exchanges>,
    header: Duration,
    idle: Duration,
    /// The number of requests begun when the head that is being read began.
    head: Option<u64>,
    /// How many requests had ended when that was last looked at.
    ended: u64,
    deadline: Pin<Box<Sleep>>,
}

impl<S> TimedStream<S> {
    pub(super) fn new(
        stream: S,
        exchanges: Arc<Exchanges>,
        header: Duration,
        idle: Duration,
    ) -> Self {
        Self {
            stream,
            exchanges,
            header,
            idle,
            head: None,
            ended: 0,
            deadline: Box::pin(sleep(idle)),
        }
    }

    fn is_reading_head(&self) -> bool {
        self.head == Some(self.exchanges.begun())
    }

    /// Bytes came from the client.
    fn received(&mut self) {
        if !self.is_reading_head() && !self.exchanges.is_handling() {
            self.head = Some(self.exchanges.begun());
            self.deadline.as_mut().reset(Instant::now() + self.header);
        }
    }

    /// Bytes went to the client, or nothing is expected of it.
    fn rest(&mut self) {
        if !self.is_reading_head() {
            self.deadline.as_mut().reset(Instant::now() + self.idle);
        }
    }

    /// Ready with an error when the client has let it wait for too long.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        let ended = self.exchanges.ended();
        if self.exchanges.is_handling() || self.ended != ended {
            self.ended = ended;
            self.rest();
        }
        ready!(self.deadline.as_mut().poll(context));
        Poll::Ready(io::ErrorKind::TimedOut.into())
    }

    /// What came of a write: progress, or a client that does not read.
    fn written(
        &mut self,
        context: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match result {
            Poll::Ready(result) => {
                self.ended = self.exchanges.ended();
                self.rest();
                Poll::Ready(result)
            }
            Poll::Pending => self.poll_patience(context).map(Err),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(result) => {
                if buffer.filled().len() > before {
                    self.received();
                }
                Poll::Ready(result)
            }
            Poll::Pending => self.poll_patience(context).map(Err),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
