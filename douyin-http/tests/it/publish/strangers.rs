//! Forms whose token comes behind their file, or never: until then nobody knows whose they are.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use douyin_http::api::UploadSlots;
use futures_util::{StreamExt as _, stream};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::titles;
use crate::app::{Answer, App, CLIP, MULTIPART, Part, multipart, text};
use crate::picture::PICTURE;

const PUBLISH: &str = "/publish/action/";
const AVATAR: &str = "/user/avatar/";

/// In a network of its own.
const fn network(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(198, 51, 100, number)
}

async fn send(app: &App, from: Ipv4Addr, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(format!("/douyin{path}"))
        .header("host", "video.example.com")
        .header("content-type", MULTIPART)
        .extension(ConnectInfo(SocketAddr::from((from, 4711))));
    app.call(request.body(body.into()).unwrap()).await
}

/// A form with this file, of which the last bytes never come.
fn stuck(file: Part<'_>) -> Body {
    let form = multipart(&[file]);
    let beginning = form[..form.len() - 20].to_vec();
    let beginning = stream::iter([Ok::<_, io::Error>(beginning)]);
    Body::from_stream(beginning.chain(stream::pending()))
}

/// A stranger who begins and never ends.
fn stranger(app: &Arc<App>, from: Ipv4Addr, path: &'static str) -> JoinHandle<Answer> {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let file = if path == PUBLISH { CLIP } else { PICTURE };
        send(&app, from, path, stuck(file)).await
    })
}

/// A form that comes at a rate.
fn at_rate(form: &[u8], bytes_per_second: usize) -> Body {
    let pieces: Vec<_> = form.chunks(bytes_per_second).map(<[u8]>::to_vec).collect();
    Body::from_stream(stream::iter(pieces).then(|piece| async {
        sleep(Duration::from_secs(1)).await;
        Ok::<_, io::Error>(piece)
    }))
}

/// How many videos are coming in.
fn coming_in(app: &App) -> usize {
    let files = app.files().into_iter();
    files.filter(|file| file == "upload").count()
}

/// What became of one, within the hour.
async fn answer(stranger: JoinHandle<Answer>) -> Answer {
    let hour = Duration::from_hours(1);
    timeout(hour, stranger).await.unwrap().unwrap()
}

async fn answers(strangers: Vec<JoinHandle<Answer>>) -> Vec<StatusCode> {
    let mut answers = Vec::new();
    for stranger in strangers {
        let answer = answer(stranger).await;
        let retry = answer.status != StatusCode::REQUEST_TIMEOUT;
        assert_eq!(answer.headers.contains_key("retry-after"), retry);
        answers.push(answer.status);
    }
    answers
}

fn count(answers: &[StatusCode], status: StatusCode) -> usize {
    answers.iter().filter(|answer| **answer == status).count()
}

#[tokio::test(start_paused = true)]
async fn two_hundred_slow_ones_from_eight_networks_keep_nobody_elsewhere_from_publishing() {
    let app = Arc::new(App::new());
    let alice = app.register("alice").await;
    let strangers: Vec<_> = (0..200)
        .map(|number| stranger(&app, network(number % 8), PUBLISH))
        .collect();
    app.waits_until(async || coming_in(&app) == 128).await;
    let token = || text("name=\"token\"", &alice.token);
    let title = |title| text("name=\"title\"", title);
    for parts in [
        [CLIP, token(), title("behind")],
        [token(), CLIP, title("before")],
    ] {
        let answer = send(&app, network(9), PUBLISH, multipart(&parts)).await;
        answer.assert_success();
    }
    let by_header = Request::post("/douyin/publish/action/?title=header")
        .header("content-type", MULTIPART)
        .header("authorization", format!("Bearer {}", alice.token))
        .extension(ConnectInfo(SocketAddr::from((network(0), 4711))));
    let by_header = by_header.body(Body::from(multipart(&[CLIP]))).unwrap();
    app.call(by_header).await.assert_success();
    assert_eq!(titles(&app, &alice).await, ["header", "before", "behind"]);
    // One made room for the first; its network, and the others, had sixteen each.
    let answers = answers(strangers).await;
    assert_eq!(count(&answers, StatusCode::SERVICE_UNAVAILABLE), 1);
    assert_eq!(count(&answers, StatusCode::TOO_MANY_REQUESTS), 200 - 128);
    assert_eq!(count(&answers, StatusCode::REQUEST_TIMEOUT), 127);
    app.waits_until(async || app.files().len() == 3 * 3).await;
}

