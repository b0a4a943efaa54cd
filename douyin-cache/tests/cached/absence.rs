//! What is not there.

use douyin_core::{Comments as _, Users as _, Videos as _};

use crate::stage::{
    PAGE, SHARED_AGE, Told, alone, new_user, new_video, populated, shared, user, video,
};

/// Two days in the milliseconds of ids.
const TWO_DAYS: i64 = (48 * 60 * 60 * 1000) << 12;

#[tokio::test]
async fn an_absence_is_remembered_until_what_was_absent_comes() {
    let store = populated().await;
    let cached = alone(&store);
    for _ in 0..3 {
        assert_eq!(cached.profile(None, user(9)).await.unwrap(), None);
        assert_eq!(cached.video(None, video(9)).await.unwrap(), None);
    }
    assert_eq!((store.calls("profile"), store.calls("video")), (1, 1));
    cached.register(new_user(user(9))).await.unwrap();
    cached.publish(new_video(video(9), user(9))).await.unwrap();
    assert!(cached.profile(None, user(9)).await.unwrap().is_some());
    assert!(cached.video(None, video(9)).await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn with_peers_an_absence_is_remembered_only_where_nothing_can_come() {
    let store = populated().await;
    let [old, new] = [user(9), user(TWO_DAYS + 7)];
    store.register(new_user(user(TWO_DAYS))).await.unwrap();
    let cached = shared(&store, &Told::new(&store.log));
    let absent = async |of| {
        let before = store.calls("profile");
        for _ in 0..3 {
            assert_eq!(cached.profile(None, of).await.unwrap(), None);
        }
        store.calls("profile") - before
    };
    assert_eq!(absent(old).await, 3, "nothing newer is known");
    cached.profile(None, user(TWO_DAYS)).await.unwrap();
    assert_eq!(absent(old).await, 1, "its day is over");
    assert_eq!(absent(new).await, 3, "it may come at any moment");
    store.register(new_user(new)).await.unwrap();
    assert!(cached.profile(None, new).await.unwrap().is_some());
    // Whatever comes in spite of that is seen after the age.
    store.register(new_user(old)).await.unwrap();
    tokio::time::advance(SHARED_AGE).await;
    assert!(cached.profile(None, old).await.unwrap().is_some());
}

#[tokio::test]
async fn an_empty_page_of_comments_is_remembered_until_one_comes() {
    let store = populated().await;
    let cached = alone(&store);
    for _ in 0..3 {
        let page = cached.comments(None, video(1), PAGE).await.unwrap();
        assert_eq!(page.items, []);
    }
    assert_eq!(store.calls("comments"), 1);
    let comment = crate::stage::new_comment(5, user(2), video(1), "first");
    cached.add_comment(comment).await.unwrap();
    let page = cached.comments(None, video(1), PAGE).await.unwrap();
    assert_eq!(page.items.len(), 1);
}
