use douyin_media::DEMO_CLIP;

use super::{Bucket, FILES, newest, publish};
use crate::client::Client;
use crate::database::{Database, on_each};
use crate::site::Site;

on_each!(what_is_published_at_one_is_played_at_the_other: database(postgres));
fn what_is_published_at_one_is_played_at_the_other(database: &Database) {
    let Some(bucket) = Bucket::make("two servers on one bucket") else {
        return;
    };
    let site = || {
        bucket.site(Site::on(database)).with(
            "DOUYIN_JWT_SECRET",
            "one secret of two servers, 32 bytes or more",
        )
    };
    let sites = [site(), site()];
    let servers = sites.each_ref().map(Site::start);
    let clients = servers.each_ref().map(|server| Client::new(&server.url()));
    let alice = clients[0].register("alice", "password");
    for (here, there) in [(0, 1), (1, 0)] {
        let answer = publish(&clients[here], &alice, DEMO_CLIP).expect("an answer");
        assert_eq!(answer.decided()["status_code"], 0);
        let video = newest(&clients[there]);
        let play_url = video["play_url"].as_str().expect("a URL");
        assert!(play_url.starts_with(&servers[there].url()), "{play_url}");
        let mut played = clients[there].get(play_url, &[]);
        assert_eq!(
            played.body_mut().read_to_vec().expect("all of it"),
            DEMO_CLIP
        );
        let cover_url = video["cover_url"].as_str().expect("a URL");
        assert_eq!(clients[there].get(cover_url, &[]).status(), 200);
    }
    assert_eq!(bucket.objects().len(), 2 * FILES);
}
