//! The life of a process: it waits for its lease, and is driven as long as it has it.

use std::any::TypeId;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use futures_timer::Delay;
use uuid::Uuid;

use crate::error::{ProcessStop, SubscriptionError};
use crate::process::Process;
use crate::process::reactor::Reactor;
use crate::process::run::answers::Ended;
use crate::process::run::any_process::AnyProcess;
use crate::process::run::drive::Drive;
use crate::process::run::progress::{ProcessReport, Progress};
use crate::process::run::requests::Requests;
use crate::process::run::settings::ProcessSettings;
use crate::process::run::unattended::{Journals, act, read_journals};
use crate::repository::from_store::FromStore as _;
use crate::signal::Flag;
use crate::store::{BoxFuture, EventStore, First, caught, select};
use crate::subscription::{Lease, SubscriptionStatus, Subscriptions};
use crate::view::ParkedAction;

/// How often one that stands by looks how far the other is.
const LOOK: Duration = Duration::from_millis(50);

/// Shows that a process is not run any more once it is dropped, also with what runs the process.
struct StopsOnDrop<'s> {
    progress: &'s Progress,
    requests: &'s Requests,
}

impl Drop for StopsOnDrop<'_> {
    fn drop(&mut self) {
        self.progress.stop(ProcessStop::NotRunning);
        // After that: who asks from now on sees it.
        drop(self.requests.take());
    }
}

/// A process that is run.
pub(super) struct Registered<P: Process> {
    /// The application, unless it is made of the store.
    app: Option<Arc<P::App>>,
    progress: Arc<Progress>,
    requests: Requests,
}

impl<P: Process> Registered<P> {
    pub(super) fn new(app: Option<Arc<P::App>>) -> Self {
        Self { app, progress: Arc::default(), requests: Requests::default() }
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

    fn store(&self) -> Option<Arc<dyn EventStore>> {
        self.app.as_ref().map(|app| Arc::clone(app.store()))
    }

    fn read_journals(&self, store: Arc<dyn EventStore>) -> BoxFuture<'_, Result<Journals, Arc<ProcessStop>>> {
        Box::pin(async move { read_journals::<P>(&*store).await.map_err(Arc::new) })
    }

    fn act(
        &self,
        store: Arc<dyn EventStore>,
        settings: ProcessSettings,
        instance: Uuid,
        action: ParkedAction,
    ) -> BoxFuture<'_, Result<bool, Arc<ProcessStop>>> {
        Box::pin(async move { act(&self.reactor(store, &settings), instance, action).await })
    }

    fn run<'a>(
        &'a self,
        store: Arc<dyn EventStore>,
        kept: Subscriptions,
        settings: ProcessSettings,
        stop: &'a Flag,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let stops = StopsOnDrop { progress: &self.progress, requests: &self.requests };
            let reactor = Arc::new(self.reactor(store, &settings));
            let lived = caught(self.live(&reactor, &kept, &settings, stop)).await;
            self.progress.stop(lived.unwrap_or_else(|message| ProcessStop::Panicked { message }));
            drop(stops);
        })
    }
}

impl<P: Process> Registered<P> {
    fn reactor(&self, store: Arc<dyn EventStore>, settings: &ProcessSettings) -> Reactor<P> {
        Reactor {
            app: self.app.clone().unwrap_or_else(|| Arc::new(P::App::from_store(&store))),
            store,
            clock: Arc::clone(&settings.clock),
            deadline: settings.deadline,
            parks: !settings.stop_on_fault.contains(&TypeId::of::<P>()),
            parking: Arc::clone(&self.progress.parking),
            park_at_most: settings.park_at_most,
            stored: AtomicU64::new(0),
            start: AtomicU64::new(0),
            stopping: Flag::default(),
            stop_within: settings.stop_within,
        }
    }

    /// Runs it whenever it has the lease; gives why it ends.
    async fn live(
        &self,
        reactor: &Arc<Reactor<P>>,
        kept: &Subscriptions,
        settings: &ProcessSettings,
        stop: &Flag,
    ) -> ProcessStop {
        let (at_once, start) = (settings.at_once.max(1), settings.start_of(TypeId::of::<P>()));
        // A name that no subscription of a user's has.
        let name: Arc<str> = Arc::from(format!("~process/{}", P::NAME));
        loop {
            self.progress.change(ProcessReport::stand_by);
            let lease = Lease::get(kept.kept_by(), Arc::clone(&name), settings.lease, true);
            let lease = select(lease, self.stand_by(kept, &name));
            let lease = match select(stop.wait(), lease).await {
                First::One(()) => return ProcessStop::NotRunning,
                First::Other(First::One(Ok(lease))) => lease,
                First::Other(First::One(Err(error))) => {
                    self.progress.note_failure(ProcessStop::Checkpoint(error));
                    Delay::new(LOOK).await;
                    continue;
                }
                First::Other(First::Other(())) => continue,
            };
            let (reactor, progress) = (Arc::clone(reactor), Arc::clone(&self.progress));
            let drive = Drive::new(reactor, progress, &self.requests, &lease, at_once, start);
            match drive.run(stop).await {
                Ended::Asked => return ProcessStop::NotRunning,
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
            let is_of_other = |one: &SubscriptionStatus| one.is_held && &*one.name == name;
            if let Some(other) = listed.ok().and_then(|listed| listed.into_iter().find(is_of_other)) {
                self.progress.change(|report| {
                    report.done = other.checkpoint;
                    report.head = report.head.max(report.done);
                });
            }
        }
    }
}
