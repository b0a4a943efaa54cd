use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use http::StatusCode;
use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::{Client, Error as ClientError, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector as Connect, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    HttpResponse, HttpResponseBody, HttpService,
};

use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};

use super::breaker::Breaker;
use crate::error::StorageAway;
use crate::{BucketOptions, BucketStats};

/// What a connection takes in at a time: the most that somebody who downloads slowly holds in memory.
const READ_BUFFER: usize = 256 << 10;

/// The HTTP client of a bucket, with time limits, a circuit breaker and counters. Clones are the same.
///
/// Of the server's own HTTP library instead of `reqwest`, which `object_store` would bring otherwise: that has one time limit for an answer and for
/// the request before it, so that a part of 8 MiB on a slow line and a service that does not answer could not be told apart.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    client: Client<TimeoutConnector<HttpsConnector<HttpConnector>>, HttpRequestBody>,
    way: Arc<Way>,
}

/// What became of all requests.
#[derive(Debug, Default)]
struct Way {
    breaker: Breaker,
    requests: AtomicU64,
    failed: AtomicU64,
    refused: AtomicU64,
    sent_bytes: AtomicU64,
    received_bytes: AtomicU64,
}

impl Wire {
    /// # Errors
    /// Where the certificates that this system trusts cannot be read.
    pub(super) fn new(options: &BucketOptions) -> io::Result<Self> {
        let provider = rustls::crypto::ring::default_provider();
        let builder = HttpsConnectorBuilder::new();
        let is_plain = (options.endpoint.as_deref()).is_some_and(|url| url.starts_with("http://"));
        let builder = match builder.with_provider_and_native_roots(provider.clone()) {
            // Some containers have no certificates, and need none for this.
            Err(_) if is_plain => {
                HttpsConnectorBuilder::new().with_tls_config(without_roots(provider)?)
            }
            builder => builder?,
        };
        // What is asked for unencrypted is decided by the endpoint's scheme, which a person wrote down.
        let connector = builder.https_or_http().enable_http1().build();
        let mut connector = TimeoutConnector::new(connector);
        connector.set_connect_timeout(Some(options.connect_time));
        connector.set_read_timeout(Some(options.stall_time));
        connector.set_write_timeout(Some(options.stall_time));
        // Who still takes what is sent has not stalled.
        connector.set_reset_reader_on_write(true);
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            // Before the time limit for stalls ends them.
            .pool_idle_timeout(options.stall_time / 2)
            .http1_max_buf_size(READ_BUFFER)
            .build(connector);
        Ok(Self {
            client,
            way: Arc::default(),
        })
    }

    /// What lets requests through.
    pub(super) fn breaker(&self) -> &Breaker {
        &self.way.breaker
    }

    pub(super) fn stats(&self) -> BucketStats {
        let Way {
            breaker,
            requests,
            failed,
            refused,
            sent_bytes,
            received_bytes,
        } = &*self.way;
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        BucketStats {
            is_away: breaker.is_open(),
            requests: count(requests),
            failed: count(failed),
            refused: count(refused),
            sent_bytes: count(sent_bytes),
            received_bytes: count(received_bytes),
        }
    }
}

impl Connect for Wire {
    /// One client for the bucket and for the services that credentials come from.
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Wire {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let Way {
            breaker,
            requests,
            failed,
            refused,
            sent_bytes,
            ..
        } = &*self.way;
        let Some(attempt) = breaker.attempt() else {
            refused.fetch_add(1, Ordering::Relaxed);
            // Of a kind that is not tried again.
            return Err(HttpError::new(
                HttpErrorKind::Unknown,
                StorageAway::default(),
            ));
        };
        requests.fetch_add(1, Ordering::Relaxed);
        let length = request.body().content_length() as u64;
        match self.client.request(request).await {
            Ok(response) => {
                sent_bytes.fetch_add(length, Ordering::Relaxed);
                if is_outage(response.status()) {
                    failed.fetch_add(1, Ordering::Relaxed);
                    attempt.failed();
                } else {
                    attempt.succeeded();
                }
                let way = Arc::clone(&self.way);
                let (head, body) = response.into_parts();
                let body = body
                    .map_frame(move |frame| {
                        let length = frame.data_ref().map_or(0, bytes::Bytes::len);
                        way.received_bytes
                            .fetch_add(length as u64, Ordering::Relaxed);
                        frame
                    })
                    .map_err(|error| HttpError::new(kind_of(&error), error));
                Ok(HttpResponse::from_parts(head, HttpResponseBody::new(body)))
            }
            Err(error) => {
                failed.fetch_add(1, Ordering::Relaxed);
                attempt.failed();
                Err(HttpError::new(kind_of_failed(&error), error))
            }
        }
    }
}

/// What trusts nobody.
fn without_roots(provider: CryptoProvider) -> io::Result<ClientConfig> {
    let builder = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    Ok(builder
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

/// Whether it is an answer that everybody would get. Of one who asks for something that is not implemented it says nothing.
fn is_outage(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
}

fn kind_of_failed(error: &ClientError) -> HttpErrorKind {
    if error.is_connect() {
        return HttpErrorKind::Connect;
    }
    kind_of(error)
}

/// Everything that is no time limit may have come to the service or not, and is tried again where that does no harm.
fn kind_of(error: &(dyn StdError + 'static)) -> HttpErrorKind {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<io::Error>()
            && io.kind() == io::ErrorKind::TimedOut
        {
            return HttpErrorKind::Timeout;
        }
        cause = error.source();
    }
    HttpErrorKind::Interrupted
}
