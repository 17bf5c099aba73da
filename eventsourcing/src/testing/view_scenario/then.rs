//! What must come of a view's events.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::fmt::{self, Debug};

use super::checked::Checked;
use super::difference::{rows_between, rows_listed};
use super::outcome::Outcome;
use crate::view::Projection;

/// The last phase of a [`ViewScenario`](super::ViewScenario): it has asserted something, and may assert more.
pub struct ViewThen<P: Projection>(Checked<BTreeMap<P::Key, P>, P::Key>);

impl<P: Projection + PartialEq + Debug> ViewThen<P>
where
    P::Key: Debug,
{
    pub(super) const fn new(outcome: Outcome<BTreeMap<P::Key, P>, P::Key>) -> Self {
        Self(Checked::new(P::NAME, outcome))
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
        let rows = self.0.rows();
        let of_row = row.key();
        assert!(of_row == key, "the row that is expected of {key:?} has the key {of_row:?}");
        match rows.get(&key) {
            Some(found) => assert!(
                *found == row,
                "`{}` has another row of {key:?} (`-` is expected, `+` is found)\n- {row:?}\n+ {found:?}",
                P::NAME
            ),
            None => panic!("`{}` has no row of {key:?}; its rows are{}", P::NAME, rows_listed(rows)),
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
        if let Some(row) = self.0.rows().get(&key) {
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
        let found = self.0.rows();
        let mut expected = BTreeMap::new();
        for row in rows {
            let key = row.key();
            let before = expected.insert(key.clone(), row);
            assert!(before.is_none(), "two rows of {key:?} are expected: a view has one of each key");
        }
        assert!(
            expected == *found,
            "`{}` has other rows (`-` is expected, `+` is found){}",
            P::NAME,
            rows_between(&expected, found)
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
        self.0.expect_parked(key, reason);
        self
    }

    #[track_caller]
    pub(super) fn stopped(self, reason: &str) {
        self.0.expect_stopped(reason, rows_listed);
    }
}

impl<P: Projection + Debug> Debug for ViewThen<P>
where
    P::Key: Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome { rows, parked, stopped } = &self.0.outcome;
        let mut shown = f.debug_struct("ViewThen");
        shown.field("rows", rows).field("parked", parked).field("stopped", stopped).finish_non_exhaustive()
    }
}
