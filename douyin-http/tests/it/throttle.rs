//! How often logins may miss and users may register.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use douyin_http::api::Allowance;

use crate::app::{Answer, App, keys};

async fn post(app: &App, path_and_query: &str, address: &str) -> Answer {
    let mut request = Request::post(format!("/douyin{path_and_query}"))
        .body(Body::empty())
        .unwrap();
    let address: SocketAddr = format!("{address}:4711").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(address));
    app.call(request).await
}

async fn login(app: &App, password: &str, address: &str) -> Answer {
    post(
        app,
        &format!("/user/login/?username=alice&password={password}"),
        address,
    )
    .await
}

/// Where `alice` registered, and is known.
const HOME: &str = "192.0.2.1";

async fn register_alice(app: &App) {
    register_alice_at(app, HOME).await;
}

async fn register_alice_at(app: &App, address: &str) {
    let path = "/user/register/?username=alice&password=secret";
    post(app, path, address).await.assert_success();
}

#[tokio::test]
async fn thirty_misses_of_an_account_in_five_minutes_are_enough_for_a_network() {
    let app = App::new();
    register_alice(&app).await;
    for _ in 0..30 {
        login(&app, "wrong", "198.51.100.7")
            .await
            .assert_failure(2003);
    }
    for password in ["wrong", "secret"] {
        let refused = login(&app, password, "198.51.100.7").await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.code(), 7001);
        assert_eq!(
            keys(&refused.body),
            ["status_code", "status_msg", "token", "user_id"]
        );
        assert_eq!(refused.headers["retry-after"], "300");
    }
    for elsewhere in [HOME, "203.0.113.9"] {
        login(&app, "secret", elsewhere).await.assert_success();
    }
    app.clock.advance_millis(299_000);
    let refused = login(&app, "secret", "198.51.100.7").await;
    assert_eq!(refused.headers["retry-after"], "1");
    app.clock.advance_millis(1_000);
    login(&app, "secret", "198.51.100.7").await.assert_success();
}

/// Two misses at once, and so twenty at large.
fn strict() -> App {
    App::with(|api| {
        api.login_misses(Allowance {
            times: 2,
            window: Duration::from_mins(5),
        })
    })
}

#[tokio::test]
async fn guesses_from_many_networks_end_but_not_where_the_owner_was_before() {
    let app = strict();
    register_alice(&app).await;
    for network in 1..=10 {
        let address = format!("198.51.100.{network}");
        for _ in 0..2 {
            login(&app, "wrong", &address).await.assert_failure(2003);
        }
    }
    let refused = login(&app, "secret", "203.0.113.9").await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::TOO_MANY_REQUESTS, 7001)
    );
    login(&app, "wrong", HOME).await.assert_failure(2003);
    login(&app, "secret", HOME).await.assert_success();
    app.clock.advance_millis(300_000);
    login(&app, "secret", "203.0.113.9").await.assert_success();
}

#[tokio::test]
async fn one_network_does_not_try_one_password_on_every_account() {
    let app = strict();
    register_alice(&app).await;
    let guess = async |number: u32| {
        let path = format!("/user/login/?username=user{number}&password=123456");
        post(&app, &path, "198.51.100.7").await
    };
    for number in 0..20 {
        guess(number).await.assert_failure(2003);
    }
    assert_eq!(guess(20).await.status, StatusCode::TOO_MANY_REQUESTS);
    login(&app, "secret", "203.0.113.9").await.assert_success();
}

