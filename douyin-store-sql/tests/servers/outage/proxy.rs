//! A network between a store and its server that can be broken.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    Sound,
    /// Every connection ends as soon as it is made.
    Down,
    /// Connections stay, and nothing arrives on either side.
    Silent,
}

/// Stands between a store and its server, on a port of its own. Whatever is done to the network breaks the connections that there are.
pub(super) struct Proxy {
    pub(super) url: String,
    network: watch::Sender<Network>,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    connections: AtomicUsize,
    commits: AtomicUsize,
    loses_commits: AtomicBool,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Proxy {
    /// In front of the server of a URL.
    pub(super) async fn before(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (user, rest) = rest.split_once('@').expect("a user");
        let (server, database) = rest.split_once('/').expect("a database");
        let server: SocketAddr = server.parse().expect("a server of the tests is local");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (network, watched) = watch::channel(Network::Sound);
        let shared = Arc::<Shared>::default();
        let accepting = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    shared.connections.fetch_add(1, Ordering::Relaxed);
                    tokio::spawn(relay(client, server, watched.clone(), Arc::clone(&shared)));
                }
            }
        });
        Self {
            url: format!("{scheme}://{user}@{address}/{database}"),
            network,
            shared,
            accepting,
        }
    }

    pub(super) fn becomes(&self, network: Network) {
        self.network.send_replace(network);
    }

    /// From now on or no longer, a connection ends when the server has answered a commit, and before the answer arrives.
    pub(super) fn loses_commits(&self, loses: bool) {
        self.shared.loses_commits.store(loses, Ordering::Relaxed);
    }

    /// How many connections there have been.
    pub(super) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// How many commits arrived at the server whose answers were lost.
    pub(super) fn lost_commits(&self) -> usize {
        self.shared.commits.load(Ordering::Relaxed)
    }
}

/// Carries bytes both ways until something is done to the network.
async fn relay(
    mut client: TcpStream,
    server: SocketAddr,
    mut network: watch::Receiver<Network>,
    shared: Arc<Shared>,
) {
    if *network.borrow_and_update() == Network::Sound {
        let Ok(mut server) = TcpStream::connect(server).await else {
            return;
        };
        let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        loop {
            // What was done to the network comes before everything that was sent after it.
            tokio::select! {
                biased;
                _ = network.changed() => break,
                Ok(length @ 1..) = client.read(&mut asked) => {
                    let asked = &asked[..length];
                    if server.write_all(asked).await.is_err() {
                        return;
                    }
                    let commits = asked.ends_with(b"COMMIT") || asked.ends_with(b"COMMIT\0");
                    if commits && shared.loses_commits.load(Ordering::Relaxed) {
                        drop(server.read(&mut answered).await);
                        shared.commits.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
                }
                Ok(length @ 1..) = server.read(&mut answered) => {
                    if client.write_all(&answered[..length]).await.is_err() {
                        return;
                    }
                }
                else => return,
            }
        }
        if *network.borrow_and_update() == Network::Silent {
            drop(network.changed().await);
        }
    } else if *network.borrow() == Network::Silent {
        drop(network.changed().await);
    }
}
