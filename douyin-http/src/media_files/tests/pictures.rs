use std::fs;

use super::*;

const COVER: &str = "/media/covers/1.jpg";

/// A site on which the cover of the video is there as WebP too.
async fn with_webp() -> Site {
    let site = Site::new("file").await;
    let webp = site.folder.path().join("media/covers/1.webp");
    fs::write(webp, b"a picture").unwrap();
    site
}

#[tokio::test]
async fn a_cover_is_sent_as_webp_to_those_who_name_it() {
    let site = with_webp().await;
    let jpeg = site.request("GET", COVER, &[]).await;
    for (accept, is_webp) in [
        ("image/avif,image/webp,image/apng,*/*;q=0.8", true),
        ("image/WebP;q=0.001", true),
        ("image/webp;q=0, */*", false),
        ("image/*, */*;q=0.8", false),
        ("image/webpx", false),
        ("", false),
    ] {
        let reply = site.request("GET", COVER, &[("accept", accept)]).await;
        assert_eq!(reply.status, 200);
        let media_type = if is_webp { "image/webp" } else { "image/jpeg" };
        assert_eq!(reply.header("content-type"), media_type, "{accept}");
        assert_eq!(reply.body == b"a picture", is_webp, "{accept}");
        assert_eq!(reply.header("etag") != jpeg.header("etag"), is_webp);
        assert_eq!(reply.header("vary"), "accept");
        assert_eq!(reply.header("cache-control"), FOR_EVER);
    }
}

#[tokio::test]
async fn conditions_and_ranges_are_about_the_picture_that_is_chosen() {
    let site = with_webp().await;
    let webp = ("accept", "image/webp");
    let chosen = site.request("GET", COVER, &[webp]).await;
    let etag = ("if-none-match", chosen.header("etag"));
    let again = site.request("GET", COVER, &[webp, etag]).await;
    assert_eq!((again.status, again.header("vary")), (304, "accept"));
    assert_eq!(site.request("GET", COVER, &[etag]).await.status, 200);
    let part = [webp, ("range", "bytes=2-4")];
    let part = site.request("GET", COVER, &part).await;
    assert_eq!((part.status, &part.body[..]), (206, &b"pic"[..]));
    let head = site.request("HEAD", COVER, &[webp]).await;
    assert_eq!(head.headers, chosen.headers);
}

#[tokio::test]
async fn what_there_is_no_webp_of_is_sent_as_it_is() {
    let site = Site::new("file").await;
    fs::remove_file(site.folder.path().join("media/covers/1.webp")).unwrap();
    let webp = [("accept", "image/webp")];
    let cover = site.request("GET", COVER, &webp).await;
    assert_eq!(
        (cover.header("content-type"), cover.header("vary")),
        ("image/jpeg", "accept")
    );
    let avatar = format!("/media/{}", default_avatar(UserId::new(1).unwrap()));
    for path in ["/media/videos/1.mp4", &avatar] {
        let reply = site.request("GET", path, &webp).await;
        assert_eq!((reply.status, reply.header("vary")), (200, ""), "{path}");
    }
    let none = site.request("GET", "/media/covers/2.jpg", &webp).await;
    assert_eq!(none.status, 404);
}
