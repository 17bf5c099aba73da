//! A process without its type, and how processes are run.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::error::ProcessStop;
use crate::lease::LEASE;
use crate::process::parking::Parked;
use crate::process::run::progress::{ProcessState, ProcessStatus, Progress};
use crate::process::run::requests::Requests;
use crate::process::run::unattended::Journals;
use crate::process::{Clock, SystemClock};
use crate::signal::Flag;
use crate::store::{BoxFuture, EventStore};
use crate::subscription::{Start, Subscriptions};
use crate::view::ParkedAction;

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

/// A process, without its type.
pub(crate) trait AnyProcess: Send + Sync {
    fn name(&self) -> &'static str;

    fn process_type(&self) -> TypeId;

    fn progress(&self) -> &Progress;

    fn requests(&self) -> &Requests;

    /// As it is at this moment.
    fn status(&self) -> ProcessStatus {
        let seen = self.progress().seen();
        ProcessStatus {
            process: self.name(),
            state: seen.state,
            start: seen.start,
            checkpoint: seen.done,
            head: seen.head,
            in_flight: seen.in_flight,
            parked: seen.parked,
            timers: seen.timers,
            next_due: seen.first_due,
        }
    }

    /// The instances that are parked, as its runner knows them; none if no runner of this program has it, or that has still to read the journals.
    fn known_parked(&self) -> Option<BTreeMap<Uuid, Parked>> {
        let progress = self.progress();
        let listed = progress.parking.list();
        // After that: they are not read from their beginning meanwhile.
        progress.seen().has_begun.then_some(listed)
    }

    /// The store of its application, unless that is made of the runner's.
    fn store(&self) -> Option<Arc<dyn EventStore>>;

    /// Which instances are parked, and which timers are set, as all journals say.
    fn read_journals(&self, store: Arc<dyn EventStore>) -> BoxFuture<'_, Result<Journals, Arc<ProcessStop>>>;

    /// Does something with an instance without the runner.
    fn act(
        &self,
        store: Arc<dyn EventStore>,
        settings: ProcessSettings,
        instance: Uuid,
        action: ParkedAction,
    ) -> BoxFuture<'_, Result<bool, Arc<ProcessStop>>>;

    /// Whether the runner of this program has it, and answers what it is asked.
    fn is_run(&self) -> bool {
        !matches!(self.progress().seen().state, ProcessState::Stopped { .. } | ProcessState::Standby)
    }

    /// Asks the runner to do something with an instance, and waits for its answer, and until what is parked is listed by that.
    fn ask(&self, instance: Uuid, action: ParkedAction) -> BoxFuture<'_, Result<bool, Arc<ProcessStop>>> {
        let answer = self.requests().add((instance, action));
        // After it was added: a runner that ends now drops it, and one that has ended does nothing.
        if let ProcessState::Stopped { why } = self.progress().seen().state {
            drop(self.requests().take());
            return Box::pin(ready(Err(why)));
        }
        Box::pin(async move {
            let answered = answer.wait().await.unwrap_or_else(|| Err(Arc::new(ProcessStop::NotRunning)));
            let (is_parked_no_longer, stored) = answered?;
            self.progress().wait_listed(stored).await;
            Ok(is_parked_no_longer)
        })
    }

    /// Runs it until it is stopped, or cannot go on.
    fn run<'a>(
        &'a self,
        store: Arc<dyn EventStore>,
        kept: Subscriptions,
        settings: ProcessSettings,
        stop: &'a Flag,
    ) -> BoxFuture<'a, ()>;
}
