//! The OpenAPI document and the page that shows it, without anything from elsewhere.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use axum::extract::rejection::PathRejection;
use axum::extract::{OriginalUri, Path};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi as _;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi, Server};
use utoipa_swagger_ui::Config;

use super::error::Failure;
use super::language::Language;
use super::status::Status;
use super::urls::{mount, mount_in_page};

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
empty texts; objects are left out. What 404, 405, 408, 413, 429 and 503 carry is the same envelope. Below `/douyin/upload/`, where \
clients speak the tus protocol, the HTTP status tells of every failure, beside the same envelope.

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
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    about
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", bearer);
    // Anonymous, or with a token: each endpoint says which of them it answers.
    about.security = Some(vec![
        SecurityRequirement::default(),
        SecurityRequirement::new::<_, _, String>("bearer", []),
    ]);
    about
}

/// `/openapi.json` and `/docs`.
pub(super) fn router(document: OpenApi) -> Router {
    let served = Arc::new(document);
    let document = async move |OriginalUri(original): OriginalUri, uri: Uri| {
        let mut document = OpenApi::clone(&served);
        let mount = mount(&original, &uri);
        if !mount.is_empty() {
            document.servers = Some(vec![Server::new(mount)]);
        }
        Json(document)
    };
    Router::new()
        .route("/openapi.json", get(document))
        .route("/docs", get(page))
        .route("/docs/", get(page))
        .route("/docs/{file}", get(page_file))
}

/// The page shares its origin with the web client, and so what that keeps: it runs nothing but its own scripts. Swagger UI writes styles.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
    base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/// The page, whose files are relative to `/docs/`.
async fn page(OriginalUri(original): OriginalUri, uri: Uri, language: Language) -> Response {
    let mount = mount_in_page(&original, &uri);
    let base = format!("<head><base href=\"{mount}/docs/\">");
    file("index.html", language, |html| {
        html.replacen("<head>", &base, 1)
    })
}

async fn page_file(name: Result<Path<String>, PathRejection>, language: Language) -> Response {
    match name {
        Ok(Path(name)) => file(&name, language, |text| text),
        Err(_) => Failure::new(Status::PathNotFound).answer(language),
    }
}

static CONFIG: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from("../openapi.json")));

/// A file of Swagger UI, which is part of the program.
fn file(name: &str, language: Language, edit: impl FnOnce(String) -> String) -> Response {
    match utoipa_swagger_ui::serve(name, Arc::clone(&CONFIG)) {
        Ok(Some(file)) => {
            let headers = [
                (header::CONTENT_TYPE, &*file.content_type),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            match String::from_utf8(file.bytes.into_owned()) {
                Ok(text) => (headers, edit(text)).into_response(),
                Err(picture) => (headers, picture.into_bytes()).into_response(),
            }
        }
        Ok(None) => Failure::new(Status::PathNotFound).answer(language),
        Err(error) => {
            tracing::error!(%error, "a file of the documentation page could not be made");
            Failure::new(Status::Internal).answer(language)
        }
    }
}
