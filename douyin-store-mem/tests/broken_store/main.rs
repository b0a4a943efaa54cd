//! The conformance suite can fail: a store with one fault at a time, and for each fault a case that catches it.

mod answers;
mod broken;
mod comments;
mod deletions;
mod favorites;
mod follows;
mod jobs;
mod messages;
mod sessions;
mod users;
mod videos;

use std::sync::Arc;

use douyin_core::Store;
use douyin_core::conformance::{CASES, Case, model};
use douyin_store_mem::MemStore;

use crate::broken::{Broken, Fault};

/// Each fault, and a case that must catch it.
const CAUGHT: &[(Fault, &str)] = &[
    (
        Fault::NamesComparedByteByByte,
        "a_name_belongs_to_one_user_whatever_its_spelling",
    ),
    (
        Fault::TakenNamesIgnoredOnInsert,
        "of_many_who_register_one_name_at_once_exactly_one_gets_it",
    ),
    (
        Fault::TakenNamesIgnoredOnUpdate,
        "of_many_who_want_one_name_at_once_exactly_one_gets_it",
    ),
    (Fault::OldNamesKept, "a_name_that_was_given_up_is_free"),
    (
        Fault::OwnNamesTaken,
        "a_name_may_be_spelt_otherwise_by_its_owner_alone",
    ),
    (
        Fault::RefusedEditsHalfDone,
        "a_name_may_be_spelt_otherwise_by_its_owner_alone",
    ),
    (
        Fault::PasswordsCheckedThenWritten,
        "of_many_who_change_a_password_at_once_exactly_one_does",
    ),
    (
        Fault::LogoutsEverywhereRepeat,
        "ending_all_sessions_again_ends_none_that_began_in_between",
    ),
    (
        Fault::GenerationsMixedUp,
        "ending_all_sessions_begins_a_generation_and_tells_of_it",
    ),
    (
        Fault::EarlierExpiriesOverwriteLaterOnes,
        "a_session_that_has_ended_stays_so_until_the_later_of_two_instants",
    ),
    (
        Fault::PositionsHandedOutBeforeTheCommit,
        "whoever_follows_revocations_that_are_made_at_once_misses_none",
    ),
    (
        Fault::PositionsReused,
        "positions_are_not_used_again_after_revocations_are_forgotten",
    ),
    (
        Fault::EverythingForgottenAtOnce,
        "only_expired_revocations_are_forgotten_a_few_at_a_time",
    ),
    (
        Fault::PublicationInstantsRepeat,
        "a_taken_publication_instant_gives_way_to_the_first_free_one_after_it",
    ),
    (
        Fault::PublicationInstantsAfterTheNewest,
        "a_taken_publication_instant_gives_way_to_the_first_free_one_after_it",
    ),
    (
        Fault::PublicationInstantsRaced,
        "videos_published_at_one_instant_get_instants_of_their_own",
    ),
    (
        Fault::WorksNotCounted,
        "a_published_video_is_in_every_list_at_once_and_counted",
    ),
    (
        Fault::PagesIncludeTheirPlace,
        "the_feed_is_the_same_in_pages_of_any_size",
    ),
    (
        Fault::PagesByInstantAlone,
        "likes_of_one_instant_are_the_same_in_pages_of_any_size",
    ),
    (
        Fault::NextAlwaysNone,
        "the_videos_of_an_author_are_the_same_in_pages_of_any_size",
    ),
    (
        Fault::NextOfEveryFullPage,
        "a_page_goes_on_after_its_last_entry_exactly_if_there_is_more",
    ),
    (
        Fault::ListsOldestFirst,
        "followers_are_listed_latest_first_and_by_id_within_an_instant",
    ),
    (
        Fault::ChangeAlwaysApplied,
        "repeating_a_mark_is_unchanged_and_counts_once",
    ),
    (
        Fault::RepeatedLikesCounted,
        "repeating_a_mark_is_unchanged_and_counts_once",
    ),
    (
        Fault::LikeCounterLosesUpdates,
        "two_hundred_users_who_like_a_video_at_once_all_count",
    ),
    (
        Fault::LikesCheckedThenWritten,
        "two_hundred_likes_of_one_user_at_once_count_once",
    ),
    (
        Fault::LikesCountedInASecondStep,
        "a_like_is_never_seen_without_its_count",
    ),
    (
        Fault::LikesAcknowledgedBeforeTheyAreDone,
        "an_acknowledged_write_is_seen_by_the_next_read",
    ),
    (
        Fault::LikesTakenBackOfUnknownVideos,
        "neither_mark_is_taken_for_an_unknown_user_or_video",
    ),
    (
        Fault::RepeatedLikesMoveToTheTop,
        "a_repeated_like_keeps_its_instant",
    ),
    (
        Fault::TotalFavoritedOnlyGrows,
        "a_like_moves_three_counters_and_taking_it_back_moves_them_back",
    ),
    (
        Fault::FlagsOfTheOwner,
        "the_flags_of_a_list_are_the_viewers_not_the_owners",
    ),
    (
        Fault::MarksOfVideosAlone,
        "the_marks_of_a_viewer_are_what_lists_show_them",
    ),
    (
        Fault::DeletedCommentsListed,
        "a_deleted_comment_is_neither_listed_nor_counted_nor_owned",
    ),
    (
        Fault::DeletionsCountedTwice,
        "deleting_twice_is_unchanged_and_counts_once",
    ),
    (
        Fault::DeletionsCheckedThenWritten,
        "of_many_who_delete_a_comment_at_once_exactly_one_does",
    ),
    (
        Fault::CommentsOwnedBelowAnyVideo,
        "a_comment_is_not_found_below_another_video",
    ),
    (
        Fault::FollowCountersSwapped,
        "a_follow_moves_two_counters_and_ending_it_moves_them_back",
    ),
    (
        Fault::FollowFlagReversed,
        "a_follow_shows_to_the_one_who_follows_wherever_the_followed_appears",
    ),
    (
        Fault::FriendsOneWay,
        "friends_are_users_who_follow_each_other",
    ),
    (
        Fault::FriendsShowTheOwnersMessages,
        "nobody_reads_in_a_friend_list_what_others_wrote_to_each_other",
    ),
    (
        Fault::MessageInstantsRepeat,
        "a_message_comes_after_all_before_it_however_old_its_instant",
    ),
    (
        Fault::ConversationsLeak,
        "nobody_sees_the_messages_of_others",
    ),
    (
        Fault::AfterIncludesItsInstant,
        "after_an_instant_are_the_oldest_strictly_newer_messages",
    ),
    (
        Fault::NewestAreTheOldest,
        "the_newest_messages_are_the_last_ones_oldest_first",
    ),
    (
        Fault::DirectionFilteredAfterTheLimit,
        "the_limit_counts_only_messages_of_the_direction_wanted",
    ),
    (
        Fault::DeletedVideosListed,
        "a_deleted_video_is_gone_from_every_list_and_look_up_at_once",
    ),
    (
        Fault::DeletedVideosLiked,
        "a_deleted_video_takes_neither_likes_nor_comments",
    ),
    (
        Fault::VideosDeletedAgain,
        "deleting_a_video_twice_is_unchanged_and_counts_once",
    ),
    (
        Fault::VideosCheckedThenDeleted,
        "of_many_who_delete_a_video_at_once_exactly_one_does",
    ),
    (
        Fault::JobsOfRepeatedDeletions,
        "a_deletion_adds_its_jobs_once",
    ),
    (
        Fault::LikesOfDeletedVideosKept,
        "a_deletion_takes_a_video_from_the_counters_of_its_author",
    ),
    (
        Fault::EveryLikeForgottenAtOnce,
        "likes_are_forgotten_a_few_at_a_time_to_the_last_one",
    ),
    (
        Fault::LikesOfAnyVideoForgotten,
        "likes_of_a_video_that_is_there_or_never_was_are_not_forgotten",
    ),
    (
        Fault::QuotaCheckedThenFilled,
        "several_videos_at_once_are_never_more_than_the_quota",
    ),
    (
        Fault::QuotaNeverFull,
        "a_quota_can_be_filled_to_the_last_byte",
    ),
    (Fault::DeletionsMakeNoRoom, "a_deletion_makes_room"),
    (
        Fault::PicturesMixedUp,
        "a_picture_is_shown_wherever_the_user_appears",
    ),
    (
        Fault::NewPicturesRemoved,
        "a_picture_that_is_replaced_is_to_be_removed_and_no_other",
    ),
    (Fault::LongMessagesCut, "the_longest_texts_come_back_whole"),
    (
        Fault::JobsReadThenTaken,
        "of_many_who_claim_at_once_no_two_get_one_job",
    ),
    (
        Fault::JobsClaimedByAge,
        "jobs_are_claimed_in_the_order_in_which_they_are_due",
    ),
    (
        Fault::ClaimsWithoutFence,
        "whoever_lost_a_claim_can_do_nothing_in_its_name",
    ),
    (
        Fault::ClaimsComparedByInstant,
        "a_claim_is_held_after_its_instant_as_long_as_nobody_takes_it",
    ),
    (
        Fault::ReleasesCount,
        "a_job_that_was_given_back_is_due_and_nothing_counts_against_it",
    ),
    (
        Fault::PreparationsWithoutFence,
        "whoever_lost_the_claim_changes_nothing_of_a_video",
    ),
    (
        Fault::JobsOfRefusedVideos,
        "the_job_of_a_video_is_there_exactly_if_it_was_published",
    ),
    (
        Fault::ReplacedFilesStay,
        "each_file_that_was_replaced_is_removed_later",
    ),
    (Fault::DriftFound, "an_empty_store_has_an_empty_feed"),
    (
        Fault::RepairInventsCorrections,
        "repairing_a_healthy_store_corrects_nothing",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_fault_is_caught() {
    for (fault, name) in CAUGHT {
        let case = CASES.iter().find(|case| case.name == *name);
        let case = case.expect("the table names cases of the suite");
        match outcome(*case, *fault).await {
            Ok(()) => panic!("{case:?} does not catch {fault:?}"),
            Err(message) => println!("{fault:?}: caught by {case:?}: {message}"),
        }
    }
}

#[test]
fn the_table_has_every_fault_once() {
    let mut tabled: Vec<String> = CAUGHT
        .iter()
        .map(|(fault, _)| format!("{fault:?}"))
        .collect();
    tabled.sort();
    tabled.dedup();
    assert_eq!(tabled.len(), CAUGHT.len());
    assert_eq!(
        tabled.len(),
        Fault::COUNT,
        "a fault that is not in the table is not tried"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_fault_every_case_passes() {
    for case in CASES {
        if let Err(message) = outcome(*case, Fault::None).await {
            panic!("{case:?} fails on a store without a fault: {message}");
        }
    }
}

#[test]
#[should_panic(expected = "again with DOUYIN_MODEL_SEED=")]
fn the_model_catches_a_fault_and_says_how_to_repeat_it() {
    let broken = async |_| {
        let store: Arc<dyn Store> = Arc::new(Broken::new(Fault::RepeatedLikesMoveToTheTop));
        ((), store)
    };
    let sound = async |_| {
        let store: Arc<dyn Store> = Arc::new(MemStore::new());
        ((), store)
    };
    model::compare(sound, broken);
}

/// What a case says of a store with this fault; a panic says that it is caught.
async fn outcome(case: Case, fault: Fault) -> Result<(), String> {
    let store = Arc::new(Broken::new(fault));
    let Err(error) = tokio::spawn(async move { case.check(store).await }).await else {
        return Ok(());
    };
    let panic = error.into_panic();
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
    Err(message
        .unwrap_or("a panic without a message")
        .replace('\n', " "))
}
