use std::time::Instant;

use douyin_media::DEMO_CLIP;

use super::{Bucket, newest, publish};
use crate::client::Client;
use crate::site::Site;
use crate::wait_until;

#[test]
fn without_its_bucket_a_server_does_everything_else_and_heals_by_itself() {
    let Some(bucket) = Bucket::make("a bucket that is away") else {
        return;
    };
    let site = bucket.site(Site::on_url(None));
    let running = site.start();
    let client = Client::new(&running.url());
    let alice = client.register("alice", "password");
    assert_eq!(
        publish(&client, &alice, DEMO_CLIP)
            .expect("an answer")
            .decided()["status_code"],
        0
    );
    let objects = bucket.objects();
    let play_url = newest(&client)["play_url"]
        .as_str()
        .expect("a URL")
        .to_owned();
    bucket.0.kill();

    let begun = Instant::now();
    for _ in 0..100 {
        let refused = client.get(&play_url, &[]);
        assert_eq!(refused.status(), 503);
        assert!(refused.headers().contains_key("retry-after"));
        let refused = publish(&client, &alice, DEMO_CLIP).expect("an answer");
        assert!(refused.is_unavailable(), "{refused:?}");
    }
    println!("200 answers without the bucket: {:?}", begun.elapsed());
    assert_eq!(newest(&client)["play_url"], play_url.as_str());
    let ready = running.get("/readyz", "");
    assert!(ready.starts_with("HTTP/1.1 200 "), "{ready}");
    assert!(
        ready.ends_with("ready, without the media storage\n"),
        "{ready}"
    );

    // A server that starts now does so too.
    drop(running);
    let running = site.start();
    let client = Client::new(&running.url());
    let play_url = newest(&client)["play_url"]
        .as_str()
        .expect("a URL")
        .to_owned();
    assert_eq!(client.get(&play_url, &[]).status(), 503);

    bucket.0.restart();
    wait_until("the video can be played", || {
        client.get(&play_url, &[]).status() == 200
    });
    wait_until("nothing is left of what was refused", || {
        bucket.objects() == objects
    });
    assert_eq!(
        publish(&client, &alice, DEMO_CLIP)
            .expect("an answer")
            .decided()["status_code"],
        0
    );
    assert!(running.get("/readyz", "").ends_with("\r\n\r\nready\n"));
}
