//! The OpenAPI document and the page that shows it, without anything from elsewhere.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use utoipa::OpenApi as _;
use utoipa::openapi::{OpenApi, Server};
use utoipa_swagger_ui::Config;

use super::error::Failure;
use super::language::Language;
use super::status::Status;

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "douyin",
    description = "The REST API of a short-video service."
))]
struct About;

const INTRODUCTION: &str = "\
Every path answers with and without its trailing slash. Parameters may be in the query string, in an \
`application/x-www-form-urlencoded`, a `multipart/form-data` or an `application/json` body, on every endpoint; the query string \
wins, and an empty value is an absent one.

The HTTP status is 200 for everything that the service decides, failures included: `status_code` says what it came to, `status_msg` \
says it to people, in the language that `Accept-Language` asks for. A failure keeps the shape of the payload, with empty lists, 0 and \
empty texts; objects are left out. What 404, 405, 408, 413, 429 and 503 carry is the same envelope.

| status_code | kind | HTTP | English | 中文 |
|---|---|---|---|---|
";

/// What stands in the document besides the endpoints.
pub(super) fn about() -> OpenApi {
    let mut about = About::openapi();
    let mut description = INTRODUCTION.to_owned();
    for status in Status::ALL {
        let (english, chinese) = (
            status.text(Language::English),
            status.text(Language::Chinese),
        );
        let (code, kind, http) = (status.code(), status.kind(), status.http().as_u16());
        // Writing to a String cannot fail.
        let _ = writeln!(
            description,
            "| {code} | {kind:?} | {http} | {english} | {chinese} |"
        );
    }
    about.info.description = Some(description);
    // Relative to where the document is, so that it holds under a prefix as well.
    about.servers = Some(vec![Server::new(".")]);
    about
}

/// `/openapi.json` and `/docs`.
pub(super) fn router(document: &OpenApi) -> Router {
    let json = Bytes::from(document.to_json().unwrap_or_default());
    let document = move || async move { ([(header::CONTENT_TYPE, "application/json")], json) };
    Router::new()
        .route("/openapi.json", get(document))
        .route("/docs", get(to_the_page))
        .route(
            "/docs/",
            get(|headers: HeaderMap| page_file(Path("index.html".to_owned()), headers)),
        )
        .route("/docs/{file}", get(page_file))
}

/// The page's files are relative to `/docs/`, and so is this.
async fn to_the_page() -> Response {
    (
        StatusCode::PERMANENT_REDIRECT,
        [(header::LOCATION, "docs/")],
    )
        .into_response()
}

static CONFIG: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from("../openapi.json")));

async fn page_file(Path(file): Path<String>, headers: HeaderMap) -> Response {
    match utoipa_swagger_ui::serve(&file, Arc::clone(&CONFIG)) {
        Ok(Some(file)) => (
            [(header::CONTENT_TYPE, file.content_type)],
            file.bytes.into_owned(),
        )
            .into_response(),
        Ok(None) => Failure::new(Status::PathNotFound).answer(&headers),
        Err(error) => {
            tracing::error!(%error, "a file of the documentation page could not be made");
            Failure::new(Status::Internal).answer(&headers)
        }
    }
}
