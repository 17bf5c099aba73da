//! What a view has in the end, and by which way.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::StopReason;
use crate::view::Parked;

/// What a view has in the end: its rows, and those that are parked by their keys.
pub(super) struct Outcome<R, K> {
    pub(super) rows: R,
    pub(super) parked: BTreeMap<K, Parked<K>>,
    /// Why it has stopped, if it has; then what it has depends on how the events came.
    pub(super) stopped: Option<Arc<StopReason>>,
}

/// How events are given to a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Each as soon as it is stored.
    OneByOne,
    /// All that are stored when the runner begins.
    InOneBatch,
    /// Each by a runner of its own, which has what is kept of the one before.
    Interrupted,
    /// The same, each event right after it was given to another such view: as after a failure that has left nothing of the first time.
    Repeated,
}

impl Way {
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::OneByOne => "one by one",
            Self::InOneBatch => "in one batch",
            Self::Interrupted => "each by a new runner",
            Self::Repeated => "each for the second time, as after a failure",
        }
    }
}
