//! Connecting to a database that may be away, and waiting for one that may have fallen silent.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::engine::{ConnectionOf, Engine, Role};
use crate::error::Error;
use crate::options::SqlOptions;
use crate::stats::Meter;

/// How long a failure to connect stands for everybody's.
const FAILURE_HOLDS: Duration = Duration::from_millis(250);

/// How much longer than a server may work its answer is waited for.
const GRACE: Duration = Duration::from_secs(1);

/// Connects, or gives up on a server that does not answer.
pub(crate) async fn connect<E: Engine>(
    engine: &E,
    role: Role,
    longest_wait: Duration,
) -> Result<ConnectionOf<E>, sqlx::Error> {
    if !E::ON_SERVER {
        return engine.connect(role).await;
    }
    let connected = timeout(longest_wait, engine.connect(role)).await;
    connected.unwrap_or_else(|_| {
        let silence = format!("no answer within {longest_wait:?}");
        Err(io::Error::new(io::ErrorKind::TimedOut, silence).into())
    })
}

/// Connects to a database for everybody who needs a connection to it.
///
/// As soon as that fails there is one attempt at a time, and its failure is everybody's for a moment. Otherwise each of thousands
/// of requests would wait for an attempt of its own, and a server that starts would be met by all of them at once.
pub(crate) struct Connector<E> {
    engine: E,
    longest_wait: Duration,
    last_failure: Mutex<Option<(Instant, Error)>>,
    meter: Arc<Meter>,
}

impl<E: Engine> Connector<E> {
    pub(crate) fn new(engine: E, meter: Arc<Meter>, options: &SqlOptions) -> Self {
        Self {
            engine,
            longest_wait: options.connect_wait,
            last_failure: Mutex::default(),
            meter,
        }
    }

    pub(crate) async fn connect(&self, role: Role) -> Result<ConnectionOf<E>, Error> {
        let mut last_failure = self.last_failure.lock().await;
        if let Some((at, error)) = &*last_failure {
            if at.elapsed() < FAILURE_HOLDS {
                return Err(error.clone());
            }
            // The others wait for what comes of it.
            let connected = self.attempt(role).await;
            *last_failure = failure(&connected);
            return connected;
        }
        drop(last_failure);
        let connected = self.attempt(role).await;
        if let Some(failure) = failure(&connected) {
            *self.last_failure.lock().await = Some(failure);
        }
        connected
    }

    async fn attempt(&self, role: Role) -> Result<ConnectionOf<E>, Error> {
        let connected = connect(&self.engine, role, self.longest_wait).await;
        self.meter.count_connect(connected.is_ok());
        connected.map_err(Error::of::<E>)
    }
}

fn failure<T>(connected: &Result<T, Error>) -> Option<(Instant, Error)> {
    let error = connected.as_ref().err()?;
    Some((Instant::now(), error.clone()))
}

/// How long to wait for the answer of a server before it is taken for gone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeLimit(Option<Duration>);

impl TimeLimit {
    /// The limit of a statement that reads, and of a transaction that writes.
    pub(crate) fn of_statements<E: Engine>(options: &SqlOptions) -> Self {
        Self(E::ON_SERVER.then(|| options.statement_wait.saturating_add(GRACE)))
    }

    /// For what may take as long as it takes.
    pub(crate) const NONE: Self = Self(None);

    /// Waits for a piece of work. What it worked with is of no use after [`Error::TooSlow`], since the answer may still come.
    pub(crate) async fn on<T>(
        self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match self.0 {
            Some(limit) => timeout(limit, work).await.unwrap_or(Err(Error::TooSlow)),
            None => work.await,
        }
    }
}

/// How long a connection may have been idle to be used again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdleLimit(pub(crate) Option<Duration>);

impl IdleLimit {
    pub(crate) fn of<E: Engine>(options: &SqlOptions) -> Self {
        Self(E::ON_SERVER.then_some(options.idle_wait))
    }

    /// Whether a connection is of use that was last used then.
    pub(crate) fn allows(self, last_used: Instant) -> bool {
        self.0.is_none_or(|limit| last_used.elapsed() < limit)
    }
}
