use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn three_in_ten_seconds() -> Throttle {
    Throttle::new(Allowance {
        times: 3,
        window: Duration::from_secs(10),
    })
}

#[tokio::test]
async fn what_counts_too_often_is_refused_until_the_window_ends() {
    let throttle = three_in_ten_seconds();
    for second in 0..3 {
        let now = NOW.plus_millis(second * 1_000);
        throttle.turn("alice", now).await.unwrap().count();
    }
    let refused = throttle
        .turn("alice", NOW.plus_millis(2_500))
        .await
        .unwrap_err();
    assert_eq!(refused.retry_after_seconds, 8);
    assert!(
        throttle.turn("bob", NOW.plus_millis(2_500)).await.is_ok(),
        "others are not concerned"
    );
    assert!(
        throttle
            .turn("alice", NOW.plus_millis(9_999))
            .await
            .is_err()
    );
    for _ in 0..3 {
        let now = NOW.plus_millis(10_000);
        throttle.turn("alice", now).await.unwrap().count();
    }
    assert!(
        throttle
            .turn("alice", NOW.plus_millis(10_000))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn what_is_given_back_does_not_count() {
    let throttle = three_in_ten_seconds();
    for _ in 0..100 {
        drop(throttle.turn("alice", NOW).await.unwrap());
    }
}

#[tokio::test]
async fn turns_beyond_what_is_left_wait_for_those_that_are_taken() {
    let throttle = three_in_ten_seconds();
    let mut taken = Vec::new();
    for _ in 0..3 {
        taken.push(throttle.turn("alice", NOW).await.unwrap());
    }
    let mut fourth = std::pin::pin!(throttle.turn("alice", NOW));
    assert!(futures_util::poll!(&mut fourth).is_pending());
    taken.pop().unwrap().count();
    assert!(futures_util::poll!(&mut fourth).is_pending());
    drop(taken.pop());
    fourth.await.unwrap().count();
    let mut fifth = std::pin::pin!(throttle.turn("alice", NOW));
    assert!(futures_util::poll!(&mut fifth).is_pending());
    taken.pop().unwrap().count();
    assert!(fifth.await.is_err(), "the last one counted as well");
}

#[tokio::test]
async fn keys_that_count_take_bounded_memory() {
    let throttle = three_in_ten_seconds();
    for key in 0..MOST_KEYS * 2 {
        throttle.turn(key, NOW).await.unwrap().count();
    }
    let table = lock(&throttle.table);
    assert_eq!(table.quotas.len(), MOST_KEYS);
    assert_eq!(table.counted.len(), MOST_KEYS);
}

#[tokio::test]
async fn keys_that_do_not_count_take_none_and_displace_no_others() {
    let throttle = three_in_ten_seconds();
    for _ in 0..3 {
        throttle.turn("alice", NOW).await.unwrap().count();
    }
    for key in 0..MOST_KEYS * 2 {
        drop(throttle.turn(key, NOW).await.unwrap());
    }
    assert!(throttle.turn("alice", NOW).await.is_err());
    assert_eq!(lock(&throttle.table).quotas.len(), 1);
}

#[tokio::test]
async fn turns_that_nobody_waits_for_any_more_leave_nothing() {
    let throttle = three_in_ten_seconds();
    let mut taken = Vec::new();
    for _ in 0..3 {
        taken.push(throttle.turn("alice", NOW).await.unwrap());
    }
    {
        let mut fourth = std::pin::pin!(throttle.turn("alice", NOW));
        assert!(futures_util::poll!(&mut fourth).is_pending());
    }
    taken.clear();
    assert!(lock(&throttle.table).quotas.is_empty());
}

#[tokio::test]
async fn a_turn_that_outlasts_its_window_does_not_count_in_the_next_one() {
    let throttle = three_in_ten_seconds();
    throttle.turn("alice", NOW).await.unwrap().count();
    let slow = throttle.turn("alice", NOW).await.unwrap();
    let later = NOW.plus_millis(10_000);
    for _ in 0..2 {
        throttle.turn("alice", later).await.unwrap().count();
    }
    slow.count();
    assert!(throttle.turn("alice", later).await.is_ok());
}

#[tokio::test]
async fn a_window_begins_when_the_first_turn_was_asked_for_not_when_it_was_done() {
    let throttle = three_in_ten_seconds();
    let slow = throttle.turn("alice", NOW).await.unwrap();
    let bobs = NOW.plus_millis(4_000);
    throttle.turn("bob", bobs).await.unwrap().count();
    slow.count();
    for key in ["alice", "alice", "bob", "bob"] {
        throttle.turn(key, bobs).await.unwrap().count();
    }
    let over = NOW.plus_millis(10_000);
    assert!(throttle.turn("alice", over).await.is_ok());
    let refused = throttle.turn("bob", over).await.unwrap_err();
    assert_eq!(refused.retry_after_seconds, 4);
}
