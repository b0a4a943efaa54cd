//! Log lines.

mod json_line;
mod log_filter;
#[cfg(test)]
mod written;

use std::io;

use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{Registry, fmt};

use self::json_line::{JsonLine, OnlyId};
pub use self::log_filter::{CurrentLogFilter, NoLog};
use crate::config::{Config, LogFormat};

/// The field of a request's span that has its id. No other span has a field of this name.
pub(crate) const REQUEST_ID: &str = "id";

/// What a process tells about itself while it runs.
#[derive(Debug)]
pub struct Telemetry {
    log_filter: CurrentLogFilter,
}

/// Something else of this process writes log lines already.
#[derive(Debug, thiserror::Error)]
#[error("cannot write log lines")]
pub struct StartError(#[from] TryInitError);

/// Writes log lines to standard error from now on; standard output belongs to what commands answer.
///
/// # Errors
/// [`StartError`].
pub fn start(config: &Config) -> Result<Telemetry, StartError> {
    let (filter, log_filter) = CurrentLogFilter::new(&config.log);
    let lines = lines(config.log_format);
    Registry::default().with(filter).with(lines).try_init()?;
    Ok(Telemetry { log_filter })
}

impl Telemetry {
    /// Which lines are written, to be changed while it runs.
    #[must_use]
    pub fn log_filter(&self) -> &CurrentLogFilter {
        &self.log_filter
    }
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
