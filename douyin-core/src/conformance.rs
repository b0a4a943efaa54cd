//! The suite that every store must pass: the contract of [`port`](crate::port), a named sentence for each part of it.
//!
//! One line proves a store. It makes a test of every case; each gets an empty store of its own, and whatever must live
//! as long as that store (a temporary folder, a schema to drop) is the guard beside it:
//!
//! ```text
//! async fn open(_case: &'static str) -> (TempDir, Arc<dyn Store>) { … }
//! douyin_core::conformance!(open);
//! ```
//!
//! The crate that says so needs `tokio` with its features `macros` and `rt-multi-thread` among its dev-dependencies.
//!
//! Where a store needs a server, `open` answers an `Option`, `None` meaning that there is no server. The case is then skipped
//! with a line on standard error, or fails where the environment variable `CI` is `true`.
//!
//! After every case [`drift_of_all`] must be empty. [`model`] compares a store with another one, over random
//! histories of operations.
//!
//! A store that lends [node numbers](crate::Nodes) has a second suite, [`nodes`].
//!
//! A store that takes seconds for what a person waits for passes too: the suite proves what a store answers, not how soon.

pub mod model;
pub mod nodes;

mod at_every_instant;
mod audit;
mod claims;
mod comments;
mod deleted_comments;
mod deleting_at_once;
mod deletions;
mod favorites;
mod follows;
mod forgotten_likes;
mod friends;
mod jobs;
mod many_at_once;
mod messages;
mod opened;
mod paging;
mod pictures;
mod preparations;
mod profiles;
mod publishing_at_once;
mod quotas;
mod scene;
mod sessions;
mod spans;
mod texts;
mod users;
mod videos;
mod viewers;

use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use self::opened::{Opened, open};
use self::scene::Scene;
use crate::{Store, drift_of_all};

/// A sentence of the contract, and what proves it.
#[derive(Clone, Copy)]
pub struct Case {
    /// What it is about, such as `favorites`.
    pub theme: &'static str,
    /// The sentence; no two cases have the same.
    pub name: &'static str,
    run: fn(Scene) -> BoxFuture<'static, ()>,
}

impl Case {
    /// Tries a store, which must be empty at first, on a tokio runtime. More than one thread makes the cases that do many
    /// things at once worth more.
    ///
    /// # Panics
    /// Where the store breaks the contract.
    pub async fn check(&self, store: Arc<dyn Store>) {
        (self.run)(Scene::new(Arc::clone(&store))).await;
        let drift = drift_of_all(&*store).await.expect("drift can be asked for");
        assert_eq!(drift, [], "counters disagree with the rows they count");
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}::{}", self.theme, self.name)
    }
}

/// Every case of the suite, to list or run them other than by [`conformance!`](crate::conformance!).
pub const CASES: &[Case] = crate::conformance!(@each @cases);

