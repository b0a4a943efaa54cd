//! How many connections are served at once.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::Drain;
use crate::api::network_of;
use crate::metrics::Metrics;
use crate::places::{NoPlace, Place, Places};
use crate::server::connection::serve_connection;
use crate::server::offer::{Offer, TermsOf};

/// So many connections over the limit, but no more than that itself, are answered at once; further ones are closed without a word.
const TURNED_AWAY: usize = 256;

/// The connections that are being served.
pub(super) struct Admission {
    offer: Offer,
    served: Arc<Places<IpAddr>>,
    turned_away: Arc<Places<IpAddr>>,
    metrics: Metrics,
    /// Tells every connection to come to an end.
    stop: watch::Sender<()>,
    tasks: JoinSet<()>,
}

impl Admission {
    pub(super) fn new(offer: Offer, metrics: Metrics) -> Self {
        Self {
            offer,
            served: Arc::default(),
            turned_away: Arc::default(),
            metrics,
            stop: watch::Sender::default(),
            tasks: JoinSet::new(),
        }
    }

    /// Serves a connection where there is a place for it, tells it that there is none, or closes it.
    pub(super) fn admit(&mut self, stream: TcpStream, peer: SocketAddr) {
        let Some((place, terms)) = self.place(peer.ip()) else {
            return;
        };
        // Answers are written whole: waiting for more to send would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone before it was served");
        }
        let offer = self.offer.clone();
        let (stop, connected) = (self.stop.subscribe(), self.metrics.connected());
        self.tasks.spawn(async move {
            serve_connection(stream, peer, offer, terms, stop).await;
            drop((place, connected));
        });
    }

    fn place(&self, peer: IpAddr) -> Option<(Place<IpAddr>, TermsOf)> {
        let limits = &self.offer.served().limits;
        let (most, network) = (limits.connections, network_of(peer));
        let of_one = if limits.trusted_proxies.trusts(peer) {
            most
        } else {
            limits.connections_of_one
        };
        let away = TURNED_AWAY.min(most);
        let served = self.served.take(network, most, of_one);
        let served = served.map(|place| (place, Offer::served as TermsOf));
        let turned_away = |_| {
            let place = self.turned_away.take(network, away, away)?;
            Ok::<_, NoPlace>((place, Offer::turned_away as TermsOf))
        };
        served.or_else(turned_away).ok()
    }

    /// Waits until a connection ends; for ever where there is none.
    pub(super) async fn one_ended(&mut self) {
        match self.tasks.join_next().await {
            Some(ended) => report(ended),
            None => std::future::pending().await,
        }
    }

    /// Closes connections at rest and lets requests finish, within the time that the limits give them.
    pub(super) async fn drain(mut self) -> Drain {
        self.stop.send_replace(());
        let drain = self.offer.served().limits.drain;
        let all_ended = async {
            while let Some(ended) = self.tasks.join_next().await {
                report(ended);
            }
        };
        match tokio::time::timeout(drain, all_ended).await {
            Ok(()) => Drain::Complete,
            Err(_elapsed) => Drain::Cut(self.tasks.len()),
        }
    }
}

/// Handlers that panic are answered for; this would be a fault of the server's own.
fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "serving a connection failed");
    }
}
