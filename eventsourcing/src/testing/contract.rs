//! The contract of a store as tests: for each numbered clause of [`EventStore`] one or several, under its number.
//!
//! Whoever writes a store writes a [`Harness`] for it and one line, and gets a `#[test]` for each part of each clause.
//! There is no way to leave one out.
//!
//! ```
//! use std::sync::Arc;
//!
//! use eventsourcing::testing::contract::Harness;
//! use eventsourcing::{MemoryStore, Position, store::EventStore};
//!
//! struct Memory(MemoryStore);
//!
//! impl Harness for Memory {
//!     fn store(&self) -> Arc<dyn EventStore> {
//!         Arc::new(self.0.clone())
//!     }
//!     fn reopen(&mut self) {} // A store in memory ends with its last handle, and the harness holds one.
//!     fn damage(&mut self, position: Position) {
//!         self.0.damage(position);
//!     }
//! }
//!
//! eventsourcing::contract_tests!(Memory(MemoryStore::new()));
//! # let clause = eventsourcing::testing::contract::clauses().iter().find(|clause| clause.name().starts_with("c1_"));
//! # clause.unwrap().check(|| Memory(MemoryStore::new()));
//! ```

mod c1;
mod c10;
mod c11;
mod c12;
mod c13;
mod c14;
mod c2;
mod c3;
mod c4;
mod c5;
mod c6;
mod c7;
mod c8;
mod c9;
mod limits;
mod probe;
mod ranks;
mod seen;
mod wait;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

#[allow(clippy::wildcard_imports, reason = "the list below names each")]
use self::{
    c1::*, c2::*, c3::*, c4::*, c5::*, c6::*, c7::*, c8::*, c9::*, c10::*, c11::*, c12::*, c13::*, c14::*, limits::*,
};
use crate::store::EventStore;
use crate::stream::Position;

/// What the tests need of a store beside its interface. Each test makes its own harness, around a store without events.
pub trait Harness {
    /// A handle on the store. A test takes several and uses them from several threads; where a store can be opened
    /// more than once, one harness that gives out clones and one that opens it anew each time test both.
    fn store(&self) -> Arc<dyn EventStore>;

    /// Closes the store and opens it again, as after the end of the process. No test holds a handle while it runs.
    fn reopen(&mut self);

    /// Flips one bit of the payload stored at this position, behind the store's back. No test holds a handle while it
    /// runs, and none changes what is stored between this and reading it.
    fn damage(&mut self, position: Position);
}

/// Which of a store's entry points a test goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Calls {
    /// The ones that return a future.
    Async,
    /// The ones that block.
    Blocking,
}

/// The test of one part of one clause.
#[derive(Clone, Copy)]
pub struct Clause {
    name: &'static str,
    run: fn(&mut dyn Harness, Calls),
}

impl Clause {
    /// The name of the test: the number of the clause, and what of it is tested.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Runs the test through the async calls and again through the blocking ones, each time on a store of its own.
    ///
    /// # Panics
    ///
    /// When the store does not keep its promise.
    pub fn check<H: Harness>(&self, mut harness: impl FnMut() -> H) {
        let is_of_ids = self.name.starts_with("c14_");
        let mut ids = Vec::new();
        for calls in [Calls::Async, Calls::Blocking] {
            // Shown by the test runner if what follows fails.
            println!("{} through the {calls:?} calls", self.name);
            let mut harness = harness();
            (self.run)(&mut harness, calls);
            ids.extend(is_of_ids.then(|| harness.store().id()));
        }
        let different: BTreeSet<_> = ids.iter().collect();
        assert_eq!(different.len(), ids.len(), "two stores have the same id");
    }
}

impl fmt::Debug for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clause").field(&self.name).finish()
    }
}

/// All tests of the contract, in the order of the clauses.
#[must_use]
pub const fn clauses() -> &'static [Clause] {
    CLAUSES
}

