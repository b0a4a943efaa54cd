use douyin_core::{Change, Entity, Error, Event, Mark, UserId, VideoId};

use crate::stage::{NOW, Stage};

#[tokio::test]
async fn only_a_like_that_changes_something_is_told_of() {
    let stage = Stage::new();
    let [author, user] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    stage.told();
    for (mark, change) in [
        (Mark::Off, Change::Unchanged),
        (Mark::On, Change::Applied),
        (Mark::On, Change::Unchanged),
        (Mark::Off, Change::Applied),
        (Mark::Off, Change::Unchanged),
    ] {
        assert_eq!(stage.douyin.like(user, video, mark).await.unwrap(), change);
        let event = Event::Liked {
            user,
            video,
            mark,
            at: NOW,
        };
        let expected = if change == Change::Applied {
            vec![event]
        } else {
            vec![]
        };
        assert_eq!(stage.told(), expected);
    }
}

#[tokio::test]
async fn only_a_follow_that_changes_something_is_told_of() {
    let stage = Stage::new();
    let [user, other] = stage.users().await;
    stage.told();
    for (mark, change) in [
        (Mark::On, Change::Applied),
        (Mark::On, Change::Unchanged),
        (Mark::Off, Change::Applied),
        (Mark::Off, Change::Unchanged),
    ] {
        let answer = stage.douyin.follow(user, other, mark).await;
        assert_eq!(answer.unwrap(), change);
        let event = Event::Followed {
            follower: user,
            followee: other,
            mark,
            at: NOW,
        };
        let expected = if change == Change::Applied {
            vec![event]
        } else {
            vec![]
        };
        assert_eq!(stage.told(), expected);
    }
}

#[tokio::test]
async fn nobody_follows_themselves_or_stops_doing_so() {
    let stage = Stage::new();
    let [user] = stage.users().await;
    for mark in [Mark::On, Mark::Off] {
        let answer = stage.douyin.follow(user, user, mark).await;
        assert!(matches!(answer, Err(Error::SelfFollow)), "{answer:?}");
    }
    let user = stage.douyin.profile(Some(user), user).await.unwrap();
    assert_eq!(
        (user.follow_count, user.follower_count, user.is_follow),
        (0, 0, false)
    );
}

#[tokio::test]
async fn what_is_not_there_can_be_neither_liked_nor_followed() {
    let stage = Stage::new();
    let [user] = stage.users().await;
    stage.told();
    for mark in [Mark::On, Mark::Off] {
        let answer = stage
            .douyin
            .like(user, VideoId::new(1).unwrap(), mark)
            .await;
        assert!(
            matches!(answer, Err(Error::NotFound(Entity::Video))),
            "{answer:?}"
        );
        let answer = stage
            .douyin
            .follow(user, UserId::new(1).unwrap(), mark)
            .await;
        assert!(
            matches!(answer, Err(Error::NotFound(Entity::User))),
            "{answer:?}"
        );
    }
    assert_eq!(stage.told(), []);
}
