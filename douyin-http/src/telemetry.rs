//! Log lines, and traces where they are built in.

mod json_line;
mod log_filter;
#[cfg(not(feature = "otlp"))]
mod no_traces;
#[cfg(feature = "otlp")]
mod traces;
#[cfg(test)]
mod written;

use std::io;

use tracing::Span;
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{Registry, fmt};

use self::json_line::{JsonLine, OnlyId};
pub use self::log_filter::{CurrentLogFilter, NoLog};
#[cfg(not(feature = "otlp"))]
use self::no_traces::Traces;
#[cfg(feature = "otlp")]
use self::traces::Traces;
use crate::config::{Config, LogFormat};

#[cfg(not(feature = "otlp"))]
pub(crate) use self::no_traces::{answered, span};
#[cfg(feature = "otlp")]
pub(crate) use self::traces::{answered, span};

/// The field of a request's span that has its id. No other span has a field of this name.
pub(crate) const REQUEST_ID: &str = "id";

/// What a process tells about itself while it runs.
#[derive(Debug)]
pub struct Telemetry {
    log_filter: CurrentLogFilter,
    traces: Option<Traces>,
}

/// Why a process cannot tell about itself.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Something else of this process writes log lines already.
    #[error("cannot write log lines")]
    Taken(#[from] TryInitError),
    /// Traces are wanted of a build that makes none.
    #[error(
        "this build makes no traces: build it with `--features otlp`, or leave otlp.endpoint unset"
    )]
    NoTraces,
    /// The collector is to be spoken to over TLS.
    #[error("otlp.endpoint has to begin with http://: for TLS, run a collector beside the server")]
    NoTls,
    /// The collector's address is of no use.
    #[error("cannot send traces to otlp.endpoint")]
    Collector(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Writes log lines to standard error from now on; standard output belongs to what commands answer.
///
/// # Errors
/// [`StartError`].
pub fn start(config: &Config) -> Result<Telemetry, StartError> {
    let (filter, log_filter) = CurrentLogFilter::new(&config.log);
    let traces = match Traces::start(config)? {
        None => {
            let lines = lines(config.log_format);
            Registry::default().with(filter).with(lines).try_init()?;
            None
        }
        // What is traced does not depend on what is logged.
        Some((traces, spans)) => {
            let lines = lines(config.log_format).with_filter(filter);
            Registry::default().with(lines).with(spans).try_init()?;
            Some(traces)
        }
    };
    Ok(Telemetry { log_filter, traces })
}

impl Telemetry {
    /// Which lines are written, to be changed while it runs.
    #[must_use]
    pub fn log_filter(&self) -> &CurrentLogFilter {
        &self.log_filter
    }

    /// Sends what is still to be sent, within a few seconds.
    pub fn finish(self) {
        if let Some(traces) = self.traces {
            traces.finish();
        }
    }
}

/// The span of a request. It is written with every line that is, so it must not be left out before any line is.
fn request_span(id: &str) -> Span {
    tracing::error_span!("request", id)
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span>,
{
    let lines = fmt::layer().with_writer(io::stderr);
    match format {
        LogFormat::Pretty => lines
            .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
            .boxed(),
        LogFormat::Json => lines.fmt_fields(OnlyId).event_format(JsonLine).boxed(),
    }
}
