use std::net::TcpListener;
use std::time::Duration;

use douyin_media::{MediaError, MediaOptions, MediaStorage};

use crate::s3::S3Server;

async fn check(url: &str, options: MediaOptions) -> Result<(), MediaError> {
    let folder = tempfile::tempdir().unwrap();
    let storage = MediaStorage::open(url, folder.path(), options).unwrap();
    storage.check().await
}

fn refusal(checked: Result<(), MediaError>) -> String {
    match checked {
        Err(error @ MediaError::Bucket { .. }) => {
            let text = error.to_string();
            assert!(!text.contains('\n'), "{text}");
            text
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named_as_the_reason() {
    let Some(server) = S3Server::of_the_tests("a missing bucket") else {
        return;
    };
    let url = format!("s3://nobody-made-{:x}/a", fastrand::u64(..));
    let checked = check(&url, server.options()).await;
    let refusal = refusal(checked);
    assert!(refusal.contains("NoSuchBucket"), "{refusal}");
}

#[tokio::test]
async fn wrong_credentials_are_refused_without_being_repeated() {
    let Some(server) = S3Server::of_the_tests("wrong credentials") else {
        return;
    };
    let bucket = server.make_bucket().await;
    let mut wrong_secret = server.options();
    wrong_secret.bucket.secret_key = Some("not-the-secret".to_owned());
    let mut wrong_key = server.options();
    wrong_key.bucket.access_key = Some("nobody".to_owned());
    for options in [wrong_secret, wrong_key] {
        let refusal = refusal(check(&bucket.url(), options.clone()).await);
        assert!(!refusal.contains("not-the-secret"), "{refusal}");
        assert!(!refusal.contains(&server.secret_key), "{refusal}");
        assert!(
            refusal.contains("SignatureDoesNotMatch") || refusal.contains("NotSignedUp"),
            "{refusal}"
        );
        assert!(!format!("{options:?}").contains("not-the-secret"));
    }
    assert_eq!(bucket.names().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_server_that_is_not_there_or_silent_is_away() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let free = nobody.local_addr().unwrap();
    drop(nobody);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for address in [free, silent.local_addr().unwrap()] {
        let server = S3Server::of_url(&format!("http://key:secret@{address}"));
        let mut options = server.options();
        options.bucket.stall_time = Duration::from_millis(100);
        let checked = check("s3://bucket/a", options).await;
        assert!(matches!(checked, Err(MediaError::Away(_))), "{checked:?}");
    }
}
