//! What two processes end, as a third one hears it.

use super::lender::Lender;
use crate::conformance::sessions::assert_a_follower_misses_none;

pub(super) async fn whoever_follows_what_two_processes_end_at_once_misses_nothing(lender: Lender) {
    let scene = lender.scene();
    let users = scene.users().await;
    let follower = lender.scene();
    assert_a_follower_misses_none(follower, users, |_| lender.scene()).await;
}
