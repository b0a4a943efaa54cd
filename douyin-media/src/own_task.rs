//! Work that goes on to its end though its caller goes away.

use tokio::runtime::Handle;
use tokio::task::JoinError;
use tracing::{Instrument as _, Span};

/// Works in a task of its own: dropped halfway, it could store files after the clean-up had looked for them. What comes of it is handed to
/// `discard` where the caller goes away before having it.
pub(crate) async fn see_through<T, E, D>(
    work: impl Future<Output = Result<T, E>> + Send + 'static,
    discard: impl FnOnce(T) -> D + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<JoinError> + Send + 'static,
    D: Future<Output = ()> + Send + 'static,
{
    let span = Span::current();
    let working = async move {
        let made = work.await?;
        Ok::<_, E>(Unclaimed(Some((made, discard)), span))
    };
    Ok(tokio::spawn(working.in_current_span()).await??.claim())
}

/// What was made, until its caller has it.
struct Unclaimed<T, F, D>(Option<(T, F)>, Span)
where
    F: FnOnce(T) -> D,
    D: Future<Output = ()> + Send + 'static;

impl<T, F, D> Unclaimed<T, F, D>
where
    F: FnOnce(T) -> D,
    D: Future<Output = ()> + Send + 'static,
{
    fn claim(mut self) -> T {
        match self.0.take() {
            Some((made, _)) => made,
            None => unreachable!("only this and dropping take it"),
        }
    }
}

impl<T, F, D> Drop for Unclaimed<T, F, D>
where
    F: FnOnce(T) -> D,
    D: Future<Output = ()> + Send + 'static,
{
    fn drop(&mut self) {
        // Without a runtime the process ends: what is marked is left for the next sweep.
        if let Some((made, discard)) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(discard(made).instrument(self.1.clone()));
        }
    }
}
