//! Over pipes and with a clock that jumps to the next deadline: nothing here takes real time.

use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::time::{Instant, sleep};

use super::super::{ServerLimits, instrument};
use super::*;
use crate::config::{Config, Sources};
use crate::metrics::Metrics;

/// The defaults, but for one connection at a time.
fn limits() -> ServerLimits {
    let defaults = Config::load(&Sources::default()).unwrap();
    ServerLimits {
        connections: 1,
        ..ServerLimits::of(&defaults)
    }
}

/// The client's end of a connection, and what tells the server's end to finish.
fn connect() -> (DuplexStream, Stop) {
    let routes = Router::new()
        .route("/", get(async || "hello"))
        .route("/slow", get(async || sleep(Duration::from_mins(5)).await))
        .route("/large", get(async || vec![b'x'; 1 << 20]))
        .route("/panic", get(async || -> () { panic!("on purpose") }))
        .route(
            "/length",
            post(async |body: Result<Bytes, _>| match body {
                Ok(body) => body.len().to_string(),
                Err(_) => "cut".to_owned(),
            }),
        )
        .route("/thoughtful", post(think_about_each_part));
    let (client, server) = duplex(4096);
    let stop = watch::Sender::default();
    let peer = SocketAddr::from(([127, 0, 0, 1], 1));
    let metrics = Metrics::new();
    let routes = instrument(routes, &limits(), &metrics);
    let offer = Offer::new(routes, limits(), &metrics);
    tokio::spawn(serve_connection(
        server,
        peer,
        offer,
        Offer::served,
        stop.subscribe(),
    ));
    (client, Stop(stop))
}

struct Stop(watch::Sender<()>);

impl Stop {
    /// Tells the connection to come to an end and waits until it has.
    async fn shutdown(self) {
        self.0.send_replace(());
        self.0.closed().await;
    }
}

/// Takes twenty seconds, more than a body may be silent, for each part of its body.
async fn think_about_each_part(mut body: Body) -> String {
    let mut length = 0;
    while let Some(part) = body.frame().await {
        let Ok(part) = part else {
            return "cut".to_owned();
        };
        length += part.data_ref().map_or(0, Bytes::len);
        sleep(Duration::from_secs(20)).await;
    }
    length.to_string()
}

/// All that comes until the server closes the connection, and how many seconds that took.
async fn to_the_end(client: &mut DuplexStream) -> (String, u64) {
    let begun = Instant::now();
    let mut text = String::new();
    client.read_to_string(&mut text).await.unwrap();
    (text, begun.elapsed().as_secs())
}

