//! Sessions that end while something is uploaded.

use std::sync::Arc;

use super::{ENDED, sign_in};
use crate::app::{App, CLIP, MULTIPART, multipart, text};
use crate::picture::PICTURE;

#[tokio::test]
async fn an_upload_whose_session_ends_while_it_comes_in_is_not_published() {
    let app = Arc::new(App::new());
    let alice = app.register("alice").await;
    for token_in_the_body in [true, false] {
        let token = sign_in(&app, "alice", "secret").await;
        let mut parts = vec![text("name=\"title\"", "late"), CLIP];
        let mut path = "/publish/action/".to_owned();
        if token_in_the_body {
            parts.insert(0, text("name=\"token\"", &token));
        } else {
            path = format!("{path}?token={token}");
        }
        let body = multipart(&parts);
        let (before, rest) = body.split_at(body.len() / 2);
        let (before, rest) = (before.to_vec(), rest.to_vec());
        let (app_too, out) = (Arc::clone(&app), format!("/user/logout/?token={token}"));
        let chunks = async_chunks(before, rest, async move {
            app_too.post(&out).await.assert_success();
        });
        let answer = app.send("POST", &path, MULTIPART, chunks).await;
        answer.assert_failure(ENDED);
    }
    app.left_nothing_behind().await;
    let list = app
        .get(&format!("/publish/list/?user_id={}", alice.id))
        .await;
    assert!(list.ids("video_list").is_empty());
}

#[tokio::test]
async fn a_picture_whose_session_ends_while_it_comes_in_is_not_shown() {
    let app = Arc::new(App::new());
    app.register("alice").await;
    for path in ["/user/avatar/", "/user/background/"] {
        let token = sign_in(&app, "alice", "secret").await;
        let body = multipart(&[text("name=\"token\"", &token), PICTURE]);
        let (before, rest) = body.split_at(body.len() - 20);
        let (before, rest) = (before.to_vec(), rest.to_vec());
        let (app_too, out) = (Arc::clone(&app), format!("/user/logout/?token={token}"));
        let chunks = async_chunks(before, rest, async move {
            app_too.post(&out).await.assert_success();
        });
        let answer = app.send("POST", path, MULTIPART, chunks).await;
        answer.assert_failure(ENDED);
    }
    app.left_nothing_behind().await;
}

/// All of it is there; its cover is being made.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_whose_session_ends_while_it_is_stored_is_not_published() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::Duration;

    let folder = tempfile::tempdir().unwrap();
    let [ffmpeg, begun, go] = ["ffmpeg", "begun", "go"].map(|name| folder.path().join(name));
    let (started, waited_for) = (begun.display(), go.display());
    let script = format!(
        "#!/bin/sh\n: > {started}\nwhile [ ! -e {waited_for} ]; do sleep 0.01; done\nexit 1\n"
    );
    std::fs::write(&ffmpeg, script).unwrap();
    std::fs::set_permissions(&ffmpeg, Permissions::from_mode(0o700)).unwrap();
    let app = App::with_ffmpeg(ffmpeg);
    let alice = app.register("alice").await;
    let body = multipart(&[text("name=\"token\"", &alice.token), CLIP]);
    let leaving = async {
        while !begun.exists() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let out = format!("/user/logout/?token={}", alice.token);
        app.post(&out).await.assert_success();
        std::fs::write(&go, "").unwrap();
    };
    let uploading = app.send("POST", "/publish/action/", MULTIPART, body);
    let both = async { tokio::join!(uploading, leaving) };
    let both = tokio::time::timeout(Duration::from_mins(1), both).await;
    let (answer, ()) = both.expect("the cover is begun");
    answer.assert_failure(ENDED);
    app.left_nothing_behind().await;
    let list = format!("/publish/list/?user_id={}", alice.id);
    assert!(app.get(&list).await.ids("video_list").is_empty());
}

/// A body that goes on when something has happened.
fn async_chunks(
    before: Vec<u8>,
    rest: Vec<u8>,
    meanwhile: impl Future<Output = ()> + Send + 'static,
) -> axum::body::Body {
    use futures_util::stream::{self, StreamExt as _};
    let first = stream::iter([before]);
    let second = stream::once(async move {
        meanwhile.await;
        rest
    });
    let chunks = first.chain(second).map(Ok::<_, std::convert::Infallible>);
    axum::body::Body::from_stream(chunks)
}
