use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries it, in requests and answers.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

const MAX_LENGTH: usize = 64;

/// What tells the log lines of a request from others; handlers find it among the request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// That of the client or of a proxy, if it is one that can stand in a log; a new one otherwise.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match headers.get(HEADER) {
            Some(given) if is_sane(given) => Self(given.clone()),
            _ => Self::new(),
        }
    }

    /// The process's start and a count: random bytes for each request would cost a system call.
    fn new() -> Self {
        static PROCESS: OnceLock<u32> = OnceLock::new();
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let process =
            PROCESS.get_or_init(|| getrandom::u32().unwrap_or_else(|_| std::process::id()));
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let text = format!("{process:08x}-{count:x}");
        Self(HeaderValue::from_str(&text).expect("hexadecimal digits can stand in a header"))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(super) fn into_header(self) -> HeaderValue {
        self.0
    }
}

fn is_sane(id: &HeaderValue) -> bool {
    (1..=MAX_LENGTH).contains(&id.len())
        && id
            .as_bytes()
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(given: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_str(given).unwrap());
        RequestId::of(&headers).as_str().to_owned()
    }

    #[test]
    fn a_sane_id_is_kept_and_any_other_replaced() {
        let longest = "a".repeat(64);
        for sane in ["7", "trace_1.2-3", longest.as_str()] {
            assert_eq!(of(sane), sane);
        }
        for other in ["", "a b", "a\"b", "<script>", &"a".repeat(65)] {
            assert_ne!(of(other), other);
        }
    }

    #[test]
    fn new_ids_differ() {
        assert_ne!(RequestId::new(), RequestId::new());
    }
}
