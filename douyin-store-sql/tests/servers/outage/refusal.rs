//! A database cannot be opened, and the message tells why and no password.

use std::error::Error;
use std::net::TcpListener;
use std::time::Duration;

use douyin_store_sql::{OpenError, SqlOptions, open};

use super::on_servers;
use super::own::OwnServer;

const PASSWORD: &str = "hunter2";

/// The error with all that is behind it.
pub(super) async fn refusal(url: &str) -> String {
    let mut options = SqlOptions::default();
    options.connect_wait = Duration::from_secs(1);
    let Err(error) = open(url, &options).await else {
        panic!("it can be opened");
    };
    let mut text = error.to_string();
    let debug = format!("{error:?}");
    let mut source = <OpenError as Error>::source(&error);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    let (user, _) = url.rsplit_once('@').unwrap();
    let (_, password) = user.rsplit_once(':').unwrap();
    for shown in [&text, &debug] {
        assert!(!shown.contains(password), "{shown}");
    }
    assert!(!text.contains('\n'), "{text}");
    text
}

pub(super) async fn assert_refused(url: &str, reason: &str) {
    let refusal = refusal(url).await;
    assert!(refusal.contains(reason), "{refusal}");
    println!("{refusal}");
}

/// The URL with another password.
fn with_wrong_password(url: &str) -> String {
    let (user, rest) = url.rsplit_once('@').unwrap();
    let (user, _password) = user.rsplit_once(':').unwrap();
    format!("{user}:{PASSWORD}@{rest}")
}

on_servers!(whoever_is_refused_is_told_why_in_a_line_without_the_password: own);
async fn whoever_is_refused_is_told_why_in_a_line_without_the_password(server: &OwnServer) {
    let url = with_wrong_password(&server.url);
    let (scheme, _) = url.split_once(':').unwrap();
    let (denied, tls) = match scheme {
        "postgres" => ("password authentication failed", "sslmode=verify-full"),
        _ => ("Access denied", "ssl-mode=VERIFY_IDENTITY"),
    };
    assert_refused(&url, denied).await;
    assert_refused(&format!("{url}?{tls}"), "server does not support TLS").await;
    server.stop();
    assert_refused(&url, "Connection refused").await;
}

/// No server is needed for these.
async fn assert_other_refusals(scheme: &str) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let user = format!("{scheme}://somebody:{PASSWORD}");
    assert_refused(&format!("{user}@{address}/name"), "no answer within 1s").await;
    assert_refused(&format!("{user}@nowhere.invalid/name"), "nowhere.invalid").await;
    assert_refused(&format!("{user}@host:port/name"), "cannot be read").await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_postgres_server_that_is_not_there_is_named_without_the_password() {
    assert_other_refusals("postgres").await;
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn a_mysql_server_that_is_not_there_is_named_without_the_password() {
    assert_other_refusals("mysql").await;
}
