use std::io::Read as _;

use axum::Router;
use flate2::read::GzDecoder;

use super::*;
use crate::api::with_fallbacks;
use crate::asked::{Reply, ask};

fn client() -> Router {
    with_fallbacks(router(&MediaSources::default()))
}

async fn get(router: &Router, path: &str) -> Reply {
    ask(router, "GET", path, &[]).await
}

/// What stands between quotation marks and is below `web/`, as a browser resolves it beside a page.
fn urls(page: &str, folder: &str) -> Vec<String> {
    let quoted = page.split('"').skip(1).step_by(2);
    let quoted = quoted.filter(|url| url.contains("web/"));
    quoted
        .map(|url| match url.strip_prefix('/') {
            Some(_) => url.to_owned(),
            None => format!("{folder}{url}"),
        })
        .collect()
}

#[tokio::test]
async fn the_page_names_files_that_are_kept_for_ever_and_is_asked_for_each_time_itself() {
    let client = client();
    let page = get(&client, "/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    let urls = urls(page.text(), "/");
    assert_eq!(urls.len(), page.text().matches("web/").count());
    for path in Site::current().paths() {
        let end = format!("/{path}");
        assert!(urls.iter().any(|url| url.ends_with(&end)), "{path}");
    }
    for url in urls {
        let file = get(&client, &url).await;
        assert_eq!(file.status, 200, "{url}");
        assert_eq!(file.header("cache-control"), FOR_EVER, "{url}");
        let (_, path) = url[5..].split_once('/').unwrap();
        let on_disk = format!("{}/web/{path}", env!("CARGO_MANIFEST_DIR"));
        assert!(file.body == std::fs::read(on_disk).unwrap(), "{url}");
    }
}

#[tokio::test]
async fn the_page_is_answered_with_what_keeps_strangers_out_of_it() {
    let media = MediaSources::default().with("https://cdn.example.org");
    let page = get(&router(&media), "/").await;
    let policy = page.header("content-security-policy");
    assert_eq!(policy, media.policy());
    assert!(policy.contains("media-src 'self' blob: https://cdn.example.org;"));
    for (name, value) in [
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", PERMISSIONS),
        ("vary", "accept-encoding"),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
}

#[tokio::test]
async fn every_file_has_its_media_type_and_comes_compressed_where_that_is_shorter() {
    let (client, site) = (client(), Site::current());
    for path in site.paths() {
        let url = format!("/web/{}/{path}", site.version());
        let plain = get(&client, &url).await;
        let (_, extension) = path.rsplit_once('.').unwrap();
        let expected = match extension {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            "webmanifest" => "application/manifest+json",
            other => panic!("is {other} served as what it is?"),
        };
        assert_eq!(plain.header("content-type"), expected, "{path}");
        assert_eq!(plain.header("x-content-type-options"), "nosniff");
        assert_eq!(plain.header("vary"), "accept-encoding");
        assert_eq!(plain.header("content-encoding"), "");
        let packed = ask(&client, "GET", &url, &[("accept-encoding", "gzip, br")]).await;
        assert_eq!(packed.header("content-type"), expected, "{path}");
        assert_eq!(packed.header("vary"), "accept-encoding");
        if packed.header("content-encoding").is_empty() {
            assert!(packed.body == plain.body, "{path}");
            assert_eq!(packed.header("etag"), plain.header("etag"), "{path}");
            continue;
        }
        assert_eq!(packed.header("content-encoding"), "gzip");
        assert!(packed.body.len() < plain.body.len(), "{path}");
        assert_ne!(packed.header("etag"), plain.header("etag"), "{path}");
        let mut unpacked = Vec::new();
        let mut decoder = GzDecoder::new(&*packed.body);
        decoder.read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain.body, "{path}");
    }
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let client = client();
    let file = format!("/web/{}/api.js", Site::current().version());
    for path in ["/", "/web/another/api.js", &file] {
        for coding in ["gzip", "identity"] {
            let coding = ("accept-encoding", coding);
            let first = ask(&client, "GET", path, &[coding]).await;
            let etag = first.header("etag");
            assert!(etag.starts_with('"'), "{path}: {etag}");
            let known = ("if-none-match", etag);
            let again = ask(&client, "GET", path, &[coding, known]).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
            for name in ["etag", "cache-control", "vary", "content-security-policy"] {
                assert_eq!(again.header(name), first.header(name), "{path}: {name}");
            }
            let other = ("if-none-match", "\"another\"");
            let changed = ask(&client, "GET", path, &[coding, other]).await;
            assert!(changed.status == 200 && changed.body == first.body);
            let condition = ("if-match", "\"another\"");
            let refused = ask(&client, "GET", path, &[condition]).await;
            assert_eq!(refused.status, 412, "{path}");
        }
    }
}

#[tokio::test]
async fn a_page_with_another_policy_is_another_page() {
    let before = get(&client(), "/").await;
    let media = MediaSources::default().with("https://cdn.example.org");
    let known = [("if-none-match", before.header("etag"))];
    let after = ask(&router(&media), "GET", "/", &known).await;
    assert!(after.status == 200 && after.body == before.body);
}

#[tokio::test]
async fn a_page_of_another_version_gets_the_files_of_this_one_and_does_not_keep_them() {
    let client = client();
    let present = format!("/web/{}/api.js", Site::current().version());
    let present = get(&client, &present).await;
    let other = get(&client, "/web/0123456789abcdef/api.js").await;
    assert!(other.status == 200 && other.body == present.body);
    assert_eq!(other.header("cache-control"), "no-cache");
    assert_eq!(other.header("etag"), present.header("etag"));
}

#[tokio::test]
async fn head_says_the_same_without_the_contents() {
    let client = client();
    for path in ["/", "/web/x/api.js"] {
        for coding in ["gzip", "identity"] {
            let coding = [("accept-encoding", coding)];
            let get = ask(&client, "GET", path, &coding).await;
            let head = ask(&client, "HEAD", path, &coding).await;
            assert!(head.status == 200 && head.body.is_empty(), "{path}");
            assert_eq!(head.header("content-length"), get.body.len().to_string());
            assert_eq!(head.headers, get.headers, "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_answered_as_everywhere_and_not_remembered() {
    let client = client();
    let version = Site::current().version().to_owned();
    for path in [
        "none.js",
        "index.html",
        "",
        "styles",
        "styles/",
        "../Cargo.toml",
        "%2e%2e/Cargo.toml",
        "..%2fCargo.toml",
        "styles/../api.js",
        "/etc/passwd",
        "%ff",
        "api.js%00",
    ] {
        let reply = get(&client, &format!("/web/{version}/{path}")).await;
        assert_eq!(reply.status, 404, "{path}");
        let envelope: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(envelope["status_code"], Status::PathNotFound.code());
        if !path.is_empty() {
            assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        }
    }
    for path in ["/", "/web/x/api.js"] {
        let reply = ask(&client, "POST", path, &[]).await;
        assert_eq!(reply.status, 405, "{path}");
        let envelope: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(envelope["status_code"], Status::MethodNotAllowed.code());
    }
}

#[tokio::test]
async fn it_can_be_nested_under_a_prefix_in_several_places_at_once() {
    let client = client();
    let nested = Router::new()
        .nest("/video", client.clone())
        .nest("/a/{tenant}", client.clone())
        .merge(client);
    for (path, prefix) in [
        ("/", "/"),
        ("/video", "/video/"),
        ("/a/b", "/a/b/"),
        ("/a/%22c", "/a/%22c/"),
        ("/a/\"c", "/a/%22c/"),
        ("/video?lang=en", "/video/"),
    ] {
        let page = get(&nested, path).await;
        assert_eq!(page.status, 200, "{path}");
        let urls = urls(page.text(), "/");
        assert!(urls.len() > 10, "{path}: {urls:?}");
        for url in urls {
            assert!(url.starts_with(&format!("{prefix}web/")), "{path}: {url}");
            assert_eq!(get(&nested, &url).await.status, 200, "{url}");
        }
    }
}

#[tokio::test]
async fn a_proxy_may_take_a_prefix_off_the_path() {
    let page = get(&client(), "/").await;
    for url in urls(page.text(), "/watch/") {
        assert!(url.starts_with("/watch/web/"), "{url}");
    }
}
