use std::fmt;
use std::io;

use serde::Serializer as _;
use serde::ser::SerializeMap as _;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_serde::{AsSerde as _, SerdeMapVisitor};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// One flat JSON object a line: time, level, target, the id of the request that it belongs to, and what is said.
///
/// Not the format of the library: that one knows the innermost span, which may be a step of the request without its id, or an array of
/// all, in which few tools for logs look. It also reads back as JSON what it has written of the spans, for every line.
pub(super) struct JsonLine;

/// Of a span's fields its id, as a text.
pub(super) struct OnlyId;

impl<S> FormatEvent<S, OnlyId> for JsonLine
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, OnlyId>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut timestamp = String::with_capacity(27);
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        let mut write = || -> Result<(), serde_json::Error> {
            let mut serializer = serde_json::Serializer::new(Bytes(&mut writer));
            let mut line = serializer.serialize_map(None)?;
            line.serialize_entry("timestamp", &timestamp)?;
            let metadata = event.metadata();
            line.serialize_entry("level", &metadata.level().as_serde())?;
            line.serialize_entry("target", metadata.target())?;
            for span in context.event_scope().into_iter().flatten() {
                let extensions = span.extensions();
                let id = extensions.get::<FormattedFields<OnlyId>>();
                if let Some(id) = id.filter(|id| !id.fields.is_empty()) {
                    line.serialize_entry("request_id", id.fields.as_str())?;
                    break;
                }
            }
            let mut fields = SerdeMapVisitor::new(line);
            event.record(&mut fields);
            fields.finish()
        };
        write().map_err(|_| fmt::Error)?;
        writer.write_char('\n')
    }
}

impl<'w> FormatFields<'w> for OnlyId {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut id = Id {
            writer,
            written: Ok(()),
        };
        fields.record(&mut id);
        id.written
    }
}

struct Id<'w> {
    writer: Writer<'w>,
    written: fmt::Result,
}

impl Visit for Id<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == super::REQUEST_ID {
            self.written = self.writer.write_str(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

/// What takes texts, as something that takes bytes.
struct Bytes<'a, 'w>(&'a mut Writer<'w>);

impl io::Write for Bytes<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_str(text).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tracing_subscriber::layer::SubscriberExt as _;
    use tracing_subscriber::{Registry, fmt};

    use super::super::written::Written;
    use super::*;

    fn lines(say: impl FnOnce()) -> Vec<Value> {
        let written = Written::default();
        let writer = written.clone();
        let layer = fmt::layer().with_writer(move || writer.clone());
        let layer = layer.fmt_fields(OnlyId).event_format(JsonLine);
        tracing::subscriber::with_default(Registry::default().with(layer), say);
        let text = written.text();
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn a_line_is_one_flat_object_whatever_is_in_it() {
        let hostile = "\"},\n{\u{0}\u{1F3AC}";
        let lines = lines(|| tracing::warn!(count = 3, is = true, none = None::<u32>, "{hostile}"));
        let mut line = lines[0].clone();
        let at = line["timestamp"].take();
        assert!(at.as_str().unwrap().ends_with('Z'), "{at}");
        let expected = json!({
            "timestamp": null, "level": "WARN", "target": "douyin_http::telemetry::json_line::tests",
            "message": hostile, "count": 3, "is": true,
        });
        assert_eq!(line, expected);
        assert_eq!(lines.len(), 1);
    }

    #[test]
    fn a_line_has_the_id_of_its_request_however_deep_in_it() {
        let lines = lines(|| {
            let request = tracing::error_span!("request", id = "7-a", route = "/feed");
            let _in_request = request.enter();
            let step = tracing::info_span!("step", bytes = 3);
            let _in_step = step.enter();
            tracing::info!("within");
            request.in_scope(|| tracing::info!(parent: None, "beside"));
        });
        assert_eq!(lines[0]["request_id"], "7-a");
        assert_eq!(lines[1].get("request_id"), None);
    }
}