/// The one list of the tests. `$dollar` is a `$`, which the inner macro cannot write.
macro_rules! list {
    ($dollar:tt $($name:ident)*) => {
        const CLAUSES: &[Clause] = &[$(Clause { name: stringify!($name), run: $name }),*];

        /// Writes a `#[test]` for each part of the contract of a store; see [`testing::contract`](crate::testing::contract).
        ///
        /// Its argument is an expression that makes a [`Harness`](crate::testing::contract::Harness) around a store
        /// without events.
        #[macro_export]
        macro_rules! contract_tests {
            ($dollar harness:expr $dollar(,)?) => {
                $(
                    #[test]
                    fn $name() {
                        let name = stringify!($name);
                        let clause = $crate::testing::contract::clauses().iter().find(|clause| clause.name() == name);
                        clause.unwrap_or_else(|| unreachable!("one list makes both")).check(|| $dollar harness);
                    }
                )*
            };
        }
    };
}

list! { $
    c1_all_or_nothing
    c1_appends_take_effect_in_their_order
    c1_an_append_without_events_checks_its_version
    c1_no_reader_sees_a_part
    c2_a_conflict_names_stream_and_versions
    c2_a_hint_decides_nothing
    c2_one_of_many_racers_wins
    c2_one_of_many_racers_across_streams_wins
    c2_racers_on_streams_of_their_own_all_win
    c3_positions_are_in_the_order_of_the_commits
    c3_a_follower_misses_nothing
    c4_acknowledged_commits_survive_reopening
    c5_the_same_commit_again_returns_the_first_result
    c5_a_given_id_is_known_whatever_comes_with_it
    c5_an_id_that_was_made_is_found_when_given
    c5_an_id_is_found_by_a_commit_that_cannot_be_stored
    c5_only_a_stored_commit_leaves_its_id
    c5_one_of_many_racers_under_one_id_is_stored
    c5_ids_survive_reopening
    c6_a_stream_is_read_in_ranges_and_pages
    c6_the_log_is_read_in_pages_and_filtered
    c6_a_reader_that_is_ahead_of_the_log_is_told
    c6_a_page_ends_where_its_reader_breaks_off
    c6_a_page_has_a_limit_unless_told
    c6_a_page_is_one_moment
    c7_what_was_stored_comes_back_byte_for_byte
    c7_a_time_that_a_commit_gives_is_kept
    c7_a_damaged_event_is_named_and_not_given_out
    c8_success_is_visible_everywhere
    c8_after_an_error_nothing_is_stored
    c8_a_dropped_commit_is_whole_or_not_there
    c9_a_commit_without_events_stores_nothing
    c9_names_mean_nothing_to_the_store
    c9_names_that_cannot_be_stored_are_refused
    c9_limits_are_not_below_the_floor
    c9_the_largest_payload_is_stored
    c9_the_largest_commit_is_stored
    c9_the_most_events_are_stored
    c9_the_largest_metadata_is_stored
    c9_numbers_at_the_ends_of_their_range
    c10_a_reader_behind_the_log_does_not_wait
    c10_every_waiting_reader_is_woken
    c10_waking_does_not_wait_for_a_poll
    c10_a_commit_of_another_handle_wakes
    c10_who_gave_up_waiting_misses_nothing
    c11_a_snapshot_is_kept_with_its_commit
    c11_a_commit_that_is_not_stored_keeps_no_snapshot
    c11_the_latest_up_to_a_version_is_read
    c11_one_of_another_fingerprint_takes_the_place_of_all
    c11_snapshots_move_no_position
    c12_streams_are_listed_in_pages
    c12_a_stream_is_listed_once_it_has_an_event
    c13_what_comes_after_a_stored_commit_is_stored
    c13_what_comes_after_another_commit_is_not_stored
    c13_what_was_stored_before_is_found
    c13_commits_are_tried_in_the_order_of_their_first_polls
    c14_a_store_has_an_id_of_its_own
}
