//! How processes are run.

use std::any::TypeId;
use std::sync::Arc;
use std::time::Duration;

use crate::lease::LEASE;
use crate::process::{Clock, SystemClock};
use crate::subscription::Start;

/// How many instances react at the same time, unless set.
const AT_ONCE: usize = 16;

/// How long a handler may take, unless set.
const DEADLINE: Duration = Duration::from_secs(30);

/// How long what has begun may take when a process is stopped, unless set.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// How many instances of a process may be parked, unless set.
const PARKED: usize = 10_000;

/// How processes are run.
#[derive(Clone, Debug)]
pub(crate) struct ProcessSettings {
    pub(crate) at_once: usize,
    pub(crate) deadline: Duration,
    /// How long what has begun may take when they are stopped.
    pub(crate) stop_within: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    /// How long a runner may give no sign of life.
    pub(crate) lease: Duration,
    /// Those that stop at the first delivery that fails.
    pub(crate) stop_on_fault: Vec<TypeId>,
    /// How many instances of a process may be parked.
    pub(crate) park_at_most: usize,
    /// Where processes begin that are new, unless at the beginning; the last that is said of one counts.
    pub(crate) starts: Vec<(TypeId, Start)>,
}

impl ProcessSettings {
    /// Where a process begins.
    pub(super) fn start_of(&self, process: TypeId) -> Start {
        self.starts.iter().rev().find(|(of, _)| *of == process).map(|(_, start)| *start).unwrap_or_default()
    }
}

impl Default for ProcessSettings {
    fn default() -> Self {
        Self {
            at_once: AT_ONCE,
            deadline: DEADLINE,
            stop_within: STOP_WITHIN,
            clock: Arc::new(SystemClock),
            lease: LEASE,
            stop_on_fault: Vec::new(),
            park_at_most: PARKED,
            starts: Vec::new(),
        }
    }
}
