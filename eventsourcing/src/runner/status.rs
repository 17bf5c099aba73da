//! What a view says of itself.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::error::StopReason;
use crate::stream::Position;

/// A generation of a view as it is at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ViewStatus {
    /// The name of the view.
    pub view: &'static str,
    /// The version of its projection.
    pub version: u32,
    /// Which build of its rows it is: later ones have higher numbers. 0 as long as no runner has begun.
    pub generation: u64,
    /// Whether its rows are those that are read; else it is built beside them.
    pub is_shown: bool,
    /// Whether it is up to date and shown only by a call of [`swap`](crate::Views::swap): it is held, or has more rows parked than those that are shown.
    pub waits_for_swap: bool,
    /// What it does.
    pub state: ViewState,
    /// The position up to which its rows are made.
    pub checkpoint: Position,
    /// The end of the log, when it was last looked at.
    pub head: Position,
    /// How long ago the event at the checkpoint was recorded, while there are later ones; zero where there are none.
    pub lag: Duration,
    /// How many of its rows are parked.
    pub parked: usize,
    /// How many events it reads in a second.
    pub events_per_second: f64,
}

impl ViewStatus {
    /// How many positions of the log are after its checkpoint.
    #[must_use]
    pub const fn lag_in_events(&self) -> u64 {
        self.head.get().saturating_sub(self.checkpoint.get())
    }
}

/// What a view does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ViewState {
    /// It reads what was stored before.
    CatchingUp,
    /// It has read all that was stored, and waits for more.
    Live,
    /// The runner of another process keeps it up to date; this one takes its place when that ends.
    Standby,
    /// Something failed that may be temporary; it is tried again.
    #[non_exhaustive]
    Retrying {
        /// Since when.
        since: SystemTime,
        /// What failed.
        why: Arc<StopReason>,
    },
    /// It does not go on until a runner is started again.
    #[non_exhaustive]
    Stopped {
        /// Why.
        why: Arc<StopReason>,
    },
}
