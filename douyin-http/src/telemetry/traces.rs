//! Traces by OpenTelemetry.
//!
//! A thread of the SDK's own sends them, out of a bounded queue: where the collector is away or stands still, spans are dropped and
//! nobody waits.

mod collector;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{Status as Outcome, TraceContextExt as _, TracerProvider as _};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider,
};
use tracing::{Metadata, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;

use self::collector::Collector;
use super::StartError;
use crate::api::Status;
use crate::config::Config;

/// How long the collector may take for what is sent at a time.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long the end of the process may wait for the last spans to be sent.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// Spans that wait to be sent, about a kilobyte each; more are dropped.
const QUEUE: usize = 4096;

/// Whether spans are sent. Requests whose spans nobody wants are not to pay for their description.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// Sends spans to a collector.
#[derive(Debug)]
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends spans from now on, as a layer of the log makes them, where the configuration says to whom.
    ///
    /// # Errors
    /// [`StartError::Collector`].
    pub(super) fn start<S>(
        config: &Config,
    ) -> Result<Option<(Self, impl Layer<S> + Send + Sync)>, StartError>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let Some(endpoint) = &config.otlp_endpoint else {
            return Ok(None);
        };
        let endpoint = endpoint.as_str().trim_end_matches('/');
        if !endpoint.starts_with("http://") {
            return Err(StartError::NoTls);
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new(PATIENCE))
            .with_endpoint(format!("{endpoint}/v1/traces"))
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| StartError::Collector(error.into()))?;
        let batches = BatchConfigBuilder::default().with_max_queue_size(QUEUE);
        let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches.build());
        let sampled = Sampler::TraceIdRatioBased(config.otlp_sample_ratio.get());
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder()
            .with_service_name("douyin-http")
            .with_attribute(version);
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_sampler(Sampler::ParentBased(Box::new(sampled)))
            .with_span_processor(processor.build())
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("douyin-http"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(is_ours));
        ACTIVE.store(true, Ordering::Relaxed);
        Ok(Some((Self(provider), layer)))
    }

    /// Sends what is still to be sent, within [`LAST_PATIENCE`].
    pub(super) fn finish(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_PATIENCE) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Spans of this workspace. Lines of the log stay in the log.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target().starts_with("douyin_")
}

/// The span of a request, which goes on with the trace that its caller has begun.
pub(crate) fn span(id: &str, method: &str, route: &str, headers: &HeaderMap) -> Span {
    if !ACTIVE.load(Ordering::Relaxed) {
        return super::request_span(id);
    }
    let span = tracing::error_span!(
        "request",
        id,
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
    );
    let caller = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    if caller.span().span_context().is_valid()
        && let Err(error) = span.set_parent(caller)
    {
        tracing::debug!(%error, "a trace of a caller could not be continued");
    }
    span
}

/// Tells the trace of a request how it ended.
pub(crate) fn answered(span: &Span, http: StatusCode, status: Option<Status>) {
    if !ACTIVE.load(Ordering::Relaxed) {
        return;
    }
    span.set_attribute("http.response.status_code", i64::from(http.as_u16()));
    if let Some(status) = status {
        span.set_attribute("douyin.status_code", i64::from(status.code()));
    }
    if http.is_server_error() || status.is_some_and(Status::is_fault) {
        span.set_status(Outcome::error(""));
    }
}
