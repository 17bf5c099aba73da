//! What must come of a view's events.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Debug};

use super::difference::{parked_rows, rows_between, rows_listed};
use super::outcome::Outcome;
use crate::error::with_sources;
use crate::view::Projection;

/// The last phase of a [`ViewScenario`](super::ViewScenario): it has asserted something, and may assert more.
pub struct ViewThen<P: Projection> {
    outcome: Outcome<P>,
    /// The keys of the rows that are expected to be parked.
    expected: BTreeSet<P::Key>,
}

impl<P: Projection + PartialEq + Debug> ViewThen<P>
where
    P::Key: Debug,
{
    pub(super) const fn new(outcome: Outcome<P>) -> Self {
        Self { outcome, expected: BTreeSet::new() }
    }

    /// The row of this key is this one.
    ///
    /// # Panics
    ///
    /// When it is another, or there is none; and when a row is parked that no [`then_parked`](Self::then_parked) before has expected.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "it has asserted; asserting more is up to the caller")]
    #[expect(clippy::needless_pass_by_value, reason = "a test reads better without the `&`")]
    pub fn then_row(self, key: P::Key, row: P) -> Self {
        self.assert_readable();
        let of_row = row.key();
        assert!(of_row == key, "the row that is expected of {key:?} has the key {of_row:?}");
        match self.outcome.rows.get(&key) {
            Some(found) => assert!(
                *found == row,
                "`{}` has another row of {key:?} (`-` is expected, `+` is found)\n- {row:?}\n+ {found:?}",
                P::NAME
            ),
            None => panic!("`{}` has no row of {key:?}; its rows are{}", P::NAME, rows_listed(&self.outcome.rows)),
        }
        self
    }

    /// There is no row of this key.
    ///
    /// # Panics
    ///
    /// When there is one; and when a row is parked that no [`then_parked`](Self::then_parked) before has expected.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "it has asserted; asserting more is up to the caller")]
    pub fn then_no_row(self, key: P::Key) -> Self {
        self.assert_readable();
        if let Some(row) = self.outcome.rows.get(&key) {
            panic!("`{}` has a row of {key:?}: {row:?}", P::NAME);
        }
        self
    }

    /// These are all rows, in any order.
    ///
    /// # Panics
    ///
    /// When there are others; and when a row is parked that no [`then_parked`](Self::then_parked) before has expected.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "it has asserted; asserting more is up to the caller")]
    pub fn then_rows(self, rows: impl IntoIterator<Item = P>) -> Self {
        self.assert_readable();
        let mut expected = BTreeMap::new();
        for row in rows {
            let key = row.key();
            let before = expected.insert(key.clone(), row);
            assert!(before.is_none(), "two rows of {key:?} are expected: a view has one of each key");
        }
        assert!(
            expected == self.outcome.rows,
            "`{}` has other rows (`-` is expected, `+` is found){}",
            P::NAME,
            rows_between(&expected, &self.outcome.rows)
        );
        self
    }

    /// The row of this key is parked, for a reason that contains this. It is then as the events before the one that failed have made it.
    ///
    /// # Panics
    ///
    /// When it is not, or for another reason.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "it has asserted; asserting more is up to the caller")]
    pub fn then_parked(mut self, key: P::Key, reason: &str) -> Self {
        self.assert_goes_on();
        let Some(parked) = self.outcome.parked.get(&key) else {
            panic!("`{}` has not parked the row of {key:?}, but{}", P::NAME, parked_rows(&self.outcome));
        };
        let (position, error) = (parked.position, &parked.error);
        assert!(
            error.contains(reason),
            "`{}` has parked the row of {key:?} at position {position} for another reason\nexpected: {reason}\n  actual: {error}",
            P::NAME
        );
        self.expected.insert(key);
        self
    }

    #[track_caller]
    pub(super) fn stopped(self, reason: &str) {
        let Some(stopped) = &self.outcome.stopped else {
            let (rows, parked) = (rows_listed(&self.outcome.rows), parked_rows(&self.outcome));
            panic!("`{}` does not stop. Its rows are{rows}\nand those that are parked are{parked}", P::NAME);
        };
        let actual = with_sources(&**stopped);
        assert!(
            actual.contains(reason),
            "`{}` stops for another reason\nexpected: {reason}\n  actual: {actual}",
            P::NAME
        );
    }

    /// A view that has stopped may lack rows, and so may one with rows that are parked.
    #[track_caller]
    fn assert_readable(&self) {
        self.assert_goes_on();
        let unexpected = self.outcome.parked.keys().any(|key| !self.expected.contains(key));
        assert!(
            !unexpected,
            "`{}` has parked rows: correct the handler, or expect it by `.then_parked(key, \"why\")` before{}",
            P::NAME,
            parked_rows(&self.outcome)
        );
    }

    #[track_caller]
    fn assert_goes_on(&self) {
        if let Some(reason) = &self.outcome.stopped {
            panic!(
                "`{}` stops: correct what it says, or expect it by `.then_stopped(\"why\")`: {}",
                P::NAME,
                with_sources(&**reason)
            );
        }
    }
}

impl<P: Projection + Debug> Debug for ViewThen<P>
where
    P::Key: Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome { rows, parked, stopped } = &self.outcome;
        let mut shown = f.debug_struct("ViewThen");
        shown.field("rows", rows).field("parked", parked).field("stopped", stopped).finish_non_exhaustive()
    }
}
