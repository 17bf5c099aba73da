//! What has come of a view's events, and which of its keys are expected to be parked.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeSet;
use std::fmt::Debug;

use super::difference::parked_rows;
use super::outcome::Outcome;
use crate::error::with_sources;

/// What has come of the events of a view.
pub(super) struct Checked<R, K> {
    name: &'static str,
    pub(super) outcome: Outcome<R, K>,
    /// The keys that are expected to be parked.
    expected: BTreeSet<K>,
}

impl<R, K: Ord + Debug> Checked<R, K> {
    pub(super) const fn new(name: &'static str, outcome: Outcome<R, K>) -> Self {
        Self { name, outcome, expected: BTreeSet::new() }
    }

    /// Its rows: a view that has stopped may lack some, and so may one with rows that are parked.
    #[track_caller]
    pub(super) fn rows(&self) -> &R {
        self.assert_goes_on();
        let unexpected = self.outcome.parked.keys().any(|key| !self.expected.contains(key));
        assert!(
            !unexpected,
            "`{}` has parked rows: correct the handler, or expect it by `.then_parked(key, \"why\")` before{}",
            self.name,
            parked_rows(&self.outcome)
        );
        &self.outcome.rows
    }

    #[track_caller]
    pub(super) fn expect_parked(&mut self, key: K, reason: &str) {
        self.assert_goes_on();
        let Some(parked) = self.outcome.parked.get(&key) else {
            panic!("`{}` has not parked the row of {key:?}, but{}", self.name, parked_rows(&self.outcome));
        };
        let (position, error) = (parked.position, &parked.error);
        assert!(
            error.contains(reason),
            "`{}` has parked the row of {key:?} at position {position} for another reason\nexpected: {reason}\n  actual: {error}",
            self.name
        );
        self.expected.insert(key);
    }

    /// That it has stopped; `rows` says what it has if it has not.
    #[track_caller]
    pub(super) fn expect_stopped(&self, reason: &str, rows: impl FnOnce(&R) -> String) {
        let Some(stopped) = &self.outcome.stopped else {
            let (rows, parked) = (rows(&self.outcome.rows), parked_rows(&self.outcome));
            panic!("`{}` does not stop. Its rows are{rows}\nand those that are parked are{parked}", self.name);
        };
        let actual = with_sources(&**stopped);
        assert!(
            actual.contains(reason),
            "`{}` stops for another reason\nexpected: {reason}\n  actual: {actual}",
            self.name
        );
    }

    #[track_caller]
    fn assert_goes_on(&self) {
        if let Some(reason) = &self.outcome.stopped {
            panic!(
                "`{}` stops: correct what it says, or expect it by `.then_stopped(\"why\")`: {}",
                self.name,
                with_sources(&**reason)
            );
        }
    }
}
