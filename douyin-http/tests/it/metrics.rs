//! What is counted of requests, and that nobody can make it grow.

use std::collections::BTreeSet;
use std::pin::pin;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use douyin_http::config::{Config, Sources};
use douyin_http::metrics::Metrics;
use douyin_http::server::{ServerLimits, instrument};
use futures_util::{poll, stream};
use tower::ServiceExt as _;

use crate::app::App;

struct Counted {
    app: App,
    metrics: Metrics,
    router: Router,
}

impl Counted {
    fn new() -> Self {
        let (app, metrics) = (App::new(), Metrics::new());
        let limits = ServerLimits::of(&Config::load(&Sources::default()).unwrap());
        let router = instrument(app.router.clone(), &limits, &metrics);
        Self {
            app,
            metrics,
            router,
        }
    }

    async fn send(&self, method: &str, uri: &str) {
        let request = Request::builder().method(method).uri(uri);
        let request = request.body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap();
    }

    /// The lines that are no comments.
    fn lines(&self) -> Vec<String> {
        let text = self.metrics.text().unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(str::to_owned).collect()
    }

    #[track_caller]
    fn assert_line(&self, expected: &str) {
        let lines = self.lines();
        assert!(lines.iter().any(|line| line == expected), "{lines:#?}");
    }

    fn series(&self) -> BTreeSet<String> {
        let lines = self.lines().into_iter();
        lines
            .map(|line| line.rsplit_once(' ').unwrap().0.to_owned())
            .collect()
    }
}

#[tokio::test]
async fn a_request_is_counted_by_its_route_its_method_and_both_statuses() {
    let counted = Counted::new();
    counted.send("GET", "/douyin/feed?latest_time=7").await;
    counted.send("GET", "/douyin/feed/").await;
    counted.send("POST", "/douyin/user/login/").await;
    counted.send("GET", "/openapi.json").await;
    for line in [
        r#"douyin_http_requests_total{route="/douyin/feed",method="GET",status="200",status_code="0"} 2"#,
        // HTTP calls it a success.
        r#"douyin_http_requests_total{route="/douyin/user/login",method="POST",status="200",status_code="1002"} 1"#,
        r#"douyin_http_requests_total{route="/openapi.json",method="GET",status="200",status_code=""} 1"#,
        r#"douyin_http_request_duration_seconds_count{route="/douyin/feed"} 2"#,
        r#"douyin_http_request_duration_seconds_bucket{le="+Inf",route="/douyin/feed"} 2"#,
        "douyin_http_requests_in_flight 0",
    ] {
        counted.assert_line(line);
    }
}

#[tokio::test]
async fn a_request_is_in_flight_until_its_client_goes_away() {
    let counted = Counted::new();
    let endless = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let request = Request::post("/douyin/user/login/").body(endless).unwrap();
    {
        let mut answering = pin!(counted.router.clone().oneshot(request));
        assert!(poll!(&mut answering).is_pending());
        counted.assert_line("douyin_http_requests_in_flight 1");
    }
    counted.assert_line("douyin_http_requests_in_flight 0");
    counted.assert_line(r#"douyin_http_requests_abandoned_total{route="/douyin/user/login"} 1"#);
    let answered = "douyin_http_requests_total{";
    assert!(
        !counted
            .lines()
            .iter()
            .any(|line| line.starts_with(answered))
    );
}

#[tokio::test]
async fn paths_methods_and_parameters_of_clients_add_no_series() {
    let counted = Counted::new();
    // One of each kind that the requests below are of.
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let hostile = |number: usize| {
        [
            format!("/nowhere/{number}"),
            format!("/douyin/feed/{number}"),
            format!("/douyin/feed/?latest_time={number}&token=t{number}"),
            format!("/douyin/user/login/?username=u{number}&password=secret"),
            format!("/douyin/comment/list/?video_id={number}\u{a}"),
            format!("/docs/{number}"),
            format!("/douyin//feed/{number}//"),
        ]
        .map(|uri| uri.replace('\n', "%0A"))
    };
    for uri in hostile(1) {
        for method in known.into_iter().chain(["BREW"]) {
            counted.send(method, &uri).await;
        }
    }
    let before = counted.series();
    for number in 2..40 {
        for uri in hostile(number) {
            let invented = format!("BREW{number}");
            assert!(invented.parse::<Method>().is_ok());
            for method in known.into_iter().chain([invented.as_str()]) {
                counted.send(method, &uri).await;
            }
        }
    }
    let added: Vec<_> = counted.series().difference(&before).cloned().collect();
    assert_eq!(added, Vec::<String>::new());
    let text = counted.metrics.text().unwrap();
    assert!(
        text.contains(r#"route="(none)",method="other",status="404""#),
        "{text}"
    );
    assert!(
        !text.contains("nowhere") && !text.contains("BREW"),
        "{text}"
    );
    drop(counted.app);
}
