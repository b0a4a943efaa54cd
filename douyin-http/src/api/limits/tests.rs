use std::net::Ipv4Addr;
use std::time::Duration;

use super::limiter::Limiter;
use super::*;

const fn an_hour(times: u32) -> Allowance {
    Allowance {
        times,
        window: Duration::from_hours(1),
    }
}

fn address(last: u8) -> IpAddr {
    Ipv4Addr::new(192, 0, 2, last).into()
}

fn account(id: i64) -> Option<UserId> {
    UserId::new(id).ok()
}

#[tokio::test]
async fn addresses_and_accounts_have_as_many_turns_as_they_are_allowed() {
    let mut limits = Limits::default();
    limits.set(
        Action::Writing,
        RateLimit {
            per_address: Some(an_hour(4)),
            per_account: Some(an_hour(2)),
        },
    );
    let admit = async |last, id| {
        limits
            .admit(Action::Writing, Some(address(last)), account(id))
            .await
    };
    for _ in 0..2 {
        admit(1, 7).await.unwrap();
    }
    let refused = admit(1, 7).await.unwrap_err();
    assert!(
        (1_700..=1_800).contains(&refused.retry_after_seconds),
        "{refused:?}"
    );
    admit(2, 7).await.unwrap_err();
    // Nothing was taken of the address for what the account was refused.
    for _ in 0..10 {
        admit(1, 7).await.unwrap_err();
    }
    for _ in 0..2 {
        admit(1, 8).await.unwrap();
    }
    admit(1, 9).await.unwrap_err();
    admit(2, 9).await.unwrap();
    let (_, refused) = limits.refused()[Action::Writing as usize];
    assert_eq!(refused, 13);
}

#[tokio::test]
async fn what_is_not_limited_or_not_known_is_always_allowed() {
    let mut limits = Limits::default();
    limits.set(
        Action::Writing,
        RateLimit {
            per_address: None,
            per_account: Some(an_hour(1)),
        },
    );
    for _ in 0..100 {
        limits
            .admit(Action::Writing, Some(address(1)), None)
            .await
            .unwrap();
        limits
            .admit(Action::Reading, Some(address(1)), account(7))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn other_limits_go_on_counting_where_they_are_the_same() {
    let limits = |reading, writing| {
        let mut limits = Limits::default();
        for (action, times) in [(Action::Reading, reading), (Action::Writing, writing)] {
            let per_account = Some(an_hour(times));
            limits.set(
                action,
                RateLimit {
                    per_account,
                    per_address: None,
                },
            );
        }
        limits
    };
    let before = limits(1, 1);
    for action in [Action::Reading, Action::Writing] {
        before.admit(action, None, account(7)).await.unwrap();
        before.admit(action, None, account(7)).await.unwrap_err();
    }
    let mut after = limits(1, 2);
    after.continue_with(&before);
    after
        .admit(Action::Reading, None, account(7))
        .await
        .unwrap_err();
    after
        .admit(Action::Writing, None, account(7))
        .await
        .unwrap();
    assert_eq!(after.refused()[Action::Reading as usize].1, 2);
}

#[test]
fn what_has_recovered_is_forgotten_and_there_is_a_bound() {
    let quick = Limiter::new(Allowance {
        times: 1_000,
        window: Duration::from_micros(1),
    });
    for key in 0..100_000 {
        quick.take(key).unwrap();
    }
    assert!(quick.keys() <= 20_000, "{}", quick.keys());
}

#[test]
fn an_account_may_upload_so_many_megabytes() {
    let mut limits = Limits::default();
    let user = UserId::new(7).unwrap();
    limits.admit_bytes(user, u64::MAX, 0).unwrap();
    limits.set_uploaded(Some(an_hour(10)));
    // What was declared, what came in on top of it, and what is not more than was counted.
    limits.admit_bytes(user, 4 << 20, 0).unwrap();
    limits.admit_bytes(user, (5 << 20) + 1, 4 << 20).unwrap();
    limits
        .admit_bytes(user, (5 << 20) + (64 << 10), (5 << 20) + 1)
        .unwrap();
    let refused = limits.admit_bytes(user, 5 << 20, 0).unwrap_err();
    // One piece of 64 KiB too many.
    assert_eq!(refused.retry_after_seconds, 3_600_u64.div_ceil(160));
    limits.admit_bytes(user, (5 << 20) - (64 << 10), 0).unwrap();
    assert!(limits.admit_bytes(user, 1, 0).is_err());
    // More than there ever is takes all.
    let other = UserId::new(8).unwrap();
    limits.admit_bytes(other, 1 << 40, 0).unwrap();
    assert!(limits.admit_bytes(other, 1, 0).is_err());
    let refused = limits.refused()[Action::Publishing as usize];
    assert_eq!(refused, (Action::Publishing, 3));
}
