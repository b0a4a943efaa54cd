use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use axum::Router;
use axum::http::{HeaderValue, header};

use super::{ServerLimits, instrument};
use crate::api::{Failure, Language, Status};
use crate::metrics::Metrics;

/// What is served and how much of it is allowed, exchanged as a whole while it is served. Clones are the same offer.
///
/// A request is answered by the routes that were offered when it began. A connection keeps the deadlines that it began with.
#[derive(Clone)]
pub struct Offer {
    offered: Arc<ArcSwap<Offered>>,
    ends: Arc<AtomicBool>,
}

struct Offered {
    served: Arc<Terms>,
    turned_away: Arc<Terms>,
}

/// What a connection gets.
pub(super) struct Terms {
    pub(super) routes: Router,
    pub(super) limits: ServerLimits,
}

/// Which terms a connection is under.
pub(super) type TermsOf = fn(&Offer) -> Arc<Terms>;

impl Offer {
    /// Offers routes within limits.
    #[must_use]
    pub fn new(routes: Router, limits: ServerLimits, metrics: &Metrics) -> Self {
        let offered = Offered::new(routes, limits, metrics);
        Self {
            offered: Arc::new(ArcSwap::from_pointee(offered)),
            ends: Arc::default(),
        }
    }

    /// Offers others from now on. Nothing that is running is cut: where fewer connections are allowed than there are, those that
    /// are over the limit stay until they end.
    pub fn replace(&self, routes: Router, limits: ServerLimits, metrics: &Metrics) {
        self.offered
            .store(Arc::new(Offered::new(routes, limits, metrics)));
    }

    /// Ends every connection with its next answer: clients come back on a new one, by way of whatever balances the load.
    pub fn end_connections(&self) {
        self.ends.store(true, Ordering::Relaxed);
    }

    pub(super) fn ends_connections(&self) -> bool {
        self.ends.load(Ordering::Relaxed)
    }

    /// For those who are served.
    pub(super) fn served(&self) -> Arc<Terms> {
        Arc::clone(&self.offered.load().served)
    }

    /// For those for whom there is no place: an answer that says so, with little patience.
    pub(super) fn turned_away(&self) -> Arc<Terms> {
        Arc::clone(&self.offered.load().turned_away)
    }
}

impl Offered {
    fn new(routes: Router, limits: ServerLimits, metrics: &Metrics) -> Self {
        let full = Router::new().fallback(async |language: Language| {
            let mut answer = Failure::new(Status::Busy).retry_after(1).answer(language);
            let close = HeaderValue::from_static("close");
            answer.headers_mut().insert(header::CONNECTION, close);
            answer
        });
        let impatient = limits.clone().impatient();
        let turned_away = Terms {
            routes: instrument(full, &impatient, metrics),
            limits: impatient,
        };
        Self {
            served: Arc::new(Terms { routes, limits }),
            turned_away: Arc::new(turned_away),
        }
    }
}
