//! Bodies that come too slowly.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::api::{BodyTooSlow, Failure, Language, Status};

/// So many bytes within the idle deadline count as progress: a byte now and then does not hold a connection for ever.
const PROGRESS: usize = 1024;

/// How long a request's body may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyDeadlines {
    pub(super) idle: Duration,
    pub(super) total: Duration,
}

/// Answers 408 where the request's body came too slowly, whatever the handler made of its sudden end.
pub(super) async fn refuse_slow(
    State(deadlines): State<BodyDeadlines>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let language = Language::of(request.headers(), request.extensions());
    let late = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| {
        Body::new(TimedBody {
            body,
            deadlines,
            late: Arc::clone(&late),
            end: Instant::now() + deadlines.total,
            window: None,
        })
    });
    let mut answer = next.run(request).await;
    // An endpoint recognises the error, and keeps the shape of its payload.
    if late.load(Ordering::Relaxed) && answer.status() != StatusCode::REQUEST_TIMEOUT {
        answer = Failure::new(Status::BodyTooSlow).answer(language);
    }
    // Some endpoints wait for less.
    if answer.status() == StatusCode::REQUEST_TIMEOUT {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    answer
}

/// A body that ends with an error when it makes no progress. Time in which nobody asks for more of it does not count towards
/// the idle deadline, only towards that of the whole body.
struct TimedBody {
    body: Body,
    deadlines: BodyDeadlines,
    late: Arc<AtomicBool>,
    end: Instant,
    /// Since the last progress, once there was something to wait for.
    window: Option<Window>,
}

struct Window {
    deadline: Pin<Box<Sleep>>,
    received: usize,
    /// Since when nobody has asked for more.
    unasked: Option<Instant>,
}

impl Window {
    /// Somebody asks for more: moves the deadline by the time in which nobody did.
    fn resume(&mut self, end: Instant) {
        if let Some(since) = self.unasked.take() {
            let deadline = self.deadline.deadline() + since.elapsed();
            self.deadline.as_mut().reset(deadline.min(end));
        }
    }
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Some(window) = &mut this.window {
            window.resume(this.end);
        }
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            if let (Some(window), Some(Ok(frame))) = (&mut this.window, &frame) {
                window.received += frame.data_ref().map_or(0, Bytes::len);
                window.unasked = Some(Instant::now());
                if window.received >= PROGRESS {
                    this.window = None;
                }
            }
            return Poll::Ready(frame);
        }
        let end = this.end.min(Instant::now() + this.deadlines.idle);
        let window = this.window.get_or_insert_with(|| Window {
            deadline: Box::pin(sleep_until(end)),
            received: 0,
            unasked: None,
        });
        std::task::ready!(window.deadline.as_mut().poll(context));
        this.late.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(axum::Error::new(BodyTooSlow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
