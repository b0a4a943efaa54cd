//! Who may do work that outlives requests.

use super::jobs::{Deed, claim, claimed, jobs};
use super::scene::{Scene, at, together};
use crate::{JobId, MediaKey, Task, TaskKind};

pub(super) async fn jobs_are_claimed_in_the_order_in_which_they_are_due(scene: Scene) {
    let third = scene.preparation(at(5)).await;
    let second = scene.preparation(at(4)).await;
    let first = scene.preparation(at(-3)).await;
    let fourth = scene.preparation(at(5)).await;
    for (number, job) in (1..).zip([first, second, third, fourth]) {
        let claim = claimed(&scene, at(10)).await;
        assert_eq!((claim.job, claim.attempt, claim.tries), (job, 1, 1));
        let jobs = jobs(&scene).await;
        let claimed = jobs.iter().filter(|job| job.claimed_until.is_some());
        assert_eq!(claimed.count(), number);
    }
    assert_eq!(claim(&scene, at(10)).await, None);
}

pub(super) async fn a_job_is_not_claimed_before_it_is_due(scene: Scene) {
    let job = scene.preparation(at(10)).await;
    assert_eq!(claim(&scene, at(9)).await, None);
    assert_eq!(claimed(&scene, at(10)).await.job, job);
}

pub(super) async fn each_kind_of_job_is_claimed_apart(scene: Scene) {
    let removal = Task::RemoveFile(MediaKey::new("covers/7.jpg"));
    let removed = scene.job(removal.clone(), at(1)).await;
    let prepared = scene.preparation(at(2)).await;
    assert_eq!(claimed(&scene, at(9)).await.job, prepared);
    assert_eq!(claim(&scene, at(9)).await, None);
    let kind = TaskKind::RemoveFile;
    let claim = scene.store.claim_job(kind, at(9), at(99)).await;
    let claim = claim.expect("jobs can be claimed").expect("one is due");
    assert_eq!((claim.job, claim.task), (removed, removal));
}

pub(super) async fn a_claim_keeps_others_away_until_its_instant(scene: Scene) {
    let job = scene.preparation(at(1)).await;
    let kind = TaskKind::Prepare;
    let claim = scene.store.claim_job(kind, at(1), at(50)).await;
    let first = claim.expect("jobs can be claimed").expect("one is due");
    assert_eq!((first.job, first.until), (job, at(50)));
    assert_eq!(self::claim(&scene, at(49)).await, None);
    let extended = scene.store.extend_claim(&first, at(60)).await;
    assert!(extended.expect("claims can be extended"));
    assert_eq!(jobs(&scene).await[0].claimed_until, Some(at(60)));
    assert_eq!(self::claim(&scene, at(59)).await, None);
    let second = claimed(&scene, at(60)).await;
    assert_eq!((second.job, second.attempt, second.tries), (job, 2, 2));
}

pub(super) async fn whoever_lost_a_claim_can_do_nothing_in_its_name(scene: Scene) {
    scene.preparation(at(1)).await;
    let lost = claimed(&scene, at(1)).await;
    let holder = claimed(&scene, lost.until).await;
    let before = jobs(&scene).await;
    assert!(!scene.does(&lost, Deed::Extend).await);
    assert!(!scene.does(&lost, Deed::Fail).await);
    assert!(!scene.does(&lost, Deed::FailForGood).await);
    assert!(!scene.does(&lost, Deed::Release).await);
    assert!(!scene.does(&lost, Deed::Finish).await);
    assert_eq!(jobs(&scene).await, before);
    assert!(scene.does(&holder, Deed::Finish).await);
    assert_eq!(jobs(&scene).await, []);
}

pub(super) async fn a_claim_is_held_after_its_instant_as_long_as_nobody_takes_it(scene: Scene) {
    for deed in Deed::ALL {
        scene.preparation(at(1)).await;
        let claim = claimed(&scene, at(1)).await;
        assert!(scene.does(&claim, Deed::Extend).await);
        assert!(scene.does(&claim, deed).await, "{deed:?}");
        let holds_on = deed == Deed::Extend;
        assert_eq!(scene.does(&claim, Deed::Finish).await, holds_on);
        scene.finish_everything().await;
    }
}

pub(super) async fn of_many_who_claim_at_once_no_two_get_one_job(scene: Scene) {
    const JOBS: usize = 24;
    for _ in 0..3 {
        for _ in 0..JOBS {
            scene.preparation(at(1)).await;
        }
        let claims = together((0..JOBS + 8).map(|_| {
            let scene = scene.clone();
            async move { claim(&scene, at(1)).await }
        }))
        .await;
        let mut claimed: Vec<JobId> = claims.iter().flatten().map(|claim| claim.job).collect();
        claimed.sort_unstable();
        claimed.dedup();
        assert_eq!(claimed.len(), JOBS, "each of them once: {claims:?}");
        assert_eq!(claims.iter().flatten().count(), JOBS, "{claims:?}");
        scene.finish_everything().await;
    }
}

pub(super) async fn of_many_who_end_one_attempt_at_once_exactly_one_does(scene: Scene) {
    for _ in 0..5 {
        scene.preparation(at(1)).await;
        let claim = claimed(&scene, at(1)).await;
        let ended = together((0..16).map(|number| {
            let (scene, claim) = (scene.clone(), claim.clone());
            let endings = [Deed::Finish, Deed::Fail, Deed::FailForGood, Deed::Release];
            async move { scene.does(&claim, endings[number % 4]).await }
        }))
        .await;
        let ended = ended.into_iter().filter(|ended| *ended);
        assert_eq!(ended.count(), 1);
        scene.finish_everything().await;
    }
}
