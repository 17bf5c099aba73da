//! What a view says of itself.

use std::sync::Arc;
use std::time::SystemTime;

use crate::error::StopReason;
use crate::stream::Position;

/// A view as it is at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ViewStatus {
    /// Its name.
    pub view: &'static str,
    /// The version of its projection.
    pub version: u32,
    /// What it does.
    pub state: ViewState,
    /// The position up to which its rows are made.
    pub checkpoint: Position,
    /// How many of its rows are set aside.
    pub parked: usize,
}

/// What a view does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ViewState {
    /// It reads what was stored before.
    CatchingUp,
    /// It has read all that was stored, and waits for more.
    Live,
    /// Something failed that may go by; it is tried again.
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
