//! What callers are told, and who is told of it, where a store fails. Mocks stand for the store: a call that a test does not
//! expect fails it.

use std::sync::{Arc, Mutex};

use douyin_core::port::MockStore;
use douyin_core::{
    BcryptHasher, Change, CommentId, CommentOwnership, Douyin, Entity, Error, Event, EventSink,
    ListQuery, ManualClock, Mark, MediaKey, Page, StoreError, Timestamp, Upload, User, UserId,
    VideoId,
};

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

#[derive(Default)]
struct Told(Mutex<Vec<Event>>);

impl EventSink for Told {
    fn emit(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

/// The domain over a store of mocks, and what it tells of.
fn over(store: MockStore) -> (Douyin, Arc<Told>) {
    let told = Arc::new(Told::default());
    let douyin =
        Douyin::builder_with_hasher(Arc::new(store), Arc::new(BcryptHasher::new(4).unwrap()))
            .clock(Arc::new(ManualClock::new(NOW)))
            .events(Arc::clone(&told) as Arc<dyn EventSink>)
            .build();
    (douyin, told)
}

fn unavailable<T>() -> Result<T, StoreError> {
    Err(StoreError::Unavailable("the disk is full".into()))
}

fn assert_unavailable_and_untold<T: std::fmt::Debug>(answer: &Result<T, Error>, told: &Told) {
    assert!(
        matches!(answer, Err(Error::Store(StoreError::Unavailable(_)))),
        "{answer:?}"
    );
    assert_eq!(*told.0.lock().unwrap(), [], "nothing happened");
}

fn user(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

fn video() -> VideoId {
    VideoId::new(7).unwrap()
}

fn comment() -> CommentId {
    CommentId::new(8).unwrap()
}

fn profile(id: UserId) -> User {
    User {
        id,
        name: "alice".to_owned(),
        signature: String::new(),
        avatar: None,
        background: None,
        follow_count: 0,
        follower_count: 0,
        total_favorited: 0,
        work_count: 0,
        favorite_count: 0,
        is_follow: false,
    }
}

#[tokio::test]
async fn a_registration_that_fails_is_told_to_the_caller_alone() {
    let mut store = MockStore::default();
    store.users.expect_credentials().returning(|_| Ok(None));
    store
        .users
        .expect_register()
        .times(1)
        .returning(|_| unavailable());
    let (douyin, told) = over(store);
    assert_unavailable_and_untold(&douyin.register("alice", "secret").await, &told);
}

#[tokio::test]
async fn a_name_that_is_taken_between_look_and_write_is_taken() {
    let mut store = MockStore::default();
    store.users.expect_credentials().returning(|_| Ok(None));
    store
        .users
        .expect_register()
        .times(1)
        .returning(|_| Err(StoreError::Taken));
    let (douyin, told) = over(store);
    let answer = douyin.register("alice", "secret").await;
    assert!(matches!(answer, Err(Error::NameTaken)), "{answer:?}");
    assert_eq!(*told.0.lock().unwrap(), []);
}

#[tokio::test]
async fn an_edit_that_fails_is_told_to_the_caller_alone_and_one_that_is_done_asks_for_nothing_more()
{
    let edited = async |outcome: fn() -> Result<Change, StoreError>| {
        let mut store = MockStore::default();
        store
            .users
            .expect_profile()
            .times(1)
            .returning(|_, id| Ok(Some(profile(id))));
        store
            .users
            .expect_edit_profile()
            .times(1)
            .returning(move |_| outcome());
        let (douyin, told) = over(store);
        let answer = douyin.edit_profile(user(1), Some("bob"), None).await;
        (answer, told)
    };
    let (answer, told) = edited(unavailable).await;
    assert_unavailable_and_untold(&answer, &told);
    let (answer, told) = edited(|| Err(StoreError::Taken)).await;
    assert!(matches!(answer, Err(Error::NameTaken)), "{answer:?}");
    assert_eq!(*told.0.lock().unwrap(), []);
    let (answer, told) = edited(|| Ok(Change::Applied)).await;
    assert_eq!(answer.unwrap().name, "bob");
    assert_eq!(told.0.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_login_during_an_outage_is_not_a_wrong_password() {
    let mut store = MockStore::default();
    store
        .users
        .expect_credentials()
        .returning(|_| unavailable());
    let (douyin, told) = over(store);
    assert_unavailable_and_untold(&douyin.login("alice", "secret").await, &told);
}

#[tokio::test]
async fn a_video_that_could_not_be_published_is_told_to_nobody() {
    let mut store = MockStore::default();
    store
        .videos
        .expect_publish()
        .times(1)
        .returning(|_| unavailable());
    let (douyin, told) = over(store);
    let upload = Upload {
        id: video(),
        title: "title".to_owned(),
        play: MediaKey::new("videos/7.mp4"),
        cover: MediaKey::new("covers/7.jpg"),
        bytes: 0,
    };
    assert_unavailable_and_untold(&douyin.publish(user(1), upload).await, &told);
}

#[tokio::test]
async fn a_like_that_the_store_did_not_take_is_told_to_nobody() {
    for mark in [Mark::On, Mark::Off] {
        let mut store = MockStore::default();
        let write = store.favorites.expect_mark_favorite().times(1);
        write.returning(|_, _, _, _| unavailable());
        let (douyin, told) = over(store);
        assert_unavailable_and_untold(&douyin.like(user(1), video(), mark).await, &told);
    }
}

#[tokio::test]
async fn a_follow_that_the_store_did_not_take_is_told_to_nobody() {
    let mut store = MockStore::default();
    let write = store.follows.expect_mark_follow().times(1);
    write.returning(|_, _, _, _| unavailable());
    let (douyin, told) = over(store);
    assert_unavailable_and_untold(&douyin.follow(user(1), user(2), Mark::On).await, &told);
}

#[tokio::test]
async fn a_comment_is_not_written_where_its_author_cannot_be_read() {
    let mut store = MockStore::default();
    store
        .users
        .expect_profile()
        .times(1)
        .returning(|_, _| unavailable());
    store.comments.expect_add_comment().never();
    let (douyin, told) = over(store);
    assert_unavailable_and_untold(&douyin.comment(user(1), video(), "text").await, &told);
}

#[tokio::test]
async fn a_comment_that_could_not_be_written_is_told_to_nobody() {
    let mut store = MockStore::default();
    store
        .users
        .expect_profile()
        .returning(|_, user| Ok(Some(profile(user))));
    store
        .comments
        .expect_add_comment()
        .times(1)
        .returning(|_| unavailable());
    let (douyin, told) = over(store);
    assert_unavailable_and_untold(&douyin.comment(user(1), video(), "text").await, &told);
}

#[tokio::test]
async fn a_comment_that_somebody_else_deletes_first_is_not_found() {
    let mut store = MockStore::default();
    let look = store.comments.expect_comment_ownership();
    look.returning(|_, _| {
        Ok(Some(CommentOwnership {
            author: user(1),
            video_author: user(2),
        }))
    });
    let write = store.comments.expect_delete_comment().times(1);
    write.returning(|_, _| Ok(Change::Unchanged));
    let (douyin, told) = over(store);
    let answer = douyin.delete_comment(user(1), video(), comment()).await;
    assert!(
        matches!(answer, Err(Error::NotFound(Entity::Comment))),
        "{answer:?}"
    );
    assert_eq!(*told.0.lock().unwrap(), []);
}

#[tokio::test]
async fn nobody_but_its_owners_gets_as_far_as_deleting_a_comment() {
    let mut store = MockStore::default();
    let look = store.comments.expect_comment_ownership();
    look.returning(|_, _| {
        Ok(Some(CommentOwnership {
            author: user(1),
            video_author: user(2),
        }))
    });
    store.comments.expect_delete_comment().never();
    let (douyin, _) = over(store);
    let answer = douyin.delete_comment(user(3), video(), comment()).await;
    assert!(matches!(answer, Err(Error::NotYourComment)), "{answer:?}");
}

#[tokio::test]
async fn a_message_that_could_not_be_sent_is_told_to_nobody() {
    let mut store = MockStore::default();
    store
        .messages
        .expect_send()
        .times(1)
        .returning(|_| unavailable());
    let (douyin, told) = over(store);
    assert_unavailable_and_untold(&douyin.send(user(1), user(2), "text").await, &told);
}

#[tokio::test]
async fn what_the_store_does_not_find_is_not_found_and_no_failure() {
    let mut store = MockStore::default();
    let write = store.favorites.expect_mark_favorite();
    write.returning(|_, _, _, _| Err(StoreError::NotFound(Entity::Video)));
    let (douyin, _) = over(store);
    let answer = douyin.like(user(1), video(), Mark::On).await;
    assert!(
        matches!(answer, Err(Error::NotFound(Entity::Video))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn an_empty_list_is_a_failure_where_its_owner_cannot_be_looked_up() {
    let mut store = MockStore::default();
    store
        .favorites
        .expect_favorites()
        .returning(|_, _, _| Ok(Page::empty()));
    store
        .users
        .expect_profile()
        .times(1)
        .returning(|_, _| unavailable());
    let (douyin, told) = over(store);
    let answer = douyin.favorites(None, user(1), ListQuery::default()).await;
    assert_unavailable_and_untold(&answer, &told);
}

#[tokio::test]
async fn corrupt_rows_stay_recognisable() {
    let mut store = MockStore::default();
    let look = store.videos.expect_video();
    look.returning(|_, _| Err(StoreError::Corrupt("id -1".to_owned())));
    let (douyin, _) = over(store);
    let answer = douyin.video(None, video()).await;
    assert!(
        matches!(answer, Err(Error::Store(StoreError::Corrupt(_)))),
        "{answer:?}"
    );
}
