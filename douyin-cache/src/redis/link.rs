//! The connection: made, probed and given up in the background, used by everybody.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use redis::aio::MultiplexedConnection;
use redis::{Client, RedisError, RedisResult};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::stats::Counters;
use super::{RedisOptions, Unavailable, connection};

/// So many operations in a row may go unanswered before the connection is given up.
const PATIENCE: u32 = 3;

/// How often a connection that stands is probed. Messages that it does not bring would not be missed otherwise.
const PROBE: Duration = Duration::from_secs(1);

/// Between two attempts to connect, give or take a fifth, so that a server which comes back does not meet everybody at once.
const PAUSE: Duration = Duration::from_millis(250);

pub(super) struct Link {
    client: Client,
    pub(super) prefix: String,
    /// Where revocations are published.
    pub(super) channel: String,
    timeout: Duration,
    session: ArcSwapOption<Session>,
    /// Numbers the connections.
    made: AtomicU64,
    given_up: Notify,
    pub(super) revoked: Notify,
    pub(super) stats: Counters,
}

/// A connection from when it was made until it is given up.
pub(super) struct Session {
    /// Greater than that of any connection before.
    pub(super) number: u64,
    connection: MultiplexedConnection,
    /// Operations in a row that were not answered.
    unanswered: AtomicU32,
    /// Whether the server throws keys away when its memory is full, or does not tell.
    evicts: AtomicBool,
}

impl Session {
    /// To ask with.
    pub(super) fn connection(&self) -> MultiplexedConnection {
        self.connection.clone()
    }

    /// Whether what is written may be gone at any moment.
    pub(super) fn evicts(&self) -> bool {
        self.evicts.load(Ordering::Relaxed)
    }
}

impl Link {
    pub(super) fn new(client: Client, options: &RedisOptions) -> Self {
        Self {
            client,
            prefix: options.prefix.clone(),
            channel: format!("{}revoked", options.prefix),
            timeout: options.timeout,
            session: ArcSwapOption::empty(),
            made: AtomicU64::new(0),
            given_up: Notify::new(),
            revoked: Notify::new(),
            stats: Counters::default(),
        }
    }

    /// Host and port, or path.
    pub(super) fn server(&self) -> String {
        self.client.get_connection_info().addr().to_string()
    }

    /// The connection, where there is one: what fails costs nothing.
    pub(super) fn session(&self) -> Result<Arc<Session>, Unavailable> {
        self.session.load_full().ok_or(Unavailable)
    }

    /// Waits for what is asked over a connection, within the time limit.
    pub(super) async fn bounded<T>(
        &self,
        session: &Session,
        answer: impl Future<Output = RedisResult<T>>,
    ) -> Result<T, Unavailable> {
        match timeout(self.timeout, answer).await {
            Ok(Ok(answer)) => {
                session.unanswered.store(0, Ordering::Relaxed);
                self.stats.answered.count();
                Ok(answer)
            }
            Ok(Err(error)) => {
                self.stats.failures.count();
                if is_of_the_connection(&error) {
                    self.give_up(session.number, &error.to_string());
                } else {
                    tracing::debug!(%error, "Redis refused");
                }
                Err(Unavailable)
            }
            Err(_elapsed) => {
                self.stats.timeouts.count();
                let unanswered = session.unanswered.fetch_add(1, Ordering::Relaxed) + 1;
                if unanswered >= PATIENCE {
                    self.give_up(session.number, "it does not answer");
                }
                Err(Unavailable)
            }
        }
    }

    /// Something may have been revoked.
    pub(super) fn hear(&self) {
        self.stats.revocations.count();
        self.revoked.notify_one();
    }

    /// Uses a connection no more; nothing where another has taken its place.
    pub(super) fn give_up(&self, number: u64, reason: &str) {
        let current = self.session.load();
        if let Some(session) = current.as_ref().filter(|it| it.number == number) {
            let previous = self.session.compare_and_swap(session, None);
            if previous.as_ref().is_some_and(|it| it.number == number) {
                tracing::warn!(server = self.server(), reason, "Redis is away");
                self.given_up.notify_one();
            }
        }
    }

