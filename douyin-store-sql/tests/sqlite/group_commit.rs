//! Writes that share a transaction. The runtime of these tests has one thread, and the writer gets it only when every caller
//! waits: so they all share one.

use std::task::Poll;

use douyin_core::Change::{self, Applied, Unchanged};
use douyin_core::Mark::{self, Off, On};
use douyin_core::{Counter, Drift, Entity, NewVideo, StoreError, drift_of_all};
use douyin_store_sql::{ClosableStore, SqlOptions};
use futures_util::future::{FutureExt as _, join_all};
use futures_util::poll;
use tokio::join;

use crate::scene::{
    NOON, Scene, is_unavailable, like, likes, new_message, new_user, new_video, populate, user,
    video,
};

async fn populated(scene: &Scene) -> std::sync::Arc<dyn ClosableStore> {
    let store = scene.open().await;
    populate(&*store).await;
    store
}

#[tokio::test]
async fn every_mark_of_a_pair_gets_the_answer_it_would_have_got_alone() {
    let scene = Scene::new();
    let store = populated(&scene).await;
    let cases = [
        (
            vec![On, On, Off, Off, On],
            vec![Applied, Unchanged, Applied, Unchanged, Applied],
        ),
        (vec![On, Off, On], vec![Unchanged, Applied, Applied]),
        (vec![Off, On], vec![Applied, Applied]),
        (vec![On], vec![Unchanged]),
        (vec![On, Off], vec![Unchanged, Applied]),
        (vec![Off], vec![Unchanged]),
        (
            vec![Off, Off, On, Off],
            vec![Unchanged, Unchanged, Applied, Applied],
        ),
    ];
    for (marks, expected) in cases {
        let stood = store.video(Some(user(2)), video(1)).await.unwrap().unwrap();
        let answers = join_all(marks.iter().map(|mark| like(&*store, 2, 1, *mark))).await;
        let answers: Vec<Change> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(
            answers, expected,
            "{marks:?} where it was {}",
            stood.is_favorite
        );
        let now = i64::from(marks.last() == Some(&On));
        assert_eq!(likes(&*store, 1).await, now);
    }
}

#[tokio::test]
async fn a_like_given_again_within_a_batch_gets_the_later_instant_and_one_that_stands_keeps_its_own()
 {
    let scene = Scene::new();
    let store = populated(&scene).await;
    store.publish(new_video(2, 1)).await.unwrap();
    let at = |minute: i64| NOON.plus_millis(minute * 60_000);
    let mark = |of: i64, mark: Mark, minute: i64| {
        store.mark_favorite(user(2), video(of), mark, at(minute))
    };
    for answer in join_all([mark(1, On, 1), mark(2, On, 2)]).await {
        assert_eq!(answer.unwrap(), Applied);
    }
    let again = [
        mark(1, Off, 3),
        mark(1, On, 4),
        mark(1, On, 9),
        mark(2, On, 5),
    ];
    for answer in join_all(again).await {
        answer.map(drop).unwrap();
    }
    let page = douyin_core::PageRequest::newest(1);
    let page = store.favorites(None, user(2), page).await.unwrap();
    assert_eq!(page.items[0].id, video(1));
    assert_eq!(page.next.unwrap().at, at(4));
}

#[tokio::test]
async fn of_a_batch_only_what_cannot_be_done_fails() {
    let scene = Scene::new();
    let store = populated(&scene).await;
    let (good, unknown_user, unknown_video, taken, nobodys, follow, lonely) = join!(
        like(&*store, 2, 1, On),
        like(&*store, 99, 1, On),
        like(&*store, 2, 99, Off),
        store.register(new_user(3)),
        store.publish(new_video(2, 99)),
        store.mark_follow(user(2), user(1), On, NOON),
        store.send(new_message(1, 1, 99)),
    );
    assert_eq!(good.unwrap(), Applied);
    assert!(matches!(
        unknown_user,
        Err(StoreError::NotFound(Entity::User))
    ));
    assert!(matches!(
        unknown_video,
        Err(StoreError::NotFound(Entity::Video))
    ));
    assert!(matches!(taken, Err(StoreError::Taken)));
    assert!(matches!(nobodys, Err(StoreError::NotFound(Entity::User))));
    assert_eq!(follow.unwrap(), Applied);
    assert!(matches!(lonely, Err(StoreError::NotFound(Entity::User))));
    assert_eq!(likes(&*store, 1).await, 1);
}