#[tokio::test]
async fn where_the_owner_was_before_thirty_misses_are_enough_as_well() {
    let app = App::new();
    register_alice(&app).await;
    for _ in 0..30 {
        login(&app, "wrong", HOME).await.assert_failure(2003);
    }
    assert_eq!(
        login(&app, "secret", HOME).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn only_misses_count_and_only_those_of_the_account() {
    let app = App::new();
    app.register("alice").await;
    for _ in 0..40 {
        login(&app, "secret", "192.0.2.1").await.assert_success();
        post(
            &app,
            "/user/login/?username=bob&password=wrong",
            "192.0.2.1",
        )
        .await;
    }
    for spelling in ["ALICE", "%EF%BC%A1lice", "+alice+"]
        .iter()
        .cycle()
        .take(30)
    {
        let path = format!("/user/login/?username={spelling}&password=wrong");
        post(&app, &path, "198.51.100.7").await.assert_failure(2003);
    }
    assert_eq!(
        login(&app, "wrong", "198.51.100.7").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn misses_and_known_networks_are_of_the_user_and_not_of_the_name() {
    let app = strict();
    let registered = post(&app, "/user/register/?username=alice&password=secret", HOME).await;
    let token = registered.body["token"].as_str().unwrap();
    let guess = async |name: &str, network: u32| {
        let path = format!("/user/login/?username={name}&password=wrong");
        post(&app, &path, &format!("198.51.100.{network}")).await
    };
    for network in 1..=10 {
        for _ in 0..2 {
            guess("alice", network).await.assert_failure(2003);
        }
    }
    post(
        &app,
        &format!("/user/profile/?name=carol&token={token}"),
        HOME,
    )
    .await
    .assert_success();
    let still = guess("carol", 11).await;
    assert_eq!(still.status, StatusCode::TOO_MANY_REQUESTS, "another name");
    guess("alice", 11).await.assert_failure(2003);
    let password = format!("/user/password/?old_password=wrong&new_password=12345&token={token}");
    for name in ["dave", "erin"] {
        post(&app, &password, HOME).await.assert_failure(2004);
        post(
            &app,
            &format!("/user/profile/?name={name}&token={token}"),
            HOME,
        )
        .await
        .assert_success();
    }
    let refused = post(&app, &password, HOME).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "third guess");

    // Whoever has the name now begins with nothing, and where the other one was known is nothing to them.
    register_alice_at(&app, "203.0.113.9").await;
    for network in 12..=21 {
        for _ in 0..2 {
            guess("alice", network).await.assert_failure(2003);
        }
    }
    let refused = login(&app, "secret", HOME).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    login(&app, "secret", "203.0.113.9").await.assert_success();
}

#[tokio::test]
async fn guesses_made_at_once_are_no_more_than_guesses_made_one_after_the_other() {
    let app = App::new();
    let guesses = (0..60).map(|_| login(&app, "wrong", "198.51.100.7"));
    let answers = futures_util::future::join_all(guesses).await;
    let missed = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .count();
    assert_eq!(missed, 30);
}

#[tokio::test]
async fn one_network_registers_a_class_of_a_hundred_at_once_but_no_flood() {
    let app = App::new();
    let register = async |name: usize, address| {
        post(
            &app,
            &format!("/user/register/?username=user{name}&password=secret"),
            address,
        )
        .await
    };
    for name in 0..120 {
        let taken = post(
            &app,
            "/user/register/?username=user0&password=1",
            "[2001:db8::2]",
        )
        .await;
        taken.assert_failure(1005);
        register(name, "[2001:db8::1]").await.assert_success();
    }
    let refused = register(120, "[2001:db8::3]").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.code(), 7002);
    assert_eq!(refused.headers["retry-after"], "10");
    assert_eq!(refused.body["user_id"], 0);
    register(120, "[2001:db8:0:1::1]").await.assert_success();
    app.clock.advance_millis(10_000);
    register(121, "[2001:db8::3]").await.assert_success();
}

#[tokio::test]
async fn one_network_registers_ten_users_a_second_for_as_long_as_it_likes() {
    let app = App::new();
    for name in 0..600 {
        let path = format!("/user/register/?username=user{name}&password=secret");
        post(&app, &path, HOME).await.assert_success();
        // Now and then a little early, or a little late.
        app.clock.advance_millis([95, 100, 105][name % 3]);
    }
}
