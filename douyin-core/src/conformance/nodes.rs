//! The suite of stores that lend node numbers: the contract of [`Nodes`], a named sentence for each part of it, and what else takes two
//! processes to break.
//!
//! It is used like the [suite for stores](super). Each case gets two handles of one empty store, as two processes would have
//! them; those of a store in memory are the same.
//!
//! ```text
//! async fn open(_case: &'static str) -> (TempDir, [Handle; 2]) { … }
//! douyin_core::nodes_conformance!(open);
//! ```

mod lender;
mod numbers;
mod processes;
mod ranges;
mod revocations;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use self::lender::Lender;
use super::opened::{self, Opened};
use crate::{Nodes, Store};

/// A store that lends node numbers, as one process has it.
#[derive(Clone)]
pub struct Handle {
    /// The store, to fill with rows.
    pub store: Arc<dyn Store>,
    /// The same store, to lease numbers from.
    pub nodes: Arc<dyn Nodes>,
}

/// A sentence of the contract, and what proves it.
struct Case {
    theme: &'static str,
    name: &'static str,
    run: fn(Lender) -> BoxFuture<'static, ()>,
}

const CASES: &[Case] = crate::nodes_conformance!(@each @cases);

/// Runs one case on a store that `open` opens: what each test of [`nodes_conformance!`](crate::nodes_conformance) does.
///
/// # Panics
/// Where the store breaks the contract, or there is none and the environment variable `CI` is `true`.
pub async fn prove<O: Opened<[Handle; 2]>>(
    theme: &str,
    name: &str,
    open: impl AsyncFnOnce(&'static str) -> O,
) {
    let case = CASES
        .iter()
        .find(|case| case.theme == theme && case.name == name)
        .expect("the macro names cases of the list");
    if let Some((_guard, handles)) = opened::open(case.name, open).await {
        (case.run)(Lender::new(handles)).await;
    }
}

/// Makes a `#[tokio::test]` of every case of the [suite for stores that lend node numbers](mod@crate::conformance::nodes).
///
/// The argument is an async function or closure from a case's name to a guard and two handles of one store, or to an `Option`
/// of them.
#[macro_export]
macro_rules! nodes_conformance {
    (@each $($then:tt)*) => {
        $crate::nodes_conformance! { $($then)*
            numbers {
                two_holders_at_once_have_different_numbers
                the_thirty_third_holder_is_told_who_expires_first_and_when
                the_wanted_number_is_lent_unless_another_holder_has_it
                a_holder_that_starts_again_has_its_number_at_once
                the_term_of_a_holder_that_started_again_is_over
                numbers_that_nobody_has_are_lent_first_and_then_those_that_expired_longest_ago
                an_expired_number_can_be_taken_and_is_lost_to_its_former_holder
                an_expired_number_that_nobody_took_is_extended
                a_number_that_was_given_back_is_lent_to_the_next_holder
                giving_back_a_lost_number_takes_it_from_nobody
            }
            ranges {
                a_range_begins_at_the_present_and_reaches_as_far_as_asked
                an_extension_reaches_on_from_the_present_or_from_what_is_used
                an_extension_that_was_not_heard_of_is_part_of_the_range
                what_a_lease_remembers_stays_reserved_whatever_the_store_has_lost
                a_later_term_begins_after_all_that_was_reserved
                what_was_given_back_unused_can_be_used_again
                a_clock_that_stepped_back_makes_no_older_range
                a_range_begins_after_the_largest_id_of_any_kind
                no_range_is_lent_where_no_ids_are_left
                the_ranges_of_a_number_never_overlap_however_many_ask_at_once
            }
            processes {
                ids_go_on_where_the_clock_steps_back_by_an_hour
                ids_go_on_after_a_restart_with_a_clock_an_hour_behind
                numbers_are_lent_and_extended_among_writes_of_other_kinds
                processes_that_take_each_others_numbers_never_make_the_same_id
            }
            revocations {
                whoever_follows_what_two_processes_end_at_once_misses_nothing
                what_two_processes_end_at_once_is_ended_once
            }
        }
    };
    (@cases $($theme:ident { $($case:ident)* })*) => {
        &[$($(Case {
            theme: stringify!($theme),
            name: stringify!($case),
            run: |lender| Box::pin($theme::$case(lender)),
        },)*)*]
    };
    (@tests $open:expr; $($theme:ident { $($case:ident)* })*) => {
        mod lends_nodes {
            #[allow(unused_imports, reason = "the argument may need nothing from around it")]
            use super::*;
            $(mod $theme {
                #[allow(unused_imports, reason = "the argument may need nothing from around it")]
                use super::*;
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    $crate::conformance::nodes::prove(stringify!($theme), stringify!($case), $open).await;
                })*
            })*
        }
    };
    ($open:expr) => {
        $crate::nodes_conformance! { @each @tests $open; }
    };
}