/// Runs one case on a store that `open` opens: what each test of [`conformance!`](crate::conformance!) does.
///
/// # Panics
/// Where the store breaks the contract, or there is none and the environment variable `CI` is `true`.
pub async fn prove<O: Opened>(theme: &str, name: &str, open: impl AsyncFnOnce(&'static str) -> O) {
    let case = CASES
        .iter()
        .find(|case| case.theme == theme && case.name == name)
        .expect("the macro names cases of the list");
    if let Some((_guard, store)) = opened::open(case.name, open).await {
        case.check(store).await;
    }
}

/// Makes a `#[tokio::test]` of every case of the [suite](mod@crate::conformance).
///
/// The argument is an async function or closure from a case's name (to name a schema or folder after it) to an [`Opened`] store.
#[macro_export]
macro_rules! conformance {
    (@each $($then:tt)*) => {
        $crate::conformance! { $($then)*
            users {
                a_new_user_has_the_given_name_and_signature_and_nothing_counted
                a_name_belongs_to_one_user_whatever_its_spelling
                a_refused_registration_leaves_nothing_behind
                names_that_differ_in_a_letter_or_an_accent_are_two_names
                credentials_are_found_under_every_spelling_of_the_name
                nobody_has_a_profile_or_credentials_before_registering
                of_many_who_register_one_name_at_once_exactly_one_gets_it
            }
            profiles {
                an_edit_changes_what_it_names_and_nothing_else
                an_edit_to_what_is_there_is_unchanged
                a_changed_name_is_shown_wherever_the_user_appears
                a_new_name_is_found_in_every_spelling_and_the_old_one_is_not
                a_name_that_was_given_up_is_free
                a_name_may_be_spelt_otherwise_by_its_owner_alone
                nobody_has_no_profile_to_edit
                of_many_who_want_one_name_at_once_exactly_one_gets_it
                a_name_is_of_one_whether_wanted_by_users_or_new_ones_at_once
                names_that_are_exchanged_at_once_are_never_of_two
            }
            sessions {
                a_new_user_is_of_the_first_generation
                an_ended_session_is_told_to_whoever_follows
                ending_a_session_twice_is_once
                a_session_that_has_ended_stays_so_until_the_later_of_two_instants
                ending_all_sessions_begins_a_generation_and_tells_of_it
                ending_all_sessions_again_ends_none_that_began_in_between
                a_changed_password_is_found_and_ends_all_sessions
                a_password_that_is_not_the_expected_one_is_not_changed
                of_many_who_change_a_password_at_once_exactly_one_does
                logouts_and_changes_at_once_each_count
                nothing_is_ended_for_nobody
                revocations_are_the_same_in_pages_of_any_size
                whoever_follows_revocations_that_are_made_at_once_misses_none
                only_expired_revocations_are_forgotten_a_few_at_a_time
                positions_are_not_used_again_after_revocations_are_forgotten
            }
            videos {
                a_published_video_is_in_every_list_at_once_and_counted
                publishing_for_an_unknown_author_is_refused_and_leaves_nothing
                a_video_that_was_never_published_is_none
                the_feed_is_newest_first_whoever_published
                the_feed_goes_on_strictly_before_an_instant
                the_list_of_an_author_has_only_their_videos_newest_first
                a_taken_publication_instant_gives_way_to_the_first_free_one_after_it
                an_empty_store_has_an_empty_feed
            }
            deletions {
                a_deleted_video_is_gone_from_every_list_and_look_up_at_once
                a_deletion_takes_a_video_from_the_counters_of_its_author
                other_videos_and_their_counters_stay
                deleting_a_video_twice_is_unchanged_and_counts_once
                deleting_a_video_that_never_was_is_not_found
                a_deleted_video_takes_neither_likes_nor_comments
                comments_below_a_deleted_video_are_none
                the_instant_of_a_deleted_video_stays_taken
                a_video_is_published_once_also_after_it_was_deleted
                a_deletion_adds_its_jobs_once
                a_preparation_that_comes_too_late_belongs_to_nobody
                a_preparation_that_failed_for_good_goes_with_its_video_and_no_other_does
                a_walk_of_the_feed_neither_skips_nor_repeats_when_entries_vanish
            }
            forgotten_likes {
                likes_of_a_deleted_video_count_for_those_who_gave_them_until_they_are_forgotten
                likes_are_forgotten_a_few_at_a_time_to_the_last_one
                likes_of_a_video_that_is_there_or_never_was_are_not_forgotten
                likes_are_forgotten_once_by_however_many_at_once
            }
            deleting_at_once {
                of_many_who_delete_a_video_at_once_exactly_one_does
                likes_and_comments_at_the_time_of_a_deletion_are_all_or_not
                no_counter_of_an_author_is_ever_negative
                a_storm_of_publications_likes_and_deletions_leaves_every_counter_right
            }
            quotas {
                what_a_user_stored_is_what_their_videos_have
                a_video_beyond_the_quota_is_refused_and_leaves_nothing
                a_quota_can_be_filled_to_the_last_byte
                a_deletion_makes_room
                several_videos_at_once_are_never_more_than_the_quota
            }
            pictures {
                a_new_user_has_the_default_pictures
                a_picture_is_shown_wherever_the_user_appears
                a_picture_that_is_there_already_is_unchanged
                the_default_picture_comes_back
                nobody_has_no_picture_to_change
                a_picture_that_is_replaced_is_to_be_removed_and_no_other
                of_pictures_that_are_set_at_once_one_stays_and_the_others_are_to_be_removed
            }
            viewers {
                a_like_shows_to_the_one_who_likes_and_to_nobody_else
                a_follow_shows_to_the_one_who_follows_wherever_the_followed_appears
                the_flags_of_a_list_are_the_viewers_not_the_owners
                nobody_follows_themselves_in_their_own_eyes
                a_viewer_who_does_not_exist_sees_what_anonymous_viewers_see
                the_viewer_decides_nothing_but_the_flags
                the_marks_of_a_viewer_are_what_lists_show_them
                marks_are_of_what_was_asked_for_alone
            }
            favorites {
                a_like_moves_three_counters_and_taking_it_back_moves_them_back
                repeating_a_mark_is_unchanged_and_counts_once
                liking_ones_own_video_moves_both_counters_of_the_user
                likes_of_several_users_add_up
                a_repeated_like_keeps_its_instant
                a_like_given_again_is_the_latest
                likes_are_listed_latest_first_and_by_id_within_an_instant
                a_like_taken_back_is_not_listed
                neither_mark_is_taken_for_an_unknown_user_or_video
                the_likes_of_nobody_are_an_empty_list
            }
            comments {
                a_comment_is_listed_with_its_author_and_counted
                comments_are_listed_newest_first_and_by_id_within_an_instant
                comments_of_another_video_are_not_listed
                a_comment_by_or_below_nobody_is_refused_and_not_counted
                a_comment_belongs_to_its_author_and_the_videos_author
                a_comment_is_not_found_below_another_video
                the_comments_below_an_unknown_video_are_an_empty_list
            }
            deleted_comments {
                a_deleted_comment_is_neither_listed_nor_counted_nor_owned
                deleting_a_comment_keeps_the_others
                deleting_twice_is_unchanged_and_counts_once
                deleting_what_never_was_is_not_found
                of_many_who_delete_a_comment_at_once_exactly_one_does
            }
            follows {
                a_follow_moves_two_counters_and_ending_it_moves_them_back
                repeating_a_follow_mark_is_unchanged_and_counts_once
                a_repeated_follow_keeps_its_instant_and_a_new_one_is_the_latest
                follows_are_listed_latest_first_and_by_id_within_an_instant
                followers_are_listed_latest_first_and_by_id_within_an_instant
                neither_follow_mark_is_taken_for_an_unknown_user
                follows_of_different_directions_are_different_follows
                the_lists_of_nobody_are_empty
            }
            friends {
                friends_are_users_who_follow_each_other
                a_friendship_ends_when_either_stops_following
                friends_are_listed_in_the_order_of_follows
                a_friend_comes_with_the_newest_message_of_the_two
                nobody_reads_in_a_friend_list_what_others_wrote_to_each_other
                the_newest_message_of_somebody_elses_friend_is_the_viewers_own
                the_friends_of_nobody_are_an_empty_list
            }
            messages {
                a_conversation_is_the_same_for_both_and_oldest_first
                a_message_keeps_its_instant_where_it_is_free
                a_message_comes_after_all_before_it_however_old_its_instant
                conversations_do_not_share_instants
                messages_from_or_to_nobody_are_refused_and_leave_nothing
                nobody_sees_the_messages_of_others
                a_conversation_with_nobody_is_empty
            }
            spans {
                the_newest_messages_are_the_last_ones_oldest_first
                before_an_instant_are_the_newest_strictly_older_messages
                after_an_instant_are_the_oldest_strictly_newer_messages
                incoming_messages_are_those_that_the_viewer_received
                the_limit_counts_only_messages_of_the_direction_wanted
                walking_back_through_a_conversation_meets_every_message_once
                walking_forth_through_a_conversation_meets_every_message_once
            }
            paging {
                the_feed_is_the_same_in_pages_of_any_size
                the_videos_of_an_author_are_the_same_in_pages_of_any_size
                likes_of_one_instant_are_the_same_in_pages_of_any_size
                comments_of_one_instant_are_the_same_in_pages_of_any_size
                follows_of_one_instant_are_the_same_in_pages_of_any_size
                followers_of_one_instant_are_the_same_in_pages_of_any_size
                friends_of_one_instant_are_the_same_in_pages_of_any_size
                a_page_goes_on_after_its_last_entry_exactly_if_there_is_more
                a_place_need_not_be_an_entry
                an_entry_that_is_gone_still_marks_the_place_to_go_on_from
                entries_on_top_do_not_disturb_a_walk
            }
            many_at_once {
                two_hundred_likes_of_one_user_at_once_count_once
                two_hundred_users_who_like_a_video_at_once_all_count
                sixty_four_users_toggling_at_random_end_where_their_last_mark_left_them
                toggles_of_one_like_from_everywhere_add_up_in_some_order
                two_who_follow_each_other_at_once_are_friends
                a_storm_of_follows_ends_where_the_last_marks_left_it
                comments_and_deletions_at_once_add_up
            }
            at_every_instant {
                an_acknowledged_write_is_seen_by_the_next_read
                a_like_is_never_seen_without_its_count
                a_write_whose_caller_went_away_is_done_or_not_but_never_half
                counters_agree_with_their_rows_at_every_instant
            }
            publishing_at_once {
                videos_published_at_one_instant_get_instants_of_their_own
                paging_by_instant_over_videos_published_at_once_meets_each_once
                messages_sent_at_once_get_instants_of_their_own
                a_reader_who_goes_on_from_the_newest_message_misses_none
            }
            texts {
                hostile_texts_come_back_as_they_went_in
                hostile_names_come_back_and_are_found
                a_name_in_other_code_points_is_taken
                names_that_only_a_collation_takes_for_one_are_two
                names_whose_keys_are_longest_are_told_apart_to_the_end
                the_longest_texts_come_back_whole
                texts_are_data_and_never_patterns
                media_keys_and_password_hashes_come_back_as_they_went_in
                empty_texts_are_texts_and_spaces_at_an_end_stay
                the_largest_ids_come_back_exactly
                instants_come_back_to_the_millisecond
            }
            claims {
                jobs_are_claimed_in_the_order_in_which_they_are_due
                a_job_is_not_claimed_before_it_is_due
                each_kind_of_job_is_claimed_apart
                a_claim_keeps_others_away_until_its_instant
                whoever_lost_a_claim_can_do_nothing_in_its_name
                a_claim_is_held_after_its_instant_as_long_as_nobody_takes_it
                of_many_who_claim_at_once_no_two_get_one_job
                of_many_who_end_one_attempt_at_once_exactly_one_does
            }
            jobs {
                a_job_comes_back_as_it_went_in
                a_finished_job_is_gone
                a_failed_attempt_is_due_again_with_its_error
                a_job_that_failed_for_good_waits_for_somebody_to_say_so
                a_job_that_was_given_back_is_due_and_nothing_counts_against_it
                retrying_what_never_was_is_not_found
                a_video_is_prepared_by_one_job_at_a_time
                jobs_are_counted_by_kind_and_state
                jobs_are_the_same_in_pages_of_any_size
            }
            preparations {
                the_job_of_a_video_is_there_exactly_if_it_was_published
                what_was_made_of_a_video_is_in_every_list_at_once
                what_was_not_made_stays_as_it_is
                each_file_that_was_replaced_is_removed_later
                whoever_lost_the_claim_changes_nothing_of_a_video
                what_was_made_of_no_video_is_refused
                of_many_who_complete_one_preparation_at_once_exactly_one_does
            }
            audit {
                a_store_that_is_open_answers_a_ping
                repairing_a_healthy_store_corrects_nothing
                repairs_among_writes_and_other_repairs_leave_every_counter_right
            }
        }
    };
    (@cases $($theme:ident { $($case:ident)* })*) => {
        &[$($($crate::conformance::Case {
            theme: stringify!($theme),
            name: stringify!($case),
            run: |scene| Box::pin($theme::$case(scene)),
        },)*)*]
    };
    (@tests $open:expr; $($theme:ident { $($case:ident)* })*) => {
        mod conforms {
            #[allow(unused_imports, reason = "the argument may need nothing from around it")]
            use super::*;
            $(mod $theme {
                #[allow(unused_imports, reason = "the argument may need nothing from around it")]
                use super::*;
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    $crate::conformance::prove(stringify!($theme), stringify!($case), $open).await;
                })*
            })*
        }
    };
    ($open:expr) => {
        $crate::conformance! { @each @tests $open; }
    };
}
