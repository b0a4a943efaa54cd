//! Pictures as WebP, for those who say that they take it (RFC 9110, 12.5.1).

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use douyin_core::MediaKey;
use douyin_media::{Extent, MediaError, MediaFile, MediaStorage};

use crate::quality;

/// Opens a file, or the same picture as WebP where that is accepted and there.
pub(super) async fn find(
    storage: &MediaStorage,
    key: &MediaKey,
    likely: Extent,
    request: &HeaderMap,
) -> Result<Option<MediaFile>, MediaError> {
    if let Some(webp) = MediaStorage::webp_of(key).filter(|_| accepts_webp(request))
        && let Some(found) = storage.file(&webp, likely.clone()).await?
    {
        return Ok(Some(found));
    }
    storage.file(key, likely).await
}

/// Says of a picture that may be another one for somebody else that it may, whichever this is.
pub(super) fn vary(mut answer: Response, key: &MediaKey) -> Response {
    if MediaStorage::webp_of(key).is_some() {
        let accept = HeaderValue::from_name(header::ACCEPT);
        answer.headers_mut().append(header::VARY, accept);
    }
    answer
}

/// Whether WebP is named: `image/*` and `*/*` are said by those too who never heard of it.
fn accepts_webp(request: &HeaderMap) -> bool {
    let lists = request.get_all(header::ACCEPT).iter();
    lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(quality::weighted)
        .any(|(media_type, quality)| quality > 0 && media_type.eq_ignore_ascii_case("image/webp"))
}
