//! Listens to what happens in the domain and tells an author about it, as a push service would.
//!
//! `cargo run -p douyin-examples --bin domain_events`
//!
//! Events are told after the commit, on the task of whoever caused them: the sink only hands them on. A listener that falls
//! behind is told how many events it missed and goes on; what must not be missed belongs into a durable queue instead.

use std::sync::Arc;

use douyin_core::{Douyin, Error, Event, EventSink, Mark, MediaKey, Store, Upload, UserId};
use douyin_store_mem::MemStore;
use tokio::sync::broadcast::{self, Receiver, Sender, error::RecvError};

/// Hands events on to everybody who subscribed.
struct Broadcast(Sender<Event>);

impl EventSink for Broadcast {
    fn emit(&self, event: Event) {
        // Fails where nobody has subscribed, which is nobody's loss.
        let _ = self.0.send(event);
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    for line in a_day_of_alice().await? {
        println!("{line}");
    }
    Ok(())
}

async fn a_day_of_alice() -> Result<Vec<String>, Error> {
    let (sender, receiver) = broadcast::channel(1024);
    let store: Arc<dyn Store> = Arc::new(MemStore::new());
    let douyin = Douyin::builder(store.clone())
        .events(Arc::new(Broadcast(sender)))
        .build();
    let alice = douyin.register("alice", "correct horse").await?;
    let listener = tokio::spawn(notifications(alice, store, receiver));

    let bob = douyin.register("bob", "battery staple").await?;
    let upload = Upload {
        id: douyin.new_video_id()?,
        title: "My first sourdough".to_owned(),
        play: MediaKey::new("videos/bread.mp4"),
        cover: MediaKey::new("covers/bread.jpg"),
        bytes: 0,
    };
    let video = upload.id;
    douyin.publish(alice, upload).await?;
    for _ in 0..3 {
        // Only the first of them changes anything, so only one event is told.
        let _ = douyin.like(bob, video, Mark::On).await?;
    }
    let _ = douyin.follow(bob, alice, Mark::On).await?;
    douyin.comment(bob, video, "求教程").await?;
    douyin.send(bob, alice, "Send me the recipe!").await?;

    // The sink goes with the last `Douyin`, and the listener ends with the sink.
    drop(douyin);
    listener.await.expect("the listener does not panic")
}

/// What `user` is told about, until nothing more can happen. It reads from the store what an event only names by its id.
async fn notifications(
    user: UserId,
    store: Arc<dyn Store>,
    mut events: Receiver<Event>,
) -> Result<Vec<String>, Error> {
    let mut told = Vec::new();
    loop {
        match events.recv().await {
            Ok(event) => {
                if let Some((who, what)) = about(user, event, &*store).await? {
                    let who = store.profile(None, who).await?;
                    let name = who.map_or_else(|| "somebody".to_owned(), |who| who.name);
                    told.push(format!("{name} {what}"));
                }
            }
            Err(RecvError::Lagged(missed)) => {
                told.push(format!("and {missed} more things happened"));
            }
            Err(RecvError::Closed) => return Ok(told),
        }
    }
}

/// Who did what, where it concerns `user`.
async fn about(
    user: UserId,
    event: Event,
    store: &dyn Store,
) -> Result<Option<(UserId, String)>, Error> {
    let (who, video, what) = match event {
        Event::Followed {
            follower,
            followee,
            mark: Mark::On,
            ..
        } if followee == user => return Ok(Some((follower, "follows you".to_owned()))),
        Event::Messaged { from, to, .. } if to == user => {
            return Ok(Some((from, "wrote to you".to_owned())));
        }
        Event::Liked {
            user: who,
            video,
            mark: Mark::On,
            ..
        } => (who, video, "likes"),
        Event::Commented { author, video, .. } => (author, video, "commented on"),
        _ => return Ok(None),
    };
    let video = store.video(None, video).await?;
    let mine = video.filter(|video| video.author.id == user);
    Ok(mine.map(|video| (who, format!("{what} {:?}", video.title))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_author_is_told_once_of_everything_that_concerns_them() {
        assert_eq!(
            a_day_of_alice().await.unwrap(),
            [
                "bob likes \"My first sourdough\"",
                "bob follows you",
                "bob commented on \"My first sourdough\"",
                "bob wrote to you",
            ]
        );
    }

    #[tokio::test]
    async fn a_listener_that_falls_behind_says_so_and_goes_on() {
        let (sender, receiver) = broadcast::channel(2);
        let store: Arc<dyn Store> = Arc::new(MemStore::new());
        let douyin = Douyin::builder(store.clone())
            .events(Arc::new(Broadcast(sender)))
            .build();
        let alice = douyin.register("alice", "correct horse").await.unwrap();
        let bob = douyin.register("bob", "battery staple").await.unwrap();
        for text in ["one", "two", "three"] {
            douyin.send(bob, alice, text).await.unwrap();
        }
        drop(douyin);
        assert_eq!(
            notifications(alice, store, receiver).await.unwrap(),
            [
                "and 3 more things happened",
                "bob wrote to you",
                "bob wrote to you"
            ]
        );
    }
}
