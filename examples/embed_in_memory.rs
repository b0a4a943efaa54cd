//! The whole domain in forty lines, without a database, a file or a socket.
//!
//! `cargo run -p douyin-examples --bin embed_in_memory`

use std::sync::Arc;

use douyin_core::{ChatQuery, Douyin, Error, FeedQuery, Mark, MediaKey, Upload};
use douyin_store_mem::MemStore;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let douyin = Douyin::builder(Arc::new(MemStore::new())).build();
    print!("{}", an_afternoon(&douyin).await?);
    Ok(())
}

async fn an_afternoon(douyin: &Douyin) -> Result<String, Error> {
    let alice = douyin.register("alice", "correct horse").await?;
    let bob = douyin.register("bob", "battery staple").await?;

    let upload = Upload {
        id: douyin.new_video_id()?,
        title: "My cat meets the rain".to_owned(),
        play: MediaKey::new("videos/cat.mp4"),
        cover: MediaKey::new("covers/cat.jpg"),
        bytes: 0,
    };
    let video = upload.id;
    douyin.publish(alice, upload).await?;

    let _ = douyin.like(bob, video, Mark::On).await?;
    let _ = douyin.follow(bob, alice, Mark::On).await?;
    douyin.comment(bob, video, "太好看了吧").await?;
    douyin.send(bob, alice, "Teach me, please.").await?;

    let seen = &douyin
        .feed(Some(bob), FeedQuery::default())
        .await?
        .videos
        .items[0];
    let chat = douyin.chat(alice, bob, ChatQuery::default()).await?.items;
    Ok(format!(
        "{} by {}: {} like, {} comment\nbob likes it: {}, bob follows alice: {}\nalice reads: {}\n",
        seen.title,
        seen.author.name,
        seen.favorite_count,
        seen.comment_count,
        seen.is_favorite,
        seen.author.is_follow,
        chat[0].text,
    ))
}

#[cfg(test)]
#[tokio::test]
async fn it_tells_of_the_like_the_comment_the_follow_and_the_message() {
    let douyin = Douyin::builder(Arc::new(MemStore::new())).build();
    assert_eq!(
        an_afternoon(&douyin).await.unwrap(),
        "My cat meets the rain by alice: 1 like, 1 comment\n\
         bob likes it: true, bob follows alice: true\n\
         alice reads: Teach me, please.\n"
    );
}
