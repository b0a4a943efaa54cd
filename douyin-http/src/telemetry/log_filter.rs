use tracing_subscriber::reload::{self, Handle};
use tracing_subscriber::{EnvFilter, Registry};

use crate::config::LogFilter;

/// Which log lines of this process are written. Clones are the same.
#[derive(Debug, Clone)]
pub struct CurrentLogFilter(Handle<EnvFilter, Registry>);

/// The process has ended its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("log lines are not written any more")]
pub struct NoLog;

impl CurrentLogFilter {
    /// One that is to be laid over the lines, and the handle that replaces it.
    pub(super) fn new(filter: &LogFilter) -> (reload::Layer<EnvFilter, Registry>, Self) {
        let (layer, handle) = reload::Layer::new(filter.to_filter());
        (layer, Self(handle))
    }

    /// Writes those lines from now on that `filter` lets through.
    ///
    /// # Errors
    /// [`NoLog`]; then it is as it was.
    pub fn replace(&self, filter: &LogFilter) -> Result<(), NoLog> {
        self.0.reload(filter.to_filter()).map_err(|_| NoLog)
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::fmt;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::super::written::Written;
    use super::*;
    use crate::config::{Config, Sources};

    fn filter(text: &str) -> LogFilter {
        let environment = vec![("DOUYIN_LOG".into(), text.into())];
        let sources = Sources {
            environment,
            ..Sources::default()
        };
        Config::load(&sources).unwrap().log
    }

    #[test]
    fn a_filter_can_be_replaced_while_lines_are_written() {
        let written = Written::default();
        let writer = written.clone();
        let (layer, current) = CurrentLogFilter::new(&filter("warn"));
        let lines = fmt::layer().with_writer(move || writer.clone());
        let log = Registry::default().with(layer).with(lines);
        let say = |what: &str| tracing::info!("{what}");
        tracing::subscriber::with_default(log, || {
            say("before");
            current.replace(&filter("info")).unwrap();
            say("meanwhile");
            current.replace(&filter("info,douyin_http=warn")).unwrap();
            say("after");
        });
        let text = written.text();
        assert!(text.contains("meanwhile"), "{text}");
        assert!(
            !text.contains("before") && !text.contains("after"),
            "{text}"
        );
        assert_eq!(current.replace(&filter("info")), Err(NoLog));
    }
}
