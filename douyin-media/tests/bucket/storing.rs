use douyin_media::{Extent, MediaError};

use crate::Fixture;
use crate::bytes::video;
use crate::s3::S3Server;

#[tokio::test]
async fn files_of_one_part_and_of_many_are_stored_byte_by_byte() {
    let Some(server) = S3Server::of_the_tests("files of one part and of many") else {
        return;
    };
    let fixture = Fixture::new(&server).await;
    fixture.storage.check().await.unwrap();
    let part = 8 << 20;
    for (id, length) in (1..).zip([
        10_000,
        part - 1,
        part,
        part + 1,
        3 * part,
        3 * part + 12_345,
    ]) {
        let video = video(length);
        let stored = fixture.upload(id, &video).await.unwrap();
        let mut object = fixture.bucket.get(stored.play().as_str()).await;
        assert_eq!(object.headers()["content-type"], "video/mp4");
        assert_eq!(
            object.headers()["cache-control"],
            "public, max-age=31536000, immutable"
        );
        let with_limit = object.body_mut().with_config().limit(1 << 30);
        assert!(with_limit.read_to_vec().unwrap() == video, "{length}");
        let read = fixture.read(stored.play(), Extent::Whole).await.unwrap();
        assert!(read == video, "{length}");
        let cover = fixture.bucket.get(stored.cover().as_str()).await;
        assert_eq!(cover.headers()["content-type"], "image/jpeg");
        stored.keep().await;
    }
    let covers =
        (1..=6).flat_map(|id| ["jpg", "webp"].map(|extension| format!("covers/{id}.{extension}")));
    let videos = (1..=6).map(|id| format!("videos/{id}.mp4"));
    let names: Vec<String> = covers.chain(videos).collect();
    assert_eq!(fixture.bucket.names().await, names);
    assert_eq!(fixture.unfinished(), 0);
}

#[tokio::test]
async fn what_is_stored_is_never_replaced_by_an_upload_of_the_same_id() {
    let Some(server) = S3Server::of_the_tests("the same id") else {
        return;
    };
    let fixture = Fixture::new(&server).await;
    let (small, large) = (video(10_000), video(20 << 20));
    for (id, first) in [(1, &small), (2, &large)] {
        let stored = fixture.upload(id, first).await.unwrap();
        let play = stored.play().clone();
        stored.keep().await;
        for again in [&small, &large] {
            let refused = fixture.upload(id, again).await;
            assert!(matches!(refused, Err(MediaError::Exists(_))), "{refused:?}");
        }
        assert!(fixture.read(&play, Extent::Whole).await.unwrap() == *first);
    }
    assert_eq!(fixture.unfinished(), 0);
    assert_eq!(fixture.bucket.names().await.len(), 6);
}

#[tokio::test]
async fn what_is_discarded_is_gone_with_all_its_parts() {
    let case = "discarded";
    let Some(own) = crate::own_server::OwnServer::start(case) else {
        return;
    };
    let fixture = Fixture::new(own.server()).await;
    for (id, length) in [(1, 10_000), (2, 20 << 20)] {
        let stored = fixture.upload(id, &video(length)).await.unwrap();
        stored.discard().await;
    }
    assert_eq!(fixture.bucket.names().await, Vec::<String>::new());
    assert_eq!(own.uploads(), Vec::<std::path::PathBuf>::new());
    assert_eq!(fixture.unfinished(), 0);
}
