mod open_files;
mod signals;

use std::convert::Infallible;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::MissedTickBehavior;

use self::signals::{Hangups, Signals};
use super::{Failure, print};
use crate::api::with_fallbacks;
use crate::config::{Config, Sources};
use crate::health::Health;
use crate::metrics::Metrics;
use crate::open::{Configured, Live, Service};
use crate::server::{Drain, Offer, ServerLimits, instrument, listen, serve};
use crate::telemetry::Telemetry;

/// How often the files of the configuration are looked at; what changed is read when it was the same twice.
const LOOKS: Duration = Duration::from_millis(500);

/// How long closing the database may take. Who is killed meanwhile loses nothing that was acknowledged either.
const CLOSING: Duration = Duration::from_secs(5);

/// Serves until `SIGTERM` or `SIGINT`, and then until running requests are finished, the drain deadline, or another signal.
pub(super) async fn run(
    sources: &Sources,
    config: &Config,
    telemetry: &Telemetry,
) -> Result<ExitCode, Failure> {
    let (mut signals, hangups) = (Signals::new()?, Hangups::new()?);
    // Before anything else: a port that is taken is the likeliest failure, and touches nothing.
    let listener = listen(config.listen, "--listen or DOUYIN_LISTEN").await?;
    let admin_listener = match config.admin_listen {
        Some(address) => Some(
            listen(
                address,
                "--admin-listen or DOUYIN_ADMIN_LISTEN (empty for none)",
            )
            .await?,
        ),
        None => None,
    };
    let address = listener.local_addr()?;
    let service = Arc::new(Service::open(config, &address.to_string()).await?);
    let metrics = service.metrics();
    let health = service.health();
    let admin = with_fallbacks(health.clone().routes().merge(metrics.routes()));
    let admin = Offer::new(admin, limits(config), &Metrics::new());
    let configured = service.configure(config, None)?;
    let front = Front {
        service: Arc::clone(&service),
        health: health.clone(),
        metrics: metrics.clone(),
    };
    let (routes, limits) = front.of(config, &configured);
    let offer = Offer::new(routes, limits, &metrics);
    let live = Live::new(
        Arc::clone(&service),
        sources.clone(),
        (config.clone(), configured),
        {
            let (offer, log_filter) = (offer.clone(), telemetry.log_filter().clone());
            move |config, configured| {
                if let Err(error) = log_filter.replace(&config.log) {
                    // There is no log to say it in.
                    eprintln!("{error}");
                }
                let (routes, limits) = front.of(config, configured);
                offer.replace(routes, limits, &front.metrics);
            }
        },
    );
    metrics.add(live.reloads().clone());
    let url = format!("http://{address}");
    let admin_address = admin_listener.as_ref().map(TcpListener::local_addr);
    let admin_url = admin_address
        .transpose()?
        .map(|address| format!("http://{address}"));

    let work = service.work(config);
    metrics.add(work.clone());
    let mut workers = work.start();
    let (stop, stopped) = oneshot::channel::<()>();
    let delay = config.shutdown_delay_seconds.seconds();
    let serving = serve(listener, offer.clone(), &metrics, async move {
        // A sender that is gone means the same.
        let _ = stopped.await;
        health.leave();
        offer.end_connections();
        tokio::time::sleep(delay).await;
    });
    let watching = service.keep();
    let following = follow(live, hangups);
    let administering = administer(admin_listener, admin);
    print(&format!("douyin is ready on {url}"))?;
    tracing::info!(%url, admin_url, "ready");

    let drain = {
        // Dropped at the end of the block, with whatever is cut off, so that closing has nothing of theirs to wait for.
        tokio::pin!(serving, watching, following, administering);
        let mut stop = Some(stop);
        loop {
            tokio::select! {
                drain = &mut serving => break Some(drain),
                never = &mut watching => match never {},
                never = &mut following => match never {},
                () = &mut administering => {}
                signal = signals.next() => match stop.take() {
                    Some(stop) => {
                        tracing::info!(signal, "finishing what is running");
                        drop(stop);
                        workers.stop();
                    }
                    None => break None,
                },
            }
        }
    };
    workers.ended(CLOSING).await;
    service.close(CLOSING).await;
    Ok(match drain {
        Some(Drain::Complete) => ExitCode::SUCCESS,
        Some(Drain::Cut(connections)) => {
            tracing::warn!(connections, "the drain deadline cut requests off");
            ExitCode::FAILURE
        }
        None => {
            tracing::warn!("a second signal cut requests off");
            ExitCode::FAILURE
        }
    })
}

/// What every configuration is served with.
struct Front {
    service: Arc<Service>,
    health: Health,
    metrics: Metrics,
}

impl Front {
    /// What is served by a configuration, and within which limits.
    fn of(&self, config: &Config, configured: &Configured) -> (Router, ServerLimits) {
        self.service.is_now(configured);
        let limits = limits(config);
        let routes = configured.routes().merge(self.health.clone().routes());
        let routes = instrument(with_fallbacks(routes), &limits, &self.metrics);
        (routes, limits)
    }
}

/// Keeps up with the configuration, for as long as it is polled.
async fn follow(live: Live, mut hangups: Hangups) -> Infallible {
    let live = Arc::new(Mutex::new(live));
    let mut ticks = tokio::time::interval(LOOKS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let follow = tokio::select! {
            _ = ticks.tick() => Live::follow,
            () = hangups.next() => Live::reload_now,
        };
        let live = Arc::clone(&live);
        let followed = tokio::task::spawn_blocking(move || {
            follow(&mut live.lock().unwrap_or_else(PoisonError::into_inner));
        });
        if let Err(error) = followed.await {
            tracing::error!(%error, "reading the configuration again was cut short");
        }
    }
}

/// Those of the configuration, within what the system allows.
fn limits(config: &Config) -> ServerLimits {
    let allowed = open_files::connections_allowed();
    if config.max_connections.size() > allowed {
        tracing::info!(
            allowed,
            "the limit of open files allows fewer connections than server.max_connections"
        );
    }
    ServerLimits::within(allowed, config)
}

/// Serves health and metrics for as long as it is polled.
async fn administer(listener: Option<TcpListener>, offer: Offer) {
    match listener {
        Some(listener) => {
            let forever = std::future::pending();
            let uncounted = Metrics::new();
            let (Drain::Complete | Drain::Cut(_)) =
                serve(listener, offer, &uncounted, forever).await;
        }
        None => std::future::pending().await,
    }
}