#[tokio::test(start_paused = true)]
async fn who_makes_room_is_told_so_and_leaves_nothing_behind() {
    let app = App::with(|api| api.upload_slots(UploadSlots::new(2)));
    let app = Arc::new(app);
    let first = stranger(&app, network(1), PUBLISH);
    app.waits_until(async || coming_in(&app) == 1).await;
    let second = stranger(&app, network(2), PUBLISH);
    let lost = answer(first).await;
    assert_eq!(
        (lost.status, lost.code()),
        (StatusCode::SERVICE_UNAVAILABLE, 8001)
    );
    assert_eq!(lost.headers["retry-after"], "1");
    assert_eq!(answer(second).await.status, StatusCode::REQUEST_TIMEOUT);
    app.left_nothing_behind().await;
}

#[tokio::test(start_paused = true)]
async fn slow_pictures_keep_nobody_elsewhere_from_changing_theirs() {
    let app = Arc::new(App::new());
    let alice = app.register("alice").await;
    let form = || multipart(&[PICTURE, text("name=\"token\"", &alice.token)]);
    let mut strangers = Vec::new();
    for number in 1..=4 {
        strangers.push(stranger(&app, network(number), AVATAR));
        // It is there when its network has no place for another one.
        app.waits_until(async || {
            let answer = send(&app, network(number), AVATAR, form()).await;
            answer.status == StatusCode::TOO_MANY_REQUESTS
        })
        .await;
    }
    let answer = send(&app, network(9), AVATAR, form()).await;
    answer.assert_success();
    let answers = answers(strangers).await;
    assert_eq!(answers[0], StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answers[1..], [StatusCode::REQUEST_TIMEOUT; 3]);
}

#[tokio::test(start_paused = true)]
async fn strangers_have_to_keep_pace_and_accounts_need_not() {
    let app = App::new();
    let alice = app.register("alice").await;
    let content = vec![b'x'; 900_000];
    let (head, token) = (CLIP.head, text("name=\"token\"", &alice.token));
    let file = || Part {
        head,
        content: &content,
    };
    let (behind, before) = (multipart(&[file(), token]), {
        multipart(&[text("name=\"token\"", &alice.token), file()])
    });
    let slow = send(&app, network(1), PUBLISH, at_rate(&behind, 13_000)).await;
    assert_eq!(
        (slow.status, slow.code()),
        (StatusCode::REQUEST_TIMEOUT, 1014)
    );
    app.left_nothing_behind().await;
    for (form, rate) in [(behind, 40_000), (before, 1_000)] {
        // All of it came in: it is no video.
        let answer = send(&app, network(1), PUBLISH, at_rate(&form, rate)).await;
        answer.assert_failure(6006);
    }
}

#[tokio::test(start_paused = true)]
async fn a_picture_has_to_keep_pace_whosever_it_is() {
    let app = App::new();
    let alice = app.register("alice").await;
    let content = vec![b'x'; 900_000];
    let form = multipart(&[
        text("name=\"token\"", &alice.token),
        Part {
            head: PICTURE.head,
            content: &content,
        },
    ]);
    let slow = send(&app, network(1), AVATAR, at_rate(&form, 13_000)).await;
    assert_eq!(slow.status, StatusCode::REQUEST_TIMEOUT);
    let fast = send(&app, network(1), AVATAR, at_rate(&form, 40_000)).await;
    fast.assert_failure(6013);
}

#[tokio::test]
async fn a_form_has_no_slot_before_its_file_begins() {
    let slots = UploadSlots {
        of_account: 1,
        ..UploadSlots::new(1)
    };
    let app = App::with(|api| api.upload_slots(slots));
    let alice = app.register("alice").await;
    let token = || text("name=\"token\"", &alice.token);
    let mut beginning = multipart(&[token(), text("name=\"title\"", "slow")]);
    beginning.truncate(beginning.len() - 4);
    let beginning = stream::iter([Ok::<_, io::Error>(beginning)]);
    let endless = Body::from_stream(beginning.chain(stream::pending()));
    let mut slow = Box::pin(send(&app, network(1), PUBLISH, endless));
    // Enough for what came of it to be read.
    for _ in 0..100 {
        assert!(futures_util::poll!(&mut slow).is_pending());
    }
    for parts in [[token(), CLIP], [CLIP, token()]] {
        let answer = send(&app, network(1), PUBLISH, multipart(&parts)).await;
        answer.assert_success();
    }
}

#[tokio::test]
async fn what_a_form_has_besides_its_file_is_bounded() {
    let app = App::new();
    let alice = app.register("alice").await;
    let more = vec![b'x'; 600_000];
    let more = || Part {
        head: "name=\"more\"",
        content: &more,
    };
    let token = || text("name=\"token\"", &alice.token);
    let answer = send(
        &app,
        network(1),
        PUBLISH,
        multipart(&[more(), CLIP, token()]),
    )
    .await;
    answer.assert_success();
    for parts in [
        [more(), more(), CLIP, token()],
        [more(), CLIP, more(), token()],
    ] {
        let answer = send(&app, network(1), PUBLISH, multipart(&parts)).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::PAYLOAD_TOO_LARGE, 1013)
        );
    }
    app.waits_until(async || app.files().len() == 3).await;
}