#[tokio::test]
async fn videos_of_one_batch_get_the_first_free_instants_one_after_the_other() {
    let scene = Scene::new();
    let store = populated(&scene).await;
    // Video 1 is at noon; 5 and 9 milliseconds later there is one too.
    let asked = [
        (5, 5),
        (9, 9),
        (0, 1),
        (0, 2),
        (0, 3),
        (0, 4),
        (0, 6),
        (7, 7),
        (1, 8),
        (4, 10),
        (-1, -1),
        (-1, 11),
        (20, 20),
        (20, 21),
        (6, 12),
        (-5, -5),
    ];
    let published = (2..).zip(asked).map(|(number, (at, _))| {
        let at = NOON.plus_millis(at);
        store.publish(NewVideo {
            at,
            ..new_video(number, 1)
        })
    });
    let got = join_all(published).await.into_iter().map(Result::unwrap);
    let expected = asked.map(|(_, at)| NOON.plus_millis(at));
    assert_eq!(got.collect::<Vec<_>>(), expected);
}

/// An id of a message that was used before breaks a constraint, which undoes the whole transaction.
#[tokio::test]
async fn an_operation_that_breaks_the_transaction_fails_alone() {
    let scene = Scene::new();
    let store = populated(&scene).await;
    store.send(new_message(1, 1, 2)).await.unwrap();
    let (one, broken, other, message) = join!(
        like(&*store, 2, 1, On),
        store.send(new_message(1, 2, 3)),
        store.publish(new_video(2, 2)),
        store.send(new_message(2, 1, 3)),
    );
    assert_eq!(one.unwrap(), Applied);
    assert!(is_unavailable(&broken), "another id will do: {broken:?}");
    assert_eq!(other.unwrap(), NOON.plus_millis(1));
    assert_eq!(message.unwrap(), NOON);
    assert_eq!(likes(&*store, 1).await, 1);
    let author = store.profile(None, user(2)).await.unwrap().unwrap();
    assert_eq!(author.work_count, 1);
}

#[tokio::test]
async fn a_caller_who_goes_away_takes_nobody_along() {
    let scene = Scene::new();
    let store = populated(&scene).await;
    let mut leaves = like(&*store, 2, 1, On).boxed();
    assert!(matches!(poll!(&mut leaves), Poll::Pending));
    let mut stays = like(&*store, 3, 1, On).boxed();
    assert!(matches!(poll!(&mut stays), Poll::Pending));
    drop(leaves);
    assert_eq!(stays.await.unwrap(), Applied);
    assert_eq!(
        likes(&*store, 1).await,
        2,
        "what waited was done all the same"
    );
}

#[tokio::test]
async fn what_waits_when_a_store_is_closed_is_still_done() {
    let scene = Scene::new();
    let store = populated(&scene).await;
    let (one, closed, other) = join!(
        like(&*store, 2, 1, On),
        store.close(),
        like(&*store, 3, 1, On),
    );
    assert_eq!(one.unwrap(), Applied);
    closed.unwrap();
    assert_eq!(other.unwrap(), Applied);
    assert_eq!(likes(&*scene.open().await, 1).await, 2);
}

#[tokio::test]
async fn more_callers_than_places_in_the_queue_wait_in_line() {
    let scene = Scene::new();
    let mut options = SqlOptions::default();
    (options.write_queue, options.write_batch) = (2, 3);
    let store = scene.open_with(&options).await;
    populate(&*store).await;
    let marks = (0..50).map(|number| like(&*store, number % 3 + 1, 1, On));
    let applied = join_all(marks).await.into_iter();
    let applied = applied.filter(|answer| matches!(answer, Ok(Applied)));
    assert_eq!(applied.count(), 3);
    assert_eq!(likes(&*store, 1).await, 3);
}

#[tokio::test]
async fn repairing_among_other_writes_corrects_what_drifted_and_nothing_else() {
    let scene = Scene::new();
    let store = populated(&scene).await;
    let drift = "UPDATE users SET total_favorited = 7, work_count = 0 WHERE id = 1";
    sqlx::query(drift)
        .execute(&mut scene.stranger().await)
        .await
        .unwrap();
    let drifted = drift_of_all(&*store).await.unwrap();
    assert_eq!(drifted.len(), 2);
    let (mark, first, published) = join!(
        like(&*store, 2, 1, On),
        store.repair(Counter::UserTotalFavorited),
        store.publish(new_video(2, 1)),
    );
    assert_eq!(mark.unwrap(), Applied);
    published.unwrap();
    let second = store.repair(Counter::UserWorks).await.unwrap();
    let differences = |drift: &[Drift]| -> Vec<i64> {
        drift
            .iter()
            .map(|drift| drift.counted - drift.stored)
            .collect()
    };
    let repaired = [first.unwrap(), second].concat();
    assert_eq!(differences(&repaired), differences(&drifted));
    assert_eq!(likes(&*store, 1).await, 1);
    let author = store.profile(None, user(1)).await.unwrap().unwrap();
    assert_eq!((author.total_favorited, author.work_count), (1, 2));
}
