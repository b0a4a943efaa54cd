//! Answers `GET /` with a body of a given size and nothing else, through the accept loop and the layers of the real server:
//! what a feed page could reach at most, if it cost nothing to assemble. `scripts/load` measures against it.
//!
//! `static_body BYTES`

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bytes::Bytes;
use douyin_http::config::{Config, Sources};
use douyin_http::metrics::Metrics;
use douyin_http::server::{Offer, ServerLimits, instrument, listen, serve};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let size = std::env::args().nth(1).ok_or("how many bytes?")?.parse()?;
    let body = Bytes::from(vec![b'x'; size]);
    let answer = get(async move || ([(CONTENT_TYPE, "application/json")], body.clone()));
    let limits = ServerLimits::of(&Config::load(&Sources::default())?);
    let listener = listen(([127, 0, 0, 1], 0).into(), "nothing").await?;
    println!(
        "a body of {size} bytes is ready on http://{}",
        listener.local_addr()?
    );
    let metrics = Metrics::new();
    let routes = instrument(Router::new().route("/", answer), &limits, &metrics);
    let _drained = serve(
        listener,
        Offer::new(routes, limits, &metrics),
        &metrics,
        std::future::pending(),
    )
    .await;
    Ok(())
}
