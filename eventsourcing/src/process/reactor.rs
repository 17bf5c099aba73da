//! What the reactions of a process have in common, and how one ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::error::{LoadError, ReactionFault, StoreError};
use crate::process::journal::History;
use crate::process::parking::Parking;
use crate::process::{Clock, Process};
use crate::repository::Saved;
use crate::signal::Flag;
use crate::store::{Committed, EventStore};
use crate::stream::Position;

/// How the reactions of a process come about.
pub(super) struct Reactor<P: Process> {
    pub(super) app: Arc<P::App>,
    pub(super) store: Arc<dyn EventStore>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) deadline: Duration,
    /// Whether a delivery that fails is parked.
    pub(super) parks: bool,
    pub(super) parking: Arc<Parking>,
    /// How many instances may be parked.
    pub(super) park_at_most: usize,
    /// The last position that a reaction has stored, or that a request has found in a journal.
    pub(super) stored: AtomicU64,
    /// After which position the process begins: it knows nothing of what was begun before.
    pub(super) start: AtomicU64,
    /// Whether the process ends: nothing is begun or waited for then.
    pub(super) stopping: Flag,
    /// How long what has begun may take then.
    pub(super) stop_within: Duration,
}

impl<P: Process> Reactor<P> {
    /// Takes note of where a commit is stored, for those who wait until it is shown.
    pub(super) fn note_stored(&self, saved: &Saved) {
        let (Saved::Stored(position) | Saved::Repeated(_, Committed { last: position, .. })) = saved;
        self.note_found(*position);
    }

    /// The same of what another runner has stored.
    pub(super) fn note_found(&self, position: Position) {
        self.stored.fetch_max(position.get(), Ordering::AcqRel);
    }
}

/// Whether a delivery is made for the first time, or was parked and is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    First,
    Retry,
}

/// What is known of a journal before a delivery is made.
#[derive(Clone, Copy)]
pub(super) enum Known<'h> {
    Nothing,
    /// All that it said when it was read.
    All(&'h History),
    /// That the timer is set as it is given, up to this position.
    Timer(Position),
}

/// What became of a delivery.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It is stored, or there was nothing to store, or it waits behind others.
    Done,
    /// It has failed, and the journal says so.
    Parked,
    /// It has failed, and is to be made again: the process does not go on.
    Failed(ReactionFault),
    /// The same, where as many are parked as may be.
    Full(ReactionFault),
    /// It is a timer, and another was set meanwhile that is due before it: that is fired first.
    Overtaken,
    /// The process ends before it is known: the next runner finds out.
    Interrupted,
}

impl Outcome {
    /// What it means that something cannot be read. An error is one of the store: nothing is known of the delivery.
    pub(super) fn unreadable(error: LoadError) -> Result<Self, StoreError> {
        error.of_store().map(|error| Self::Failed(ReactionFault::Load(error)))
    }
}
