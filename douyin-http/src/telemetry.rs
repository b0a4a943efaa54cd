//! Log lines.

use std::io;

use tracing_subscriber::fmt;

use crate::config::{LogFilter, LogFormat};

/// Writes log lines to standard error from now on; standard output belongs to what commands answer.
///
/// # Errors
/// Where something else of this process writes log lines already.
pub fn start(
    filter: &LogFilter,
    format: LogFormat,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let lines = fmt()
        .with_env_filter(filter.to_filter())
        .with_writer(io::stderr);
    match format {
        LogFormat::Pretty => lines
            .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
            .try_init(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .try_init(),
    }
}
