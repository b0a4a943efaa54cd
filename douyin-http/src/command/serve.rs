mod open_files;
mod signals;

use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use self::signals::Signals;
use super::{Failure, print};
use crate::api::with_fallbacks;
use crate::config::Config;
use crate::metrics::Metrics;
use crate::open::Service;
use crate::server::{Drain, ServerLimits, instrument, listen, serve};
use crate::telemetry::Telemetry;

/// How long closing the database may take. Who is killed meanwhile loses nothing that was acknowledged either.
const CLOSING: Duration = Duration::from_secs(5);

/// Serves until `SIGTERM` or `SIGINT`, and then until running requests are finished, the drain deadline, or another signal.
pub(super) async fn run(config: &Config, _telemetry: &Telemetry) -> Result<ExitCode, Failure> {
    let mut signals = Signals::new()?;
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
    let service = Service::open(config, &address.to_string()).await?;
    let metrics = Metrics::new();
    let limits = limits(config);
    let health = service.health();
    let admin = with_fallbacks(health.clone().routes().merge(metrics.routes()));
    let routes = with_fallbacks(service.routes().merge(health.routes()));
    let routes = instrument(routes, &limits, &metrics);
    let url = format!("http://{address}");
    let admin_address = admin_listener.as_ref().map(TcpListener::local_addr);
    let admin_url = admin_address
        .transpose()?
        .map(|address| format!("http://{address}"));

    let (stop, stopped) = oneshot::channel::<()>();
    let serving = serve(listener, routes, limits, &metrics, async move {
        // A sender that is gone means the same.
        let _ = stopped.await;
    });
    let watching = service.watch();
    let administering = administer(admin_listener, admin, limits);
    print(&format!("douyin is ready on {url}"))?;
    tracing::info!(%url, admin_url, "ready");

    let drain = {
        // Dropped at the end of the block, with whatever is cut off, so that closing has nothing of theirs to wait for.
        tokio::pin!(serving, watching, administering);
        let mut stop = Some(stop);
        loop {
            tokio::select! {
                drain = &mut serving => break Some(drain),
                never = &mut watching => match never {},
                () = &mut administering => {}
                signal = signals.next() => match stop.take() {
                    Some(stop) => {
                        tracing::info!(signal, "finishing what is running");
                        drop(stop);
                    }
                    None => break None,
                },
            }
        }
    };
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

/// Those of the configuration, within what the system allows.
fn limits(config: &Config) -> ServerLimits {
    let mut limits = ServerLimits::of(config);
    let allowed = open_files::connections_allowed();
    if limits.connections > allowed {
        tracing::info!(
            allowed,
            "the limit of open files allows fewer connections than server.max_connections"
        );
        limits.connections = allowed;
    }
    limits
}

/// Serves health and metrics for as long as it is polled.
async fn administer(listener: Option<TcpListener>, routes: Router, limits: ServerLimits) {
    match listener {
        Some(listener) => {
            let forever = std::future::pending();
            let uncounted = Metrics::new();
            let (Drain::Complete | Drain::Cut(_)) =
                serve(listener, routes, limits, &uncounted, forever).await;
        }
        None => std::future::pending().await,
    }
}
