//! Which milliseconds belong to whom.

use super::lender::{HOUR, Lender, TERM, fresh, holder, leased, number, used};
use crate::conformance::scene::{
    Scene, at, id, new_comment, new_message, new_user, new_video, together,
};
use crate::{IdSource as _, Lease, MAX_ID, StoreError, TimeOrderedIds, Timestamp};

pub(super) async fn a_range_begins_at_the_present_and_reaches_as_far_as_asked(lender: Lender) {
    let lease = lender.lease(&holder("a"), fresh(at(0))).await;
    assert_eq!((lease.from, lease.until), (at(0), at(TERM)));
    let ahead = lender.lease(&holder("b"), used(at(0), at(HOUR))).await;
    assert_eq!((ahead.from, ahead.until), (at(HOUR), at(HOUR + TERM)));
}

pub(super) async fn an_extension_reaches_on_from_the_present_or_from_what_is_used(lender: Lender) {
    let lease = lender.lease(&holder("a"), fresh(at(0))).await;
    let now = used(at(5_000), at(1_000));
    let lease = lender.extend(&lease, now).await.expect("it is its");
    assert_eq!((lease.from, lease.until), (at(0), at(5_000 + TERM)));
    let busy = used(at(6_000), at(18_000));
    let lease = lender.extend(&lease, busy).await.expect("it is its");
    assert_eq!((lease.from, lease.until), (at(0), at(18_000 + TERM)));
    let idle = used(at(7_000), at(1_000));
    let same = lender.extend(&lease, idle).await.expect("it is its");
    assert_eq!(same.until, lease.until, "what is reserved stays");
}

pub(super) async fn an_extension_that_was_not_heard_of_is_part_of_the_range(lender: Lender) {
    let lease = lender.lease(&holder("a"), fresh(at(0))).await;
    let unheard = lender.extend(&lease, fresh(at(HOUR))).await;
    let extended = lender.extend(&lease, fresh(at(1))).await;
    assert_eq!(
        extended, unheard,
        "it reaches to the end of what is reserved"
    );
    assert_eq!(extended.expect("it is its").from, lease.from);
}

pub(super) async fn what_a_lease_remembers_stays_reserved_whatever_the_store_has_lost(
    lender: Lender,
) {
    let lease = lender.lease(&holder("a"), fresh(at(0))).await;
    // As if the store had been restored from a backup of before the last extension.
    let remembered = Lease {
        until: at(HOUR),
        ..lease
    };
    let extended = lender.extend(&remembered, fresh(at(1))).await;
    assert_eq!(extended.expect("it is its").until, at(HOUR));
    let restarted = lender.lease(&holder("a"), fresh(at(2))).await;
    assert_eq!(restarted.from, at(HOUR));
}

pub(super) async fn a_later_term_begins_after_all_that_was_reserved(lender: Lender) {
    let wanted = Some(number(3));
    let first = lender.ask(&holder("a"), wanted, fresh(at(0))).await;
    let first = leased(first.expect("it is free"));
    let ahead = used(at(1), at(2 * HOUR));
    let first = lender.extend(&first, ahead).await.expect("it is its");
    // Expired by then, but still in the middle of what is reserved.
    let second = lender.ask(&holder("b"), wanted, fresh(at(HOUR))).await;
    let second = leased(second.expect("it has expired"));
    assert_eq!(second.from, first.until);
    assert_eq!(second.until, first.until.plus_millis(TERM));
}

pub(super) async fn what_was_given_back_unused_can_be_used_again(lender: Lender) {
    let first = lender.lease(&holder("a"), fresh(at(0))).await;
    lender.release(&first, at(40)).await;
    let second = lender.lease(&holder("b"), fresh(at(20))).await;
    assert_eq!((second.number, second.from), (first.number, at(40)));
    // Whoever has made no ids gives back no more than it had.
    lender.release(&second, at(-HOUR)).await;
    let third = lender.lease(&holder("c"), fresh(at(20))).await;
    assert_eq!((third.number, third.from), (first.number, at(40)));
}

