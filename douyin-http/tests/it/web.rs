//! The web client as the server has it.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use douyin_http::api::with_fallbacks;
use douyin_http::config::{Config, Sources};
use douyin_http::metrics::Metrics;
use douyin_http::open::{Configured, Service};
use douyin_http::server::{ServerLimits, instrument};
use tempfile::TempDir;
use tower::ServiceExt as _;

struct Server {
    folder: TempDir,
    service: Service,
}

impl Server {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = configuration(&folder, &[]);
        let service = Service::open(&config, "localhost").await.unwrap();
        Self { folder, service }
    }

    fn configure(&self, settings: &[(&str, &str)], before: Option<&Configured>) -> Configured {
        let config = configuration(&self.folder, settings);
        self.service.configure(&config, before).unwrap()
    }
}

/// Everything in memory, with these settings besides.
fn configuration(folder: &TempDir, settings: &[(&str, &str)]) -> Config {
    let always = [
        ("DOUYIN_DATABASE_URL", "memory:"),
        ("DOUYIN_MEDIA_FFMPEG", "off"),
        ("DOUYIN_DATA_DIR", folder.path().to_str().unwrap()),
    ];
    let environment = always.iter().chain(settings);
    Config::load(&Sources {
        environment: environment
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
        ..Sources::default()
    })
    .unwrap()
}

async fn ask(router: &Router, method: &str, path: &str) -> (StatusCode, HeaderMap) {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method.parse().unwrap();
    *request.uri_mut() = path.parse().unwrap();
    let address = SocketAddr::from(([192, 0, 2, 1], 40_000));
    request.extensions_mut().insert(ConnectInfo(address));
    let response = router.clone().oneshot(request).await.unwrap();
    (response.status(), response.headers().clone())
}

#[tokio::test]
async fn the_policy_follows_the_configuration() {
    let server = Server::open().await;
    let before = server.configure(&[], None);
    let after = server.configure(
        &[
            ("DOUYIN_PUBLIC_URL", "https://video.example.org"),
            ("DOUYIN_MEDIA_DELIVERY", "public"),
            ("DOUYIN_MEDIA_PUBLIC_URL", "https://cdn.example.org:8443/a"),
        ],
        Some(&before),
    );
    for (configured, sources) in [
        (before, ""),
        (
            after,
            " https://video.example.org https://cdn.example.org:8443",
        ),
    ] {
        let (status, headers) = ask(&configured.routes(), "GET", "/").await;
        assert_eq!(status, StatusCode::OK);
        let policy = headers["content-security-policy"].to_str().unwrap();
        let directives: Vec<&str> = policy.split("; ").collect();
        for directive in [
            format!("img-src 'self' blob:{sources}"),
            format!("media-src 'self' blob:{sources}"),
            "default-src 'none'".to_owned(),
            "script-src 'self'".to_owned(),
        ] {
            assert!(directives.contains(&&*directive), "{directive}: {policy}");
        }
    }
}

#[tokio::test]
async fn loading_it_counts_to_no_limit() {
    let server = Server::open().await;
    let one = ("DOUYIN_LIMITS_READING_PER_ADDRESS", "1/3600");
    let routes = server.configure(&[one], None).routes();
    let (status, _) = ask(&routes, "GET", "/douyin/feed/").await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = ask(&routes, "GET", "/douyin/feed/").await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    for path in ["/", "/web/any/api.js"].repeat(50) {
        let (status, _) = ask(&routes, "GET", path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn whatever_file_of_whatever_version_is_asked_for_is_one_route() {
    let server = Server::open().await;
    let limits = ServerLimits::of(&configuration(&server.folder, &[]));
    let metrics = Metrics::new();
    let client = with_fallbacks(server.configure(&[], None).routes());
    let client = instrument(client, &limits, &metrics);
    for version in 0..20 {
        ask(&client, "GET", &format!("/web/{version}/api.js")).await;
        ask(&client, "GET", &format!("/web/x/{version}.js")).await;
    }
    ask(&client, "HEAD", "/").await;
    let (status, _) = ask(&client, "PUT", "/").await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    let counted = metrics.text().unwrap();
    let mut counted: Vec<&str> = counted
        .lines()
        .filter_map(|line| line.strip_prefix("douyin_http_requests_total{route="))
        .collect();
    counted.sort_unstable();
    assert_eq!(
        counted,
        [
            r#""/",method="HEAD",status="200",status_code=""} 1"#,
            r#""/",method="PUT",status="405",status_code="3003"} 1"#,
            r#""/web/{version}/{*path}",method="GET",status="200",status_code=""} 20"#,
            r#""/web/{version}/{*path}",method="GET",status="404",status_code="4004"} 20"#,
        ]
    );
}
