use axum::http::Request;

use super::*;

/// What a request is taken to come from that `peer` sent with these lines of `X-Forwarded-For`.
fn client(trusted: &str, peer: &str, lines: &[&str]) -> String {
    let mut request = Request::builder();
    for line in lines {
        request = request.header("x-forwarded-for", *line);
    }
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let peer: SocketAddr = peer.parse().unwrap();
    parts.extensions.insert(ConnectInfo(peer));
    let trusted: TrustedProxies = trusted.parse().unwrap();
    trusted.client(&parts).unwrap().to_string()
}

#[test]
fn nobody_is_believed_who_is_not_trusted() {
    assert_eq!(client("", "192.0.2.1:80", &["203.0.113.9"]), "192.0.2.1");
    assert_eq!(
        client("192.0.2.2", "192.0.2.1:80", &["203.0.113.9"]),
        "192.0.2.1"
    );
    let (parts, ()) = Request::builder()
        .header("x-forwarded-for", "203.0.113.9")
        .body(())
        .unwrap()
        .into_parts();
    let trusted: TrustedProxies = "0.0.0.0/0,::/0".parse().unwrap();
    assert_eq!(
        trusted.client(&parts),
        None,
        "nobody knows who is connected"
    );
    assert!(!trusted.forwarded(&parts.extensions));
}

#[test]
fn a_trusted_proxy_says_whom_it_speaks_for() {
    for trusted in ["192.0.2.1", "192.0.2.0/24", "::1, 192.0.2.1"] {
        let of = |lines: &[&str]| client(trusted, "192.0.2.1:80", lines);
        assert_eq!(of(&["203.0.113.9"]), "203.0.113.9");
        assert_eq!(of(&[]), "192.0.2.1");
    }
    let mapped = client("192.0.2.1", "[::ffff:192.0.2.1]:80", &["203.0.113.9"]);
    assert_eq!(mapped, "203.0.113.9");
}

#[test]
fn what_the_client_claims_before_the_proxies_entries_is_not_believed() {
    let of = |lines: &[&str]| client("10.0.0.0/8", "10.0.0.1:80", lines);
    assert_eq!(of(&["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
    assert_eq!(of(&["198.51.100.1", "203.0.113.9"]), "203.0.113.9");
    // Past proxies of ours, in one line and in several.
    assert_eq!(
        of(&["198.51.100.1, 203.0.113.9, 10.0.0.3,10.0.0.2"]),
        "203.0.113.9"
    );
    assert_eq!(
        of(&["198.51.100.1, 203.0.113.9", "10.0.0.2"]),
        "203.0.113.9"
    );
    assert_eq!(
        of(&["10.0.0.4, 10.0.0.3"]),
        "10.0.0.4",
        "all of them are ours"
    );
}

#[test]
fn addresses_may_have_ports_and_brackets() {
    for (entry, expected) in [
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        (" \t203.0.113.9 ", "203.0.113.9"),
    ] {
        assert_eq!(
            client("10.0.0.1", "10.0.0.1:80", &[entry]),
            expected,
            "{entry}"
        );
    }
}

#[test]
fn what_is_no_address_ends_it_with_the_last_that_is_known() {
    for garbage in [
        "unknown",
        "",
        ",,,",
        "203.0.113.9:99999",
        "203.0.113",
        "[203.0.113.9",
        "1e9",
        "<script>",
        "203.0.113.9;10.0.0.2",
        "２０３.0.113.9",
        "_hidden",
    ] {
        let of = |line: &str| client("10.0.0.0/8", "10.0.0.1:80", &["203.0.113.9", line]);
        assert_eq!(of(garbage), "10.0.0.1", "{garbage}");
        assert_eq!(of(&format!("{garbage}, 10.0.0.2")), "10.0.0.2", "{garbage}");
    }
}

#[test]
fn ten_thousand_entries_are_not_followed() {
    let mut line = "10.0.0.2,".repeat(10_000);
    line.push_str("10.0.0.2");
    assert_eq!(client("10.0.0.0/8", "10.0.0.1:80", &[&line]), "10.0.0.2");
    let line = format!("{}203.0.113.9", "198.51.100.1, ".repeat(10_000));
    assert_eq!(client("10.0.0.0/8", "10.0.0.1:80", &[&line]), "203.0.113.9");
}

#[test]
fn a_list_is_of_addresses_and_networks() {
    let list: TrustedProxies = " 10.0.0.0/8 ,::1, 192.0.2.7".parse().unwrap();
    let shown: Vec<_> = list.networks().iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["10.0.0.0/8", "::1/128", "192.0.2.7/32"]);
    assert_eq!("".parse(), Ok(TrustedProxies::default()));
    for other in [
        "true",
        "10.0.0.0/33",
        "10.0.0.1,,10.0.0.2",
        "host",
        "10.0.0.1:80",
    ] {
        assert!(other.parse::<TrustedProxies>().is_err(), "{other}");
    }
}
