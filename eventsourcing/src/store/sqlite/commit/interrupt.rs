//! Panics at points of a commit, for tests.

use std::cell::Cell;

/// A point that a leader comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// In the transaction, which has written its rows.
    Written,
    /// After `COMMIT`.
    Committed,
}

thread_local! {
    static NEXT: Cell<Option<Point>> = const { Cell::new(None) };
}

/// Makes this thread panic when it next reaches this point.
pub(crate) fn panic_at(point: Point) {
    NEXT.set(Some(point));
}

/// To be called by the leader.
pub(crate) fn reach(point: Point) {
    if NEXT.get() == Some(point) {
        NEXT.set(None);
        panic!("on purpose, at {point:?}");
    }
}
