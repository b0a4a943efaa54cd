use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What it does with the bytes that go through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Forward,
    /// Forwards so many bytes of both directions together, and ends all connections then, and new ones.
    CutAfter(u64),
    /// Forwards so many bytes, and none after them.
    StallAfter(u64),
}

/// Stands between a storage and its server.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    mode: watch::Sender<Mode>,
    passed: Arc<AtomicU64>,
    connections: Arc<AtomicU64>,
}

impl Proxy {
    pub(crate) async fn before(endpoint: &str) -> Self {
        let upstream: SocketAddr = endpoint.strip_prefix("http://").unwrap().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mode, following) = watch::channel(Mode::Forward);
        let (passed, connections) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (counter, accepted) = (Arc::clone(&passed), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::Relaxed);
                let (mode, counter) = (following.clone(), Arc::clone(&counter));
                tokio::spawn(async move {
                    // Whoever is cut off hears of it by the end of the connection.
                    let _ = connect(client, upstream, mode, &counter).await;
                });
            }
        });
        Self {
            address,
            mode,
            passed,
            connections,
        }
    }

    /// From here on, counted from here.
    pub(crate) fn set(&self, mode: Mode) {
        self.passed.store(0, Ordering::SeqCst);
        self.mode.send_replace(mode);
    }

    /// Bytes that went through since the mode was set.
    pub(crate) fn passed(&self) -> u64 {
        self.passed.load(Ordering::SeqCst)
    }

    /// Connections that were opened so far.
    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

async fn connect(
    client: TcpStream,
    upstream: SocketAddr,
    mode: watch::Receiver<Mode>,
    passed: &AtomicU64,
) -> io::Result<()> {
    let server = TcpStream::connect(upstream).await?;
    let (client, server) = (client.into_split(), server.into_split());
    let (there, back) = (mode.clone(), mode);
    tokio::select! {
        ended = forward(client.0, server.1, there, passed) => ended,
        ended = forward(server.0, client.1, back, passed) => ended,
    }
}

async fn forward(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut mode: watch::Receiver<Mode>,
    passed: &AtomicU64,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let now = *mode.borrow_and_update();
        let beyond = |most| passed.load(Ordering::SeqCst) >= most;
        match now {
            Mode::CutAfter(most) if beyond(most) => {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            Mode::StallAfter(most) if beyond(most) => {
                mode.changed().await.map_err(io::Error::other)?;
                continue;
            }
            _ => {}
        }
        let length = tokio::select! {
            length = from.read(&mut buffer) => length?,
            changed = mode.changed() => {
                changed.map_err(io::Error::other)?;
                continue;
            }
        };
        if length == 0 {
            return Ok(());
        }
        passed.fetch_add(length as u64, Ordering::SeqCst);
        to.write_all(&buffer[..length]).await?;
    }
}
