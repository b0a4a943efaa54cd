use std::ffi::OsString;
use std::time::{Duration, Instant};

use douyin_core::{
    EndedSession, NewUser, PasswordHash, SessionId, Signature, Store, Timestamp, UserId, Username,
};
use douyin_http::config::{Config, Sources};
use douyin_http::open::{Service, open_redis, open_store};

use super::server::Server;
use super::{LONG_ENOUGH, Nodes, until};
use crate::database::{Database, found, on_each};

on_each!(a_session_that_ends_at_one_server_ends_at_the_other_which_is_told_so: database(postgres));
fn a_session_that_ends_at_one_server_ends_at_the_other_which_is_told_so(database: &Database) {
    let Some(nodes) = Nodes::start(database, "sessions and Redis", &[]) else {
        return;
    };
    let [here, there] = nodes.clients();
    let alice = here.register("alice", "password");
    let token = [("token", alice.token.as_str())];
    assert_eq!(there.call("GET", "/user/", &token)["status_code"], 0);
    assert_eq!(here.call("POST", "/user/logout/", &token)["status_code"], 0);
    until(|| there.call("GET", "/user/", &token)["status_code"] != 0);
    until(|| nodes.metric(1, "douyin_redis_revocations_total") > 0.0);
}

/// A session of somebody ends, as another server of the same database has it.
async fn end_a_session(store: &dyn Store) {
    let user = UserId::new(1).expect("an id");
    let alice = NewUser {
        id: user,
        name: Username::parse("alice").expect("a name"),
        password: PasswordHash::new(""),
        signature: Signature::parse("").expect("a signature"),
        at: Timestamp::from_millis(0),
    };
    store.register(alice).await.expect("the name is free");
    let ended = EndedSession {
        user,
        session: SessionId::from_bytes([7; SessionId::BYTES]),
        expires_at: Timestamp::from_millis(4_000_000_000_000),
    };
    store.end_session(ended).await.expect("the user exists");
}

/// The clock stands still: what is done twice a second is not done at all.
#[tokio::test]
async fn a_server_that_is_told_of_an_ended_session_does_not_wait_until_it_asks_anyway() {
    let redis = tokio::task::spawn_blocking(|| found::<Server>(Server::start(), "told at once"));
    let Some(redis) = redis.await.expect("it starts or is not there") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let set = |name: &str, value: OsString| (OsString::from(name), value);
    let sources = Sources {
        environment: vec![
            set("DOUYIN_DATA_DIR", folder.path().into()),
            set("DOUYIN_REDIS_URL", redis.url().into()),
            set("DOUYIN_MEDIA_FFMPEG", "off".into()),
        ],
        ..Sources::default()
    };
    let config = Config::load(&sources).expect("a configuration");
    let service = Service::open(&config, "localhost").await.expect("it opens");
    let elsewhere = open_store(&config).await.expect("the same database");
    let telling = open_redis(&config).expect("a URL").expect("the same Redis");
    let begun = Instant::now();
    let listening = service.redis().expect("it is configured");
    while !(listening.stats().connected && telling.stats().connected) {
        assert!(begun.elapsed() < LONG_ENOUGH, "it never connects");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    end_a_session(&**elsewhere.store()).await;
    tokio::time::pause();
    let stopped = tokio::time::Instant::now();
    let hearing = async {
        telling.tell_revoked().await;
        while service.revocations().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    // A clock that stands still is moved on when there is nothing to do but to wait, as for Redis.
    let something_to_do = async {
        loop {
            assert!(begun.elapsed() < LONG_ENOUGH, "it never hears");
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        never = service.keep() => match never {},
        never = something_to_do => match never {},
        () = hearing => {}
    }
    assert_eq!(stopped, tokio::time::Instant::now(), "no time has passed");
}
