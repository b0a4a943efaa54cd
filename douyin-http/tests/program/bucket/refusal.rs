use super::Bucket;
use crate::site::Site;
use crate::stderr;

/// What a server says that does not start.
fn refusal(site: &Site) -> String {
    let output = site.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = stderr(&output);
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    said.to_owned()
}

#[test]
fn what_is_wrong_with_a_bucket_is_said_in_a_line_without_secrets() {
    let Some(bucket) = Bucket::make("a bucket that cannot be used") else {
        return;
    };
    let missing = bucket
        .site(Site::on_url(None))
        .with("DOUYIN_MEDIA_URL", "s3://not-there");
    let said = refusal(&missing);
    assert!(
        said.starts_with(
            "error: cannot open the media storage: the bucket cannot be used: NoSuchBucket"
        ),
        "{said}"
    );

    let wrong = "nobody-knows-this";
    let refused = bucket
        .site(Site::on_url(None))
        .with("DOUYIN_MEDIA_S3_SECRET_KEY", wrong);
    let said = refusal(&refused);
    assert!(
        said.contains("the bucket cannot be used: SignatureDoesNotMatch"),
        "{said}"
    );
    assert!(
        !said.contains(wrong) && !said.contains(bucket.secret_key()),
        "{said}"
    );

    let half = bucket
        .site(Site::on_url(None))
        .with("DOUYIN_MEDIA_S3_SECRET_KEY", "");
    assert!(stderr(&half.run(&["serve"])).contains("media.s3_secret_key"));
}
