use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use ureq::Agent;

/// The most that is read of an answer.
const ANSWER_BYTES: u64 = 1 << 20;

/// Speaks HTTP with a collector. It blocks: the SDK asks on a thread of its own, where nobody else waits.
#[derive(Debug)]
pub(super) struct Collector(Agent);

impl Collector {
    pub(super) fn new(patience: Duration) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(patience))
            .build();
        Self(agent.into())
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.0.run(request.map(Vec::from))?;
        let (head, mut body) = answer.into_parts();
        let bytes = body.with_config().limit(ANSWER_BYTES).read_to_vec()?;
        Ok(Response::from_parts(head, bytes.into()))
    }
}
