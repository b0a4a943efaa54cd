//! The web client, which is part of the program: a page, and the files that it is made of.
//!
//! The page is asked for anew each time. Its files have a digest of them all in their URLs and are kept for ever, so that a second visit
//! costs one small request, and a new version of the program is seen at once. Debug builds read the files from the disk.

mod coding;
mod document;
mod page;
mod policy;
mod site;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use self::page::Client;
pub use self::policy::MediaSources;
use self::site::Site;
use crate::api::{Failure, Language, Status, method_not_allowed};
use crate::media_files::FOR_EVER;

/// May be kept, and is to be asked about before it is used.
const ASK_FIRST: &str = "no-cache";

/// Camera and microphone are for recording a video, and for nothing that a page might have framed.
const PERMISSIONS: &str = "camera=(self), microphone=(self), geolocation=()";

/// What the page has besides its policy.
const OF_THE_PAGE: [(HeaderName, &str); 3] = [
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

/// The page at `/`, its files below `/web/`. Whoever nests it under a prefix of another router nests [the API](crate::api::router) and
/// [the media](crate::media_files::router) under the same one: that is where the client looks for them.
pub fn router(media: &MediaSources) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/web/{version}/{*path}", get(file))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::new(Client::new(media.policy())))
}

async fn page(
    State(client): State<Arc<Client>>,
    OriginalUri(original): OriginalUri,
    uri: Uri,
    request: HeaderMap,
    language: Language,
) -> Response {
    let Some(page) = client.page(&Site::current(), &original, &uri) else {
        return not_found(language);
    };
    let mut response = page.answer(&request, ASK_FIRST, language);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, client.policy().clone());
    for (name, value) in OF_THE_PAGE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// By name: there may be other parameters in the prefix that it is nested under.
#[derive(Debug, Deserialize)]
struct Wanted {
    version: String,
    path: String,
}

/// A file, as it is now whichever version is asked for: pages that another version of the program has answered are still being loaded when
/// it is exchanged.
async fn file(
    path: Result<Path<Wanted>, PathRejection>,
    request: HeaderMap,
    language: Language,
) -> Response {
    let Ok(Path(Wanted { version, path })) = path else {
        return not_found(language);
    };
    let site = Site::current();
    let Some(file) = site.file(&path) else {
        return not_found(language);
    };
    let caching = if version == site.version() {
        FOR_EVER
    } else {
        ASK_FIRST
    };
    file.answer(&request, caching, language)
}

/// Nobody remembers it: another server, of the next version, may have it already.
fn not_found(language: Language) -> Response {
    Failure::new(Status::PathNotFound).answer(language)
}
