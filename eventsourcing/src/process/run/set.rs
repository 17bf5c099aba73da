//! The processes that are run together, and the life of one: it waits for its lease, and is driven as long as it has it.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt;
use std::future::ready;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_timer::Delay;
use uuid::Uuid;

use crate::application::FromStore as _;
use crate::error::{ProcessError, ProcessStop, SubscriptionError};
use crate::process::reactor::Reactor;
use crate::process::run::drive::{Drive, Ended};
use crate::process::run::progress::{Parked, ProcessState, ProcessStatus, Progress};
use crate::process::run::requests::{Requests, Wish};
use crate::process::{Clock, Process, SystemClock};
use crate::store::{BoxFuture, EventStore, First, Watch, select};
use crate::stream::Position;
use crate::subscription::{Lease, Subscriptions};

/// How long the runner of a process may give no sign of life.
const LEASE: Duration = Duration::from_secs(5);

/// How often one that stands by looks how far the other is.
const LOOK: Duration = Duration::from_millis(50);

/// How many instances react at the same time, unless set.
const AT_ONCE: usize = 16;

/// How long a handler may take, unless set.
const DEADLINE: Duration = Duration::from_secs(30);

/// How processes are run.
#[derive(Clone, Debug)]
pub(crate) struct ProcessSettings {
    pub(crate) at_once: usize,
    pub(crate) deadline: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    /// Those that stop at the first delivery that fails.
    pub(crate) stop_on_fault: Vec<TypeId>,
}

impl Default for ProcessSettings {
    fn default() -> Self {
        Self { at_once: AT_ONCE, deadline: DEADLINE, clock: Arc::new(SystemClock), stop_on_fault: Vec::new() }
    }
}

/// The processes that are run together.
#[derive(Default)]
pub(crate) struct Processes {
    each: Mutex<Vec<Arc<dyn AnyProcess>>>,
    settings: Mutex<ProcessSettings>,
    is_running: AtomicBool,
}

/// That a runner has the processes, until it is dropped.
#[derive(Debug)]
pub(crate) struct ProcessClaim {
    of: Arc<Processes>,
}

impl Drop for ProcessClaim {
    fn drop(&mut self) {
        self.of.is_running.store(false, Ordering::Release);
    }
}

/// Shows that a process is not run any more, also when what runs it is dropped.
struct Shown<'s>(&'s Progress);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        self.0.stop(ProcessStop::NotRunning);
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
            checkpoint: seen.done,
            head: seen.head,
            in_flight: seen.in_flight,
            parked: seen.parked.len(),
            timers: seen.timers,
            next_due: seen.first_due,
        }
    }

    /// The instances that are set aside.
    fn parked(&self) -> BTreeMap<Uuid, Parked> {
        self.progress().seen().parked
    }

    /// Asks the runner to do something with an instance, and waits for its answer.
    fn ask(&self, instance: Uuid, wish: Wish) -> BoxFuture<'_, Result<bool, Arc<ProcessStop>>> {
        let answer = self.requests().add(instance, wish);
        // After it was added: a runner that ends now drops it, and one that has ended does nothing.
        if let ProcessState::Stopped { why } = self.progress().seen().state {
            drop(self.requests().take());
            return Box::pin(ready(Err(why)));
        }
        Box::pin(async move { answer.wait().await })
    }

    /// Runs it until it is stopped, or cannot go on.
    fn run<'a>(
        &'a self,
        store: Arc<dyn EventStore>,
        kept: Subscriptions,
        settings: ProcessSettings,
        stop: &'a Watch,
    ) -> BoxFuture<'a, ()>;
}

struct Registered<P: Process> {
    /// The application, unless it is made of the store.
    app: Option<Arc<P::App>>,
    progress: Arc<Progress>,
    requests: Requests,
}

impl Processes {
    /// Adds a process, unless it is there.
    pub(crate) fn add<P: Process>(&self, app: Option<Arc<P::App>>) {
        let mut each = lock(&self.each);
        if each.iter().all(|process| process.process_type() != TypeId::of::<P>()) {
            let (progress, requests) = (Arc::default(), Requests::default());
            each.push(Arc::new(Registered::<P> { app, progress, requests }));
        }
    }