async fn send(client: &mut DuplexStream, text: &str) {
    client.write_all(text.as_bytes()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_silent_connection_is_closed_after_the_idle_deadline() {
    let (mut client, _stop) = connect();
    assert_eq!(to_the_end(&mut client).await, (String::new(), 60));
}

#[tokio::test(start_paused = true)]
async fn a_connection_at_rest_after_a_request_is_closed_after_the_idle_deadline() {
    let (mut client, _stop) = connect();
    send(&mut client, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let (text, seconds) = to_the_end(&mut client).await;
    assert!(text.ends_with("hello"), "{text}");
    assert_eq!(seconds, 60);
}

#[tokio::test(start_paused = true)]
async fn a_head_that_comes_a_byte_a_second_is_cut_off_at_the_header_deadline() {
    let (mut client, _stop) = connect();
    send(&mut client, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    sleep(Duration::from_secs(50)).await;
    let begun = Instant::now();
    while client.write_all(b"G").await.is_ok() {
        sleep(Duration::from_secs(1)).await;
    }
    let seconds = begun.elapsed().as_secs();
    assert!((10..=11).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn a_handler_may_take_longer_than_every_deadline() {
    let (mut client, _stop) = connect();
    send(&mut client, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let (text, seconds) = to_the_end(&mut client).await;
    assert!(text.starts_with("HTTP/1.1 200 OK"), "{text}");
    assert_eq!(seconds, 300 + 60);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_read_is_cut_off_after_the_idle_deadline() {
    let (mut client, stop) = connect();
    let begun = Instant::now();
    send(&mut client, "GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await;
    sleep(Duration::from_secs(1)).await;
    stop.shutdown().await;
    assert_eq!(begun.elapsed().as_secs(), 60);
    let (text, _) = to_the_end(&mut client).await;
    assert!(text.len() < 1 << 20);
}

#[tokio::test(start_paused = true)]
async fn a_large_answer_may_be_read_slowly() {
    let (mut client, _stop) = connect();
    send(
        &mut client,
        "GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    )
    .await;
    let (mut length, mut part) = (0, [0; 4096]);
    loop {
        sleep(Duration::from_secs(5)).await;
        match client.read(&mut part).await.unwrap() {
            0 => break,
            read => length += read,
        }
    }
    assert!(length > 1 << 20, "all of it came, in twenty minutes");
}

#[tokio::test(start_paused = true)]
async fn a_body_without_progress_is_answered_408() {
    let (mut client, _stop) = connect();
    let begun = Instant::now();
    send(
        &mut client,
        "POST /length HTTP/1.1\r\nhost: a\r\ncontent-length: 5000\r\n\r\n",
    )
    .await;
    let drip = async {
        let (mut reader, mut writer) = tokio::io::split(client);
        let dripping = tokio::spawn(async move {
            while writer.write_all(b"x").await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        });
        let mut text = String::new();
        reader.read_to_string(&mut text).await.unwrap();
        dripping.abort();
        text
    };
    let text = drip.await;
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    assert!(
        text.contains("connection: close") && text.contains("\"status_code\":"),
        "{text}"
    );
    assert!(begun.elapsed().as_secs() < 30, "the body had 15 seconds");
}

#[tokio::test(start_paused = true)]
async fn a_long_body_that_makes_progress_is_taken() {
    let (mut client, _stop) = connect();
    let length = 100 * 2048;
    let head = format!(
        "POST /length HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    send(&mut client, &head).await;
    for _ in 0..100 {
        sleep(Duration::from_secs(5)).await;
        client.write_all(&[b'x'; 2048]).await.unwrap();
    }
    let (text, _) = to_the_end(&mut client).await;
    assert!(text.ends_with("\r\n\r\n204800"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn the_time_that_a_handler_takes_between_parts_of_a_body_is_not_the_clients() {
    let (mut client, _stop) = connect();
    let head =
        "POST /thoughtful HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 900\r\n\r\n";
    send(&mut client, head).await;
    // The handler waits 4 seconds for each part, in all less than the 15 that the client has.
    for pause in [4, 24, 24] {
        sleep(Duration::from_secs(pause)).await;
        client.write_all(&[b'x'; 300]).await.unwrap();
    }
    let (text, _) = to_the_end(&mut client).await;
    assert!(text.ends_with("\r\n\r\n900"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_slow_between_a_handlers_pauses_is_answered_408() {
    let (mut client, _stop) = connect();
    let head = "POST /thoughtful HTTP/1.1\r\nhost: a\r\ncontent-length: 900\r\n\r\n";
    send(&mut client, head).await;
    for pause in [6, 26] {
        sleep(Duration::from_secs(pause)).await;
        client.write_all(&[b'x'; 300]).await.unwrap();
    }
    let (text, seconds) = to_the_end(&mut client).await;
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    assert_eq!(
        seconds,
        20 + 15 - 6 - 6,
        "the handler's pause and what is left"
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_that_makes_progress_for_ever_is_answered_408_in_the_end() {
    let (client, _stop) = connect();
    let begun = Instant::now();
    let (mut reader, mut writer) = tokio::io::split(client);
    let sending = tokio::spawn(async move {
        let head = "POST /length HTTP/1.1\r\nhost: a\r\ncontent-length: 9999999\r\n\r\n";
        writer.write_all(head.as_bytes()).await.unwrap();
        while writer.write_all(&[b'x'; 1024]).await.is_ok() {
            sleep(Duration::from_secs(14)).await;
        }
    });
    let mut text = String::new();
    reader.read_to_string(&mut text).await.unwrap();
    sending.abort();
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    assert!((3600..3660).contains(&begun.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_panic_becomes_a_500_with_the_envelope_and_the_request_id() {
    let (mut client, _stop) = connect();
    send(
        &mut client,
        "GET /panic HTTP/1.1\r\nhost: a\r\nx-request-id: mine\r\n\r\n",
    )
    .await;
    send(&mut client, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let (text, _) = to_the_end(&mut client).await;
    assert!(text.starts_with("HTTP/1.1 500 "), "{text}");
    assert!(
        text.contains("x-request-id: mine\r\n") && text.contains("\"status_code\":"),
        "{text}"
    );
    assert!(!text.contains("on purpose"), "{text}");
    assert!(text.ends_with("hello"), "the connection goes on: {text}");
}

#[tokio::test(start_paused = true)]
async fn draining_finishes_the_running_request_and_closes_connections_at_rest() {
    let ((mut busy, busy_end), (mut silent, silent_end)) = (connect(), connect());
    send(&mut busy, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
    sleep(Duration::from_secs(1)).await;
    let begun = Instant::now();
    silent_end.shutdown().await;
    assert_eq!(begun.elapsed().as_secs(), 0);
    assert_eq!(to_the_end(&mut silent).await.0, "");
    busy_end.shutdown().await;
    assert_eq!(begun.elapsed().as_secs(), 299);
    let (text, _) = to_the_end(&mut busy).await;
    assert!(text.starts_with("HTTP/1.1 200 OK"), "{text}");
    assert!(text.contains("connection: close"), "{text}");
}