    /// Connects, and uses the connection once the server has answered in time.
    async fn connect(self: &Arc<Self>) -> RedisResult<Arc<Session>> {
        let number = self.made.fetch_add(1, Ordering::Relaxed) + 1;
        let mut connection = connection::connect(&self.client, self, number).await?;
        let evicts = match timeout(self.timeout, evicts(&mut connection, false)).await {
            Ok(told) => told?,
            Err(elapsed) => return Err(RedisError::from(std::io::Error::from(elapsed))),
        };
        let session = Arc::new(Session {
            number,
            connection,
            unanswered: AtomicU32::new(0),
            evicts: AtomicBool::new(evicts),
        });
        self.session.store(Some(Arc::clone(&session)));
        Ok(session)
    }

    /// Probes a connection until it is given up.
    async fn watch(&self, session: &Session) {
        while self
            .session
            .load()
            .as_ref()
            .is_some_and(|it| it.number == session.number)
        {
            tokio::select! {
                () = self.given_up.notified() => {}
                () = sleep(PROBE) => {
                    let mut connection = session.connection();
                    let probe = evicts(&mut connection, session.evicts());
                    if let Ok(evicts) = self.bounded(session, probe).await {
                        session.evicts.store(evicts, Ordering::Relaxed);
                    }
                }
            }
        }
    }
}

/// Keeps the connection, for ever.
pub(super) async fn keep(link: Arc<Link>) {
    // A server that stays away for the same reason is said once.
    let mut said = String::new();
    loop {
        match link.connect().await {
            Ok(session) => {
                said.clear();
                link.stats.connections.count();
                tracing::info!(server = link.server(), "Redis is there");
                // What was published while nobody listened was missed.
                link.revoked.notify_one();
                link.watch(&session).await;
            }
            Err(error) => {
                link.stats.failed_connections.count();
                let reason = error.to_string();
                if reason != said {
                    tracing::warn!(server = link.server(), reason, "cannot connect to Redis");
                    said = reason;
                }
            }
        }
        sleep(PAUSE.mul_f64(fastrand::f64().mul_add(0.4, 0.8))).await;
    }
}

/// Whether the server evicts, or may for all that it tells; a warning where that was not so `before`.
async fn evicts(connection: &mut MultiplexedConnection, before: bool) -> RedisResult<bool> {
    let told: RedisResult<String> = redis::cmd("INFO")
        .arg("memory")
        .query_async(connection)
        .await;
    let reason = match told {
        Ok(info) => match connection::evicts(&info) {
            Some(false) => return Ok(false),
            Some(true) => {
                "it throws keys away when its memory is full: its maxmemory-policy has to be noeviction".to_owned()
            }
            None => "its INFO memory does not tell whether it throws keys away".to_owned(),
        },
        Err(error) if is_of_the_connection(&error) => return Err(error),
        Err(refused) => {
            format!("it has to allow its user the command INFO, to tell whether it throws keys away: {refused}")
        }
    };
    if !before {
        tracing::warn!(reason, "nothing is remembered for readers with this Redis");
    }
    Ok(true)
}

/// Whether another connection may do better: this one broke, or leads to a server that does not take part.
fn is_of_the_connection(error: &RedisError) -> bool {
    use redis::{ErrorKind, ServerErrorKind};
    error.is_unrecoverable_error()
        || error.is_io_error()
        || error.code() == Some("NOAUTH")
        || matches!(
            error.kind(),
            ErrorKind::AuthenticationFailed
                | ErrorKind::Server(
                    ServerErrorKind::ReadOnly
                        | ServerErrorKind::MasterDown
                        | ServerErrorKind::BusyLoading
                )
        )
}