    pub(crate) fn set(&self, set: impl FnOnce(&mut ProcessSettings)) {
        set(&mut lock(&self.settings));
    }

    pub(crate) fn settings(&self) -> ProcessSettings {
        lock(&self.settings).clone()
    }

    pub(crate) fn each(&self) -> Vec<Arc<dyn AnyProcess>> {
        lock(&self.each).clone()
    }

    /// Makes the caller the one runner of the processes, if there is no other.
    pub(crate) fn claim(self: &Arc<Self>) -> Option<ProcessClaim> {
        if self.is_running.swap(true, Ordering::AcqRel) {
            return None;
        }
        self.each().iter().for_each(|process| process.progress().restart());
        Some(ProcessClaim { of: Arc::clone(self) })
    }

    pub(crate) fn find<P: Process>(&self) -> Result<Arc<dyn AnyProcess>, ProcessError> {
        let found = self.each().into_iter().find(|process| process.process_type() == TypeId::of::<P>());
        found.ok_or(ProcessError::Unknown { process: P::NAME })
    }
}

impl<P: Process> AnyProcess for Registered<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn process_type(&self) -> TypeId {
        TypeId::of::<P>()
    }

    fn progress(&self) -> &Progress {
        &self.progress
    }

    fn requests(&self) -> &Requests {
        &self.requests
    }

    fn run<'a>(
        &'a self,
        store: Arc<dyn EventStore>,
        kept: Subscriptions,
        settings: ProcessSettings,
        stop: &'a Watch,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let _shown = Shown(&self.progress);
            let parks = !settings.stop_on_fault.contains(&TypeId::of::<P>());
            let ProcessSettings { at_once, deadline, clock, .. } = settings;
            let app = self.app.clone().unwrap_or_else(|| Arc::new(P::App::from_store(&store)));
            let reactor = Arc::new(Reactor::<P> { app, store, clock, deadline, parks, stored: AtomicU64::new(0) });
            let why = self.live(&reactor, &kept, at_once.max(1), stop).await;
            drop(self.requests.take());
            self.progress.stop(why);
        })
    }
}

impl<P: Process> Registered<P> {
    /// Runs it whenever it has the lease; gives why it ends.
    async fn live(&self, reactor: &Arc<Reactor<P>>, kept: &Subscriptions, at_once: usize, stop: &Watch) -> ProcessStop {
        // A name that no subscription of a user's has.
        let name: Arc<str> = Arc::from(format!("~process/{}", P::NAME));
        loop {
            self.progress.change(|seen| seen.state = ProcessState::Standby);
            let lease = Lease::get(kept.kept_by(), Arc::clone(&name), LEASE, true);
            let lease = select(lease, self.stand_by(kept, &name));
            let lease = match select(lease, stop.wait_past(Position::default())).await {
                First::One(First::One(Ok(lease))) => lease,
                First::One(First::One(Err(error))) => {
                    self.progress.trouble(Some(ProcessStop::Checkpoint(error)));
                    Delay::new(LOOK).await;
                    continue;
                }
                First::One(First::Other(())) => continue,
                First::Other(_) => return ProcessStop::NotRunning,
            };
            let (reactor, progress) = (Arc::clone(reactor), Arc::clone(&self.progress));
            let drive = Drive::new(reactor, progress, &self.requests, &lease, at_once);
            match drive.run(stop).await {
                Ended::Asked => {
                    drop(lease.release().await);
                    return ProcessStop::NotRunning;
                }
                Ended::Stopped(why) => return why,
                Ended::Fenced => {}
            }
        }
    }

    /// Shows how far the other runner is; never ends.
    async fn stand_by(&self, kept: &Subscriptions, name: &str) {
        loop {
            Delay::new(LOOK).await;
            let listed: Result<_, SubscriptionError> = kept.list().await;
            if let Some(other) = listed.ok().and_then(|listed| listed.into_iter().find(|one| &*one.name == name)) {
                self.progress.change(|seen| seen.done = other.position);
            }
        }
    }
}

impl fmt::Debug for Processes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.each().iter().map(|process| process.name()).collect();
        f.debug_struct("Processes").field("processes", &names).finish_non_exhaustive()
    }
}

// No foreign code runs under these locks.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
