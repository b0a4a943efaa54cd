//! What an export of traces has in it (`opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`), as far as tests ask.

use std::fmt::Write as _;

/// A field of a message in the wire format of Protocol Buffers.
enum Field<'b> {
    Number(u64),
    Bytes(&'b [u8]),
}

/// A span.
#[derive(Debug)]
pub(super) struct SentSpan {
    pub(super) name: String,
    pub(super) trace_id: String,
    pub(super) id: String,
    /// Empty where it has none.
    pub(super) parent_id: String,
    attributes: Vec<(String, String)>,
}

impl SentSpan {
    /// The value of an attribute, as a text.
    #[track_caller]
    pub(super) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        &found.unwrap_or_else(|| panic!("no {name} in {self:?}")).1
    }
}

/// The service that tells it.
pub(super) fn service_name(export: &[u8]) -> String {
    let resources = messages(export, 1).flat_map(|spans| messages(spans, 1));
    let attributes: Vec<_> = resources
        .flat_map(|resource| attributes(resource, 1))
        .collect();
    let name = attributes
        .into_iter()
        .find(|(key, _)| key == "service.name");
    name.expect("a service has a name").1
}

/// All spans in it.
pub(super) fn spans(export: &[u8]) -> Vec<SentSpan> {
    let scopes = messages(export, 1).flat_map(|resource| messages(resource, 2));
    let spans = scopes.flat_map(|scope| messages(scope, 2));
    spans
        .map(|span| SentSpan {
            name: text(span, 5),
            trace_id: hexadecimal(span, 1),
            id: hexadecimal(span, 2),
            parent_id: hexadecimal(span, 4),
            attributes: attributes(span, 9),
        })
        .collect()
}

fn attributes(message: &[u8], number: u64) -> Vec<(String, String)> {
    let pairs = messages(message, number);
    pairs
        .map(|pair| {
            let value = messages(pair, 2).next().expect("an attribute has a value");
            let shown = fields(value).into_iter().map(|(_, value)| match value {
                Field::Number(number) => number.to_string(),
                Field::Bytes(text) => String::from_utf8_lossy(text).into_owned(),
            });
            (text(pair, 1), shown.collect())
        })
        .collect()
}

fn messages(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    fields(message)
        .into_iter()
        .filter_map(move |(found, value)| match value {
            Field::Bytes(bytes) if found == number => Some(bytes),
            _ => None,
        })
}

fn text(message: &[u8], number: u64) -> String {
    let bytes = messages(message, number).next().unwrap_or_default();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn hexadecimal(message: &[u8], number: u64) -> String {
    let bytes = messages(message, number).next().unwrap_or_default();
    let mut digits = String::new();
    for byte in bytes {
        write!(digits, "{byte:02x}").expect("a text takes every text");
    }
    digits
}

fn fields(mut message: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        let value = match key & 7 {
            0 => Field::Number(varint(&mut message)),
            1 => Field::Bytes(take(&mut message, 8)),
            2 => {
                let length = varint(&mut message);
                Field::Bytes(take(&mut message, usize::try_from(length).unwrap()))
            }
            5 => Field::Bytes(take(&mut message, 4)),
            other => panic!("wire type {other}"),
        };
        fields.push((key >> 3, value));
    }
    fields
}

fn varint(message: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let byte = take(message, 1)[0];
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}

fn take<'b>(message: &mut &'b [u8], length: usize) -> &'b [u8] {
    let (taken, rest) = message.split_at(length);
    *message = rest;
    taken
}
