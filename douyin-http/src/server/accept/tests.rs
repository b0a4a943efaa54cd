use std::sync::Arc;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Notify, oneshot};

use super::super::ServerLimits;
use super::*;
use crate::api::{Language, Status, with_fallbacks};
use crate::config::{Config, Sources};

/// The defaults, but for one connection at a time.
fn limits() -> ServerLimits {
    let defaults = Config::load(&Sources::default()).unwrap();
    ServerLimits {
        connections: 1,
        ..ServerLimits::of(&defaults)
    }
}

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    drained: tokio::task::JoinHandle<Drain>,
}

async fn start(routes: Router, limits: ServerLimits) -> Running {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = TcpListener::bind(any_port).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let drained = tokio::spawn(async move {
        let stopped = async { stopped.await.unwrap() };
        let metrics = Metrics::new();
        let offer = Offer::new(routes, limits, &metrics);
        serve(listener, offer, &metrics, stopped).await
    });
    Running {
        address,
        stop,
        drained,
    }
}

async fn ask(stream: &mut TcpStream, until: &str) -> String {
    stream.write_all(REQUEST).await.unwrap();
    let (mut text, mut part) = (String::new(), [0; 1024]);
    while !text.contains(until) {
        let read = stream.read(&mut part).await.unwrap();
        assert_ne!(read, 0, "closed after {text}");
        text.push_str(std::str::from_utf8(&part[..read]).unwrap());
    }
    text
}

#[tokio::test]
async fn handlers_learn_the_address_of_their_client() {
    let routes = Router::new().route(
        "/",
        get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| format!("<{peer}>")),
    );
    let running = start(routes, limits()).await;
    let mut client = TcpStream::connect(running.address).await.unwrap();
    let own = client.local_addr().unwrap();
    assert!(ask(&mut client, ">").await.ends_with(&format!("<{own}>")));
}

#[tokio::test]
async fn connections_over_the_limit_are_answered_503_and_one_that_ends_makes_room() {
    let routes = Router::new().route("/", get(async || "hello"));
    let running = start(routes, limits()).await;
    let mut first = TcpStream::connect(running.address).await.unwrap();
    ask(&mut first, "hello").await;
    let mut second = TcpStream::connect(running.address).await.unwrap();
    let refused = ask(&mut second, "}").await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("connection: close"), "{refused}");
    assert!(refused.contains("x-request-id: "), "{refused}");
    assert_eq!(second.read(&mut [0]).await.unwrap(), 0);

    drop(first);
    for _ in 0..10_000 {
        let mut third = TcpStream::connect(running.address).await.unwrap();
        if ask(&mut third, "\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 200 ")
        {
            return;
        }
    }
    panic!("the place of the first connection stays taken");
}

#[tokio::test]
async fn refusals_are_in_the_configured_language() {
    let limits = ServerLimits {
        language: Language::Chinese,
        ..limits()
    };
    let running = start(with_fallbacks(Router::new()), limits).await;
    let mut clients = Vec::new();
    for status in [Status::PathNotFound, Status::Busy] {
        let mut client = TcpStream::connect(running.address).await.unwrap();
        let refused = ask(&mut client, "}").await;
        assert!(
            refused.contains(status.text(Language::Chinese)),
            "{refused}"
        );
        clients.push(client);
    }
}

#[tokio::test]
async fn stopping_closes_the_port_and_waits_for_running_requests() {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let routes = Router::new().route("/", {
        let (entered, go_on) = (Arc::clone(&entered), Arc::clone(&go_on));
        get(async move || {
            entered.notify_one();
            go_on.notified().await;
            "done"
        })
    });
    let running = start(routes, limits()).await;
    let mut client = TcpStream::connect(running.address).await.unwrap();
    let asking = tokio::spawn(async move { ask(&mut client, "done").await });
    entered.notified().await;
    running.stop.send(()).unwrap();
    while TcpStream::connect(running.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!running.drained.is_finished());
    go_on.notify_one();
    assert!(asking.await.unwrap().contains("connection: close"));
    assert_eq!(running.drained.await.unwrap(), Drain::Complete);
}

#[tokio::test]
async fn connections_that_nobody_had_accepted_when_it_was_stopped_are_answered() {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = TcpListener::bind(any_port).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(REQUEST).await.unwrap();
        clients.push(client);
    }
    let routes = Router::new().route("/", get(async || "hello"));
    let room = ServerLimits {
        connections: clients.len(),
        ..limits()
    };
    let stopped = std::future::ready(());
    let metrics = Metrics::new();
    let offer = Offer::new(routes, room, &metrics);
    let drain = serve(listener, offer, &metrics, stopped).await;
    assert_eq!(drain, Drain::Complete);
    for mut client in clients {
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("hello"), "{answer}");
    }
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_drain_that_takes_too_long_cuts_the_rest() {
    let entered = Arc::new(Notify::new());
    let routes = Router::new().route("/", {
        let entered = Arc::clone(&entered);
        get(async move || {
            entered.notify_one();
            std::future::pending::<()>().await;
        })
    });
    let no_patience = ServerLimits {
        drain: Duration::ZERO,
        ..limits()
    };
    let running = start(routes, no_patience).await;
    let mut client = TcpStream::connect(running.address).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    entered.notified().await;
    running.stop.send(()).unwrap();
    assert_eq!(running.drained.await.unwrap(), Drain::Cut(1));
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}
