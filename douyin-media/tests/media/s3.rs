//! A server of buckets, and buckets as somebody sees them who does not use what is tested: by signed URLs and a plain HTTP client.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use douyin_media::{Ffmpeg, MediaOptions};
use object_store::ClientOptions;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::path::Path as ObjectPath;
use object_store::signer::{SignedUrlOptions, Signer as _};
use ureq::http::{Method, Request, Response};
use ureq::{Agent, Body};

/// What the names of all objects of the tests begin with.
pub(crate) const PREFIX: &str = "some/where";

/// A server, and who may do everything there.
#[derive(Debug, Clone)]
pub(crate) struct S3Server {
    pub(crate) endpoint: String,
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
}

impl S3Server {
    /// The one of the tests, if there is one. Otherwise the case is skipped, which is said, and which CI does not do.
    pub(crate) fn of_the_tests(case: &str) -> Option<Self> {
        let url = std::env::var("DOUYIN_TEST_S3_URL").ok();
        if url.is_none() {
            let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!in_ci, "no server for {case}, and CI skips nothing");
            // Written past the capture of the test harness, which hides what a passing test prints.
            writeln!(std::io::stderr().lock(), "SKIPPED {case}: no server").unwrap();
        }
        url.as_deref().map(Self::of_url)
    }

    /// That of `http://KEY:SECRET@HOST:PORT`.
    pub(crate) fn of_url(url: &str) -> Self {
        let (user, host) = url
            .strip_prefix("http://")
            .unwrap()
            .split_once('@')
            .unwrap();
        let (access_key, secret_key) = user.split_once(':').unwrap();
        Self {
            endpoint: format!("http://{host}"),
            access_key: access_key.to_owned(),
            secret_key: secret_key.to_owned(),
        }
    }

    /// The same at another address, such as that of a proxy.
    pub(crate) fn at(&self, address: std::net::SocketAddr) -> Self {
        Self {
            endpoint: format!("http://{address}"),
            ..self.clone()
        }
    }

    /// What a storage is opened with to get there.
    pub(crate) fn options(&self) -> MediaOptions {
        let mut options = MediaOptions::default();
        options.ffmpeg = Ffmpeg::Off;
        options.bucket.endpoint = Some(self.endpoint.clone());
        options.bucket.access_key = Some(self.access_key.clone());
        options.bucket.secret_key = Some(self.secret_key.clone());
        options
    }

    /// A bucket that nobody else uses.
    pub(crate) async fn make_bucket(&self) -> TestBucket {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let random = fastrand::u64(..);
        let name = format!("test-{}-{number}-{random:x}", std::process::id());
        let bucket = self.bucket(&name);
        let made = bucket.call(Method::PUT, "", &[]).await;
        assert!(made.status().is_success(), "{made:?}");
        bucket
    }

    /// A bucket of this name, whether it exists or not.
    pub(crate) fn bucket(&self, name: &str) -> TestBucket {
        let signer = AmazonS3Builder::new()
            .with_endpoint(&self.endpoint)
            .with_allow_http(true)
            .with_access_key_id(&self.access_key)
            .with_secret_access_key(&self.secret_key)
            .with_bucket_name(name)
            .with_http_connector(NoClient)
            .build()
            .unwrap();
        TestBucket {
            name: name.to_owned(),
            signer,
        }
    }
}

/// A bucket.
#[derive(Debug)]
pub(crate) struct TestBucket {
    name: String,
    signer: AmazonS3,
}

impl TestBucket {
    /// The URL of a storage in it.
    pub(crate) fn url(&self) -> String {
        format!("s3://{}/{PREFIX}", self.name)
    }

    /// The names of all objects in it, without their prefix.
    pub(crate) async fn names(&self) -> Vec<String> {
        let mut answer = self.call(Method::GET, "", &[("list-type", "2")]).await;
        assert_eq!(answer.status(), 200);
        let text = answer.body_mut().read_to_string().unwrap();
        let keys = text.split("<Key>").skip(1);
        keys.map(|rest| rest.split_once("</Key>").unwrap().0)
            .map(|key| key.strip_prefix(PREFIX).unwrap_or(key).to_owned())
            .map(|key| key.trim_start_matches('/').to_owned())
            .collect()
    }

    /// Fetches an object.
    pub(crate) async fn get(&self, name: &str) -> Response<Body> {
        self.call(Method::GET, &format!("{PREFIX}/{name}"), &[])
            .await
    }

    async fn call(&self, method: Method, path: &str, query: &[(&str, &str)]) -> Response<Body> {
        let options = SignedUrlOptions::new().with_query(query.iter().copied());
        let (path, valid) = (ObjectPath::from(path), Duration::from_mins(1));
        let signing = self
            .signer
            .signed_url_opts(method.clone(), &path, valid, &options);
        let url = signing.await.unwrap();
        fetch(&method, url.as_str(), &[])
    }
}

/// Asks for a URL, without following it elsewhere.
pub(crate) fn fetch(method: &Method, url: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();
    let request = Request::builder().method(method).uri(url);
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    agent.run(request.body(()).unwrap()).unwrap()
}

/// What signs needs no client.
#[derive(Debug, Clone, Copy)]
struct NoClient;

impl HttpConnector for NoClient {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Self))
    }
}

#[async_trait]
impl HttpService for NoClient {
    async fn call(&self, _request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let nobody = std::io::Error::from(std::io::ErrorKind::Unsupported);
        Err(HttpError::new(HttpErrorKind::Unknown, nobody))
    }
}
