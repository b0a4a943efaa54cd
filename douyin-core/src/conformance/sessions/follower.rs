//! Somebody who follows what ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{START, session};
use crate::conformance::scene::{Scene, at, together};
use crate::{Revoked, SessionId, UserId};

/// Has many end sessions at once, each through a handle of its own, while `follower` reads what has ended.
pub(in crate::conformance) async fn assert_a_follower_misses_none(
    follower: Scene,
    users: [UserId; 4],
    handle: impl Fn() -> Scene,
) {
    const WRITERS: u32 = 16;
    const EACH: u32 = 12;
    let done = Arc::new(AtomicBool::new(false));
    let follower = tokio::spawn({
        let (scene, done) = (follower, Arc::clone(&done));
        async move {
            let (mut seen, mut after) = (Vec::new(), START);
            loop {
                let is_last = done.load(Ordering::SeqCst);
                let page = scene.revocations(after, 1_000).await;
                after = page.last().map_or(after, |last| last.position);
                seen.extend(page.into_iter().map(|revocation| revocation.revoked));
                if is_last {
                    return seen;
                }
                tokio::task::yield_now().await;
            }
        }
    });
    together((0..WRITERS).map(|writer| {
        let scene = handle();
        async move {
            for round in 0..EACH {
                let user = users[(writer % 4) as usize];
                let ended = session((writer * EACH + round).into());
                scene.end(user, ended, at(100)).await;
            }
        }
    }))
    .await;
    done.store(true, Ordering::SeqCst);
    let mut seen: Vec<SessionId> = follower
        .await
        .expect("revocations can be followed")
        .into_iter()
        .filter_map(|revoked| match revoked {
            Revoked::Session(session) => Some(session),
            Revoked::Before(_) => None,
        })
        .collect();
    let mut ended: Vec<SessionId> = (0..WRITERS * EACH)
        .map(|number| session(number.into()))
        .collect();
    seen.sort_unstable();
    ended.sort_unstable();
    assert_eq!(seen, ended);
}
