//! What a process says of itself.

use std::sync::Arc;
use std::time::SystemTime;

use crate::error::ProcessStop;
use crate::stream::Position;

/// A process as it is at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcessStatus {
    /// The stored name of the process.
    pub process: &'static str,
    /// What it does.
    pub state: ProcessState,
    /// The position after which it began when it was first run: 0, unless [`process_starting`](crate::Views::process_starting) said otherwise, and as
    /// long as no runner has begun.
    pub start: Position,
    /// The position up to which it has reacted to all events.
    pub checkpoint: Position,
    /// The end of the log, when it was last looked at.
    pub head: Position,
    /// How many instances react at this moment.
    pub in_flight: usize,
    /// How many instances are parked.
    pub parked: usize,
    /// How many timers are set.
    pub timers: usize,
    /// When the first of them is due.
    pub next_due: Option<SystemTime>,
}

/// What a process does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProcessState {
    /// It reads what was stored before.
    CatchingUp,
    /// It has read all that was stored, and waits for more.
    Live,
    /// The runner of another process of the system has it; this one takes its place when that ends.
    Standby,
    /// The store has failed, or what keeps the checkpoint; it is tried again.
    #[non_exhaustive]
    Retrying {
        /// Since when.
        since: SystemTime,
        /// What failed.
        why: Arc<ProcessStop>,
    },
    /// It does not go on until a runner is started again.
    #[non_exhaustive]
    Stopped {
        /// Why.
        why: Arc<ProcessStop>,
    },
}
