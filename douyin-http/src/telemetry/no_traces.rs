//! A build without traces.

use axum::http::{HeaderMap, StatusCode};
use tracing::Span;
use tracing_subscriber::layer::Identity;

use super::StartError;
use crate::api::Status;
use crate::config::Config;

/// Nothing is sent anywhere.
#[derive(Debug)]
pub(super) enum Traces {}

impl Traces {
    /// None.
    ///
    /// # Errors
    /// [`StartError::NoTraces`] where the configuration wants them.
    pub(super) fn start(config: &Config) -> Result<Option<(Self, Identity)>, StartError> {
        match config.otlp_endpoint {
            Some(_) => Err(StartError::NoTraces),
            None => Ok(None),
        }
    }

    pub(super) fn finish(self) {
        match self {}
    }
}

/// The span of a request.
pub(crate) fn span(id: &str, _method: &str, _route: &str, _headers: &HeaderMap) -> Span {
    super::request_span(id)
}

/// Tells the trace of a request how it ended.
pub(crate) const fn answered(_span: &Span, _http: StatusCode, _status: Option<Status>) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    #[test]
    fn a_collector_is_refused_by_a_build_that_would_send_it_nothing() {
        let endpoint = (
            "DOUYIN_OTLP_ENDPOINT".into(),
            "http://127.0.0.1:4318".into(),
        );
        let sources = Sources {
            environment: vec![endpoint],
            ..Sources::default()
        };
        let refused = Traces::start(&Config::load(&sources).unwrap());
        let said = refused.err().unwrap().to_string();
        assert!(said.contains("--features otlp"), "{said}");
        assert!(matches!(
            Traces::start(&Config::load(&Sources::default()).unwrap()),
            Ok(None)
        ));
    }
}