pub(super) async fn a_clock_that_stepped_back_makes_no_older_range(lender: Lender) {
    let before = at(-HOUR);
    let first = lender.lease(&holder("a"), fresh(at(0))).await;
    let extended = lender.extend(&first, used(before, at(10))).await;
    assert_eq!(extended.expect("it is its").until, at(10 + TERM));
    let restarted = lender.lease(&holder("a"), fresh(before)).await;
    assert_eq!(restarted.from, at(10 + TERM));
    let extended = lender.extend(&restarted, fresh(before)).await;
    assert_eq!(extended.expect("it is its").until, restarted.until);
    lender.release(&restarted, at(10 + TERM)).await;
    let next = lender.lease(&holder("b"), fresh(before)).await;
    assert_eq!((next.number, next.from), (first.number, at(10 + TERM)));
}

pub(super) async fn a_range_begins_after_the_largest_id_of_any_kind(lender: Lender) {
    let scene = lender.scene();
    let (user, other, video) = (id(1), id(2), id(3));
    scene.register(user, "a user").await.expect("new");
    scene.register(other, "another").await.expect("new");
    let published = scene.store.publish(new_video(video, user, at(0))).await;
    published.expect("the author exists");
    for (hours, kind) in (1..).zip(["user", "video", "comment", "message"]) {
        let newest = at(hours * HOUR);
        let number = largest_of(newest);
        let stored = match kind {
            "user" => scene.store.register(new_user(id(number), "late")).await,
            "video" => publish(&scene, number).await,
            "comment" => {
                let comment = new_comment(id(number), user, video, at(0));
                scene.store.add_comment(comment).await
            }
            _ => {
                let message = new_message(id(number), user, other, "late", at(0));
                scene.store.send(message).await.map(drop)
            }
        };
        stored.expect("what it refers to exists");
        // A number and a holder that nothing is reserved for.
        let lease = lender.lease(&holder(kind), fresh(at(0))).await;
        assert_eq!(lease.from, newest.plus_millis(1), "after a {kind}");
    }
}

async fn publish(scene: &Scene, number: i64) -> Result<(), StoreError> {
    let video = new_video(id(number), id(1), at(1));
    scene.store.publish(video).await.map(drop)
}

/// The largest id that node 31 makes in a millisecond.
fn largest_of(at: Timestamp) -> i64 {
    let ids = TimeOrderedIds::new(number(31));
    let mut made = std::iter::repeat_with(|| ids.next_id(at).expect("it never refuses"));
    made.nth(127).expect("it never ends")
}

pub(super) async fn no_range_is_lent_where_no_ids_are_left(lender: Lender) {
    let scene = lender.scene();
    scene.register(id(MAX_ID), "last").await.expect("new");
    let grant = lender.ask(&holder("a"), None, fresh(at(0))).await;
    assert!(matches!(grant, Err(StoreError::Corrupt(_))), "{grant:?}");
}

pub(super) async fn the_ranges_of_a_number_never_overlap_however_many_ask_at_once(lender: Lender) {
    let wanted = Some(number(5));
    // All have one name, so that none is refused; clocks are up to an hour apart.
    let tasks = (0..64).map(|task| {
        let lender = lender.clone();
        async move {
            let now = at(task % 7 * HOUR / 7);
            let lease = lender.ask(&holder("copied"), wanted, fresh(now)).await;
            let lease = leased(lease.expect("the store lends numbers"));
            let extended = lender.extend(&lease, fresh(now.plus_millis(task))).await;
            let lease = extended.unwrap_or(lease);
            if task % 5 == 0 {
                lender.release(&lease, lease.from.plus_millis(task)).await;
                (lease.from, lease.from.plus_millis(task).min(lease.until))
            } else {
                (lease.from, lease.until)
            }
        }
    });
    let mut ranges = together(tasks).await;
    ranges.sort_unstable();
    for pair in ranges.windows(2) {
        assert!(pair[0].1 <= pair[1].0, "{pair:?}");
    }
}
