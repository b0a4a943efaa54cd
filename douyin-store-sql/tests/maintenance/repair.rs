use std::collections::BTreeMap;

use douyin_core::{Counter, Drift, Mark, StoreError, drift_of_all};
use futures_util::future::join_all;
use tokio::join;

use crate::on_each_engine;
use crate::opened::Opened;
use crate::rows::{at, user, video};

on_each_engine! {
    every_counter_is_found_and_repaired_beside_writes
    of_two_repairs_at_once_one_corrects_and_none_a_second_time
    more_than_fits_into_a_transaction_is_repaired
}

async fn every_counter_is_found_and_repaired_beside_writes(opened: Opened) {
    let store = &opened.store;
    opened.populate(5).await;
    opened.execute(
        "UPDATE users SET follow_count = 7, follower_count = follower_count - 1, total_favorited = 3, \
         work_count = 0, favorite_count = favorite_count + 2, stored_bytes = 9 WHERE id <= 3",
    ).await;
    opened
        .execute("UPDATE videos SET favorite_count = 9, comment_count = -1 WHERE id <= 3")
        .await;
    let found = drift_of_all(&**store).await.unwrap();
    let mut wrong: BTreeMap<Counter, Vec<i64>> = BTreeMap::new();
    for drift in &found {
        wrong.entry(drift.counter).or_default().push(drift.of);
    }
    let everywhere = Counter::ALL.map(|counter| (counter, vec![1, 2, 3]));
    assert_eq!(wrong, BTreeMap::from(everywhere));

    let likes = join_all(
        (1..=5).map(|number| store.mark_favorite(user(number), video(1), Mark::On, at(1))),
    );
    let follows =
        join_all((2..=5).map(|number| store.mark_follow(user(number), user(1), Mark::On, at(1))));
    let repairs = async {
        let mut repaired = Vec::new();
        for counter in Counter::ALL {
            repaired.extend(store.repair(counter).await.unwrap());
        }
        repaired
    };
    let (likes, follows, repaired) = join!(likes, follows, repairs);
    assert!(likes.into_iter().chain(follows).all(|mark| mark.is_ok()));
    let differences = |drift: &[Drift]| -> Vec<i64> {
        drift
            .iter()
            .map(|drift| drift.counted - drift.stored)
            .collect()
    };
    assert_eq!(differences(&repaired), differences(&found));
    assert_eq!(drift_of_all(&**store).await.unwrap(), []);
    let first = store.profile(None, user(1)).await.unwrap().unwrap();
    assert_eq!(
        (
            first.total_favorited,
            first.follower_count,
            first.work_count
        ),
        (5, 4, 1)
    );
}

async fn of_two_repairs_at_once_one_corrects_and_none_a_second_time(opened: Opened) {
    let store = &opened.store;
    opened.populate(3).await;
    for _ in 0..5 {
        opened.execute("UPDATE users SET work_count = 5").await;
        let repair = || store.repair(Counter::UserWorks);
        let mut corrected = Vec::new();
        for repaired in <[_; 2]>::from(join!(repair(), repair())) {
            match repaired {
                Ok(drift) => corrected.extend(drift),
                Err(error) => assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}"),
            }
        }
        assert_eq!(corrected.len(), 3);
        assert_eq!(store.drift(Counter::UserWorks).await.unwrap(), []);
    }
}

async fn more_than_fits_into_a_transaction_is_repaired(opened: Opened) {
    const MANY: i64 = 10_050;
    let store = &opened.store;
    opened.populate(MANY).await;
    opened
        .execute("UPDATE videos SET favorite_count = id")
        .await;
    let repaired = store.repair(Counter::VideoFavorites).await.unwrap();
    assert_eq!(i64::try_from(repaired.len()), Ok(MANY));
    assert!(repaired.is_sorted_by_key(|drift| drift.of));
    assert_eq!(drift_of_all(&**store).await.unwrap(), []);
}
