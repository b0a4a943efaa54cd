use axum::http::Request;
use douyin_core::{Mark, VideoId};

use super::*;

const BOUNDARY: &str = "multipart/form-data; boundary=XX";

fn form(fields: &[(&str, &str)]) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    format!("{}--XX--\r\n", fields.iter().map(part).collect::<String>())
}

async fn read(query: &str, media_type: &str, body: impl Into<Body>) -> Result<Params, Failure> {
    let mut request = Request::get(format!("/{query}"));
    if !media_type.is_empty() {
        request = request.header("content-type", media_type);
    }
    let (parts, mut body) = request.body(body.into()).unwrap().into_parts();
    Params::read(&parts, &mut body, 1_000).await
}

async fn text(query: &str, media_type: &str, body: impl Into<Body>) -> Option<String> {
    let params = read(query, media_type, body).await.unwrap();
    params.text("a").unwrap().map(Cow::into_owned)
}

#[tokio::test]
async fn values_are_found_in_every_place_under_every_media_type() {
    let urlencoded = "application/x-www-form-urlencoded";
    for (media_type, body) in [
        (urlencoded, "b=2&a=1".to_owned()),
        (
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
            "a=1".to_owned(),
        ),
        ("", "a=1".to_owned()),
        ("text/plain", "a=1\n".to_owned()),
        ("application/json", r#"{"a":1}"#.to_owned()),
        (
            "application/json; charset=utf-8",
            r#" {"b":[],"a":"1"}"#.to_owned(),
        ),
        ("application/problem+json", r#"{"a":"1"}"#.to_owned()),
        ("", r#"{"a":1}"#.to_owned()),
        (urlencoded, r#"{"a":1}"#.to_owned()),
        (BOUNDARY, form(&[("b", "2"), ("a", "1")])),
        (
            "multipart/form-data; charset=utf-8; boundary=\"XX\"",
            form(&[("a", "1")]),
        ),
    ] {
        assert_eq!(
            text("", media_type, body.clone()).await.as_deref(),
            Some("1"),
            "{media_type} {body}"
        );
        assert_eq!(
            text("?a=0", media_type, body).await.as_deref(),
            Some("0"),
            "the query wins"
        );
    }
    assert_eq!(text("?a=1", "", "").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn the_first_value_that_is_not_empty_wins() {
    for (media_type, body) in [
        ("", "a=&a=1&a=2".to_owned()),
        (
            "application/json",
            r#"{"a":"","a":null,"a":1,"a":2}"#.to_owned(),
        ),
        (BOUNDARY, form(&[("a", ""), ("a", "1"), ("a", "2")])),
    ] {
        assert_eq!(
            text("?a=&a", media_type, body).await.as_deref(),
            Some("1"),
            "{media_type}"
        );
    }
    assert_eq!(text("?a=", "", "a=").await, None);
    assert_eq!(text("", "application/json", "").await, None);
    assert_eq!(text("", "application/json", " \n").await, None);
}

#[tokio::test]
async fn what_cannot_be_read_is_a_failure() {
    for (query, media_type, body) in [
        ("", "application/json", &b"a=1"[..]),
        ("", "application/json", b"[1]"),
        ("", "application/json", b"{\"a\":1"),
        ("", "application/json", b"{\"a\":\"\xff\"}"),
        ("", BOUNDARY, b"a=1"),
        (
            "",
            BOUNDARY,
            b"--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
        ),
    ] {
        let failure = read(query, media_type, body.to_vec()).await.unwrap_err();
        assert_eq!(
            failure.status(),
            Status::MalformedRequest,
            "{query} {media_type} {body:?}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_decoded_fails_where_it_is_asked_for_and_nowhere_else() {
    for (query, body) in [
        ("?a=%zz&b=2&whatever=100%", &b""[..]),
        ("?a=%ff&b=2", b""),
        ("", b"a=%4&b=2&%=1"),
        ("", b"a=\xff&b=2&\xff=1"),
    ] {
        let params = read(query, "", body.to_vec()).await.unwrap();
        let failure = params.text("a").unwrap_err();
        assert_eq!(
            failure.status(),
            Status::InvalidParameter,
            "{query} {body:?}"
        );
        assert_eq!(params.require_text("b").unwrap(), "2", "{query} {body:?}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_one_of_exactly_that_size_is_not() {
    let body = |length: usize| format!("a={}", "x".repeat(length - 2));
    assert!(read("", "", body(1_000)).await.is_ok());
    assert_eq!(
        read("", "", body(1_001)).await.unwrap_err().status(),
        Status::BodyTooLarge
    );
}

#[tokio::test]
async fn a_multipart_body_has_a_bounded_number_of_parts() {
    let (parts, mut body) = Request::post("/")
        .header("content-type", BOUNDARY)
        .body(Body::from(form(&[("a", "1"); 65])))
        .unwrap()
        .into_parts();
    let failure = Params::read(&parts, &mut body, 1 << 20).await.unwrap_err();
    assert_eq!(failure.status(), Status::MalformedRequest);
}

#[tokio::test]
async fn a_large_multipart_body_in_one_piece_is_read() {
    let value = "x".repeat(500_000);
    let (parts, mut body) = Request::post("/")
        .header("content-type", BOUNDARY)
        .body(Body::from(form(&[("b", &value), ("a", &value)])))
        .unwrap()
        .into_parts();
    let params = Params::read(&parts, &mut body, 2 << 20).await.unwrap();
    assert_eq!(params.text("a").unwrap().unwrap(), value);
}

#[tokio::test]
async fn only_what_is_asked_for_is_looked_at() {
    let params = read("?a=undefined&b=7", "application/json", r#"{"c":[1]}"#)
        .await
        .unwrap();
    assert_eq!(params.require::<VideoId>("b").unwrap().get(), 7);
    assert_eq!(
        params.get::<Mark>("a").unwrap_err().status(),
        Status::InvalidParameter
    );
    assert_eq!(
        params.text("c").unwrap_err().status(),
        Status::InvalidParameter
    );
    assert_eq!(
        params.require::<Mark>("d").unwrap_err().status(),
        Status::MissingParameter
    );
}

#[tokio::test]
async fn the_token_is_in_the_parameter_or_else_in_the_header() {
    let token = |query: &str, header: &'static str| {
        let (parts, ()) = Request::get(format!("/{query}"))
            .header("authorization", header)
            .body(())
            .unwrap()
            .into_parts();
        Params::of_query(&parts).token().map(Cow::into_owned)
    };
    assert_eq!(token("?token=a", "Bearer b").as_deref(), Some("a"));
    for nothing in ["", "?token=", "?token=undefined", "?token=null"] {
        assert_eq!(
            token(nothing, "Bearer b").as_deref(),
            Some("b"),
            "{nothing}"
        );
        assert_eq!(
            token(nothing, "bearer  b ").as_deref(),
            Some("b"),
            "{nothing}"
        );
        for no_header in ["Basic b", "Bearer", "Bearer undefined", "Bearer null", "b"] {
            assert_eq!(token(nothing, no_header), None, "{nothing} {no_header}");
        }
    }
}
