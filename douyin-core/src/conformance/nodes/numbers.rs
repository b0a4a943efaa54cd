//! Who gets which number.

use std::collections::HashSet;

use super::lender::{Lender, TERM, fresh, holder, leased, number};
use crate::Grant;
use crate::conformance::scene::{at, together};

pub(super) async fn two_holders_at_once_have_different_numbers(lender: Lender) {
    let leases = together((0..32).map(|n| {
        let lender = lender.clone();
        async move { lender.lease(&holder(&format!("h{n}")), fresh(at(0))).await }
    }));
    let numbers: HashSet<_> = leases.await.iter().map(|lease| lease.number).collect();
    assert_eq!(numbers.len(), 32);
}

pub(super) async fn the_thirty_third_holder_is_told_who_expires_first_and_when(lender: Lender) {
    let mut leases = lender.lease_all(fresh(at(0))).await;
    let first = leases.remove(20);
    for lease in &leases {
        let extended = lender.extend(lease, fresh(at(1_000))).await;
        assert!(extended.is_some(), "nobody has taken it");
    }
    let grant = lender.ask(&holder("late"), None, fresh(at(2_000))).await;
    let taken = Grant::Taken {
        holder: first.holder,
        until: at(TERM),
    };
    assert_eq!(grant.expect("it is told"), taken);
}

pub(super) async fn the_wanted_number_is_lent_unless_another_holder_has_it(lender: Lender) {
    let (one, other) = (holder("one"), holder("other"));
    let wanted = Some(number(7));
    let lease = leased(lender.ask(&one, wanted, fresh(at(0))).await.expect("free"));
    assert_eq!((lease.number, &lease.holder), (number(7), &one));
    let taken = Grant::Taken {
        holder: one.clone(),
        until: at(TERM),
    };
    let refused = lender.ask(&other, wanted, fresh(at(TERM - 1))).await;
    assert_eq!(refused.expect("it is told"), taken);
    let again = lender.ask(&one, wanted, fresh(at(1))).await.expect("its");
    assert_eq!(leased(again).number, number(7));
    let expired = fresh(at(TERM + 1));
    let taken_over = lender.ask(&other, wanted, expired).await.expect("expired");
    assert_eq!(leased(taken_over).holder, other);
}

pub(super) async fn a_holder_that_starts_again_has_its_number_at_once(lender: Lender) {
    lender.lease(&holder("first"), fresh(at(0))).await;
    let killed = lender.lease(&holder("killed"), fresh(at(0))).await;
    lender.lease(&holder("third"), fresh(at(0))).await;
    let again = lender.lease(&holder("killed"), fresh(at(1))).await;
    assert_eq!(again.number, killed.number);
    assert!(again.from >= killed.until, "{again:?} after {killed:?}");
}

pub(super) async fn the_term_of_a_holder_that_started_again_is_over(lender: Lender) {
    let copied = lender.lease(&holder("copied"), fresh(at(0))).await;
    let copy = lender.lease(&holder("copied"), fresh(at(1))).await;
    assert_eq!(lender.extend(&copied, fresh(at(2))).await, None);
    lender.release(&copied, at(2)).await;
    assert!(lender.extend(&copy, fresh(at(3))).await.is_some());
}

pub(super) async fn numbers_that_nobody_has_are_lent_first_and_then_those_that_expired_longest_ago(
    lender: Lender,
) {
    let leases = lender.lease_all(fresh(at(0))).await;
    for (index, instant) in [(4, 1), (5, 2), (6, 3)] {
        lender.release(&leases[index], at(instant)).await;
    }
    // All expire, one after the other, the last one first.
    for (instant, lease) in leases.iter().rev().enumerate() {
        let instant = i64::try_from(instant).expect("a few");
        lender.extend(lease, fresh(at(instant))).await;
    }
    let later = fresh(at(10 * TERM));
    let mut lent = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        lent.push(lender.lease(&holder(name), later).await.number);
    }
    let expected = [4, 5, 6, 31, 30].map(|index: usize| leases[index].number);
    assert_eq!(lent, expected);
}

pub(super) async fn an_expired_number_can_be_taken_and_is_lost_to_its_former_holder(
    lender: Lender,
) {
    let frozen = lender.lease_all(fresh(at(0))).await.remove(0);
    let taken = lender.lease(&holder("new"), fresh(at(TERM))).await;
    assert_eq!(
        taken.number, frozen.number,
        "the first of those that expired"
    );
    assert!(taken.from >= frozen.until, "{taken:?} after {frozen:?}");
    assert_eq!(lender.extend(&frozen, fresh(at(TERM + 1))).await, None);
    let other = lender.lease(&frozen.holder, fresh(at(TERM + 2))).await;
    assert_ne!(other.number, taken.number);
    assert!(lender.extend(&taken, fresh(at(TERM + 3))).await.is_some());
}

pub(super) async fn an_expired_number_that_nobody_took_is_extended(lender: Lender) {
    let lease = lender.lease(&holder("frozen"), fresh(at(0))).await;
    let extended = lender.extend(&lease, fresh(at(TERM * 10))).await;
    assert_eq!(extended.expect("it is still its").until, at(TERM * 11));
}

pub(super) async fn a_number_that_was_given_back_is_lent_to_the_next_holder(lender: Lender) {
    let leases = lender.lease_all(fresh(at(0))).await;
    lender.release(&leases[9], at(3)).await;
    assert_eq!(lender.extend(&leases[9], fresh(at(4))).await, None);
    let next = lender.lease(&holder("next"), fresh(at(4))).await;
    assert_eq!(next.number, leases[9].number);
}

pub(super) async fn giving_back_a_lost_number_takes_it_from_nobody(lender: Lender) {
    let frozen = lender.lease_all(fresh(at(0))).await.remove(0);
    let taken = lender.lease(&holder("new"), fresh(at(TERM))).await;
    lender.release(&frozen, at(1)).await;
    let extended = lender.extend(&taken, fresh(at(TERM + 1))).await;
    assert!(extended.expect("it keeps it").until > taken.until);
}
