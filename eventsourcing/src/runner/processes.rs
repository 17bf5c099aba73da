//! Processes that are run beside views.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_timer::Delay;
use uuid::Uuid;

use crate::error::{ProcessError, ProcessStop, RunError, ViewError};
use crate::process::{
    AnyProcess, Clock, Journals, Parked, ParkedInstance, Process, ProcessSettings, ProcessStatus, StoreOnly,
};
use crate::runner::Views;
use crate::runner::futures::all;
use crate::runner::waiting::LONGEST;
use crate::signal::Flag;
use crate::store::{BoxFuture, EventStore, First, into_handle, select};
use crate::stream::Position;
use crate::subscription::Start;
use crate::view::ParkedAction;

impl Views {
    /// The same set with this process; one that the set has already is not added again. Runners that are started later run it: `run` on a thread of its own, `drive` where that is polled.
    ///
    /// It is over an application of its own, which is made of the store as `new` makes it: the same as the one whose `run` is called, as it has no parts but
    /// those that are made of the store. One with other fields, such as a service outside, is given by [`with_process_of`](Self::with_process_of).
    ///
    /// When it is run for the first time it reacts to all events that are stored, unless [`process_starting`](Self::process_starting) says otherwise. How far it has come is kept beside the views, in memory or in their
    /// folder, and is a help only: where it is lost, each delivery that has stored anything is found in its journal, and not made again.
    #[must_use]
    pub fn with_process<P: Process<App: StoreOnly>>(self) -> Self {
        self.processes.add::<P>(None);
        self
    }

    /// The same, over this application: for one that has other parts than repositories, such as a service outside, which handlers take from
    /// [`Reaction::app`](crate::process::Reaction::app). It is to be over the store that the runner is started with: another is
    /// [refused](crate::error::RunError::OtherStore) then.
    #[must_use]
    pub fn with_process_of<P: Process>(self, app: Arc<P::App>) -> Self {
        self.processes.add::<P>(Some(app));
        self
    }

    /// Where a process begins when it is first run; [`Start::Beginning`] unless set, so that it reacts to all events that are stored. It is said once: the
    /// store keeps it beside the journals of the process, and what is said later, here or by another runner, moves nothing.
    /// [`ProcessStatus::start`] has it.
    ///
    /// One that begins later knows nothing of what was begun before: an event that goes on with an instance which is not there is then not for it, and no
    /// fault.
    #[must_use]
    pub fn process_starting<P: Process>(self, start: Start) -> Self {
        self.processes.set(|settings| settings.starts.push((TypeId::of::<P>(), start)));
        self
    }

    /// Has a process stop at the first delivery that fails, instead of parking the instance and going on with the others.
    #[must_use]
    pub fn stop_process_on_fault<P: Process>(self) -> Self {
        self.processes.set(|settings| settings.stop_on_fault.push(TypeId::of::<P>()));
        self
    }

    /// Has a process stop when as many of its instances as this are parked and another one fails; 10,000 unless set. What is parked then stays so, and is
    /// retried by [`retry_instance`](Self::retry_instance) once the cause is corrected.
    #[must_use]
    pub fn park_instances_at_most(self, instances: usize) -> Self {
        self.processes.set(|settings| settings.park_at_most = instances);
        self
    }

    /// Names the store whose events these processes react to, so that what is parked can be listed, retried and dropped before a runner was started. A
    /// runner that is started names its own.
    #[must_use]
    pub fn over(self, store: impl EventStore) -> Self {
        self.set.set_store(into_handle(store));
        self
    }

    /// How many instances of each process react at the same time; 16 unless set, 0 is taken as 1.
    #[must_use]
    pub fn reactions_at_once(self, instances: usize) -> Self {
        self.processes.set(|settings| settings.at_once = instances);
        self
    }

    /// How long a handler of a process may take; 30 seconds unless set. One that takes longer has failed, unless it waits for the store: for an answer to a
    /// read of its [`Reaction`](crate::process::Reaction), for most of the time. Then it is run again. A handler that blocks its thread cannot be ended.
    #[must_use]
    pub fn reaction_deadline(self, time: Duration) -> Self {
        self.processes.set(|settings| settings.deadline = time.min(LONGEST));
        self
    }

    /// How long reactions that have begun may take when their runner is [stopped](crate::runner::Running::stop); 5 seconds unless set. One that takes longer is
    /// dropped: it has stored all or nothing, and what has stored nothing is done again by the next runner.
    #[must_use]
    pub fn stop_within(self, time: Duration) -> Self {
        self.processes.set(|settings| settings.stop_within = time.min(LONGEST));
        self
    }

    /// What time it is for the timers of processes: the system's unless set.
    #[must_use]
    pub fn clock(self, clock: impl Clock) -> Self {
        self.processes.set(|settings| settings.clock = Arc::new(clock));
        self
    }

    /// Each process as it is at this moment, in the order in which they were added.
    #[must_use]
    pub fn processes(&self) -> Vec<ProcessStatus> {
        self.processes.each().iter().map(|process| process.status()).collect()
    }

    /// The instances of a process that are parked, in the order of their ids: as the runner of this program knows them, and without one as the journals
    /// say, which are then all read.
    ///
    /// # Errors
    ///
    /// [`ProcessError::Unknown`] if the process is not in the set, [`ProcessError::NoStore`] if no runner was started and no store named by
    /// [`over`](Self::over), [`ProcessError::Parked`] if the journals cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn parked_instances<P: Process>(&self) -> Result<Vec<ParkedInstance<P>>, ProcessError> {
        let parked = self.parked_of(&*self.processes.find::<P>()?).await?;
        Ok(parked.into_iter().map(ParkedInstance::from).collect())
    }

    /// Makes the deliveries that wait for an instance which is parked, in order, and says whether it is parked no longer: false if one has failed again.
    /// An instance that is not parked is true too.
    ///
    /// The runner of this program does it; without one, or where it stands by, the caller's task does.
    ///
    /// # Errors
    ///
    /// [`ProcessError::Unknown`] if the process is not in the set, [`ProcessError::NoStore`] as [`parked_instances`](Self::parked_instances),
    /// [`ProcessError::Parked`] if the journal of the instance cannot be read or written, [`ProcessError::Stopped`] if the runner ends meanwhile.
    ///
    /// # Cancel safety
    ///
    /// A delivery is made as a whole or not at all. The runner makes all of them also when the future is dropped.
    pub async fn retry_instance<P: Process>(&self, instance: impl Into<Uuid>) -> Result<bool, ProcessError> {
        self.ask_process::<P>(instance.into(), ParkedAction::Retry).await
    }

    /// Drops the deliveries that wait for an instance which is parked, which its journal says: it goes on with the next event, as if those had not been.
    ///
    /// # Errors
    ///
    /// As [`retry_instance`](Self::retry_instance).
    ///
    /// # Cancel safety
    ///
    /// As [`retry_instance`](Self::retry_instance).
    pub async fn drop_instance<P: Process>(&self, instance: impl Into<Uuid>) -> Result<(), ProcessError> {
        self.ask_process::<P>(instance.into(), ParkedAction::Drop).await.map(drop)
    }

    async fn ask_process<P: Process>(&self, instance: Uuid, action: ParkedAction) -> Result<bool, ProcessError> {
        let process = self.processes.find::<P>()?;
        if process.is_run() {
            let answer = process.ask(instance, action).await;
            return answer.map_err(|why| {
                if matches!(*why, ProcessStop::NotRunning) {
                    ProcessError::Stopped { process: P::NAME, why }
                } else {
                    ProcessError::Parked { process: P::NAME, why }
                }
            });
        }
        let done = process.act(self.store_of(&*process)?, self.process_settings(), instance, action).await;
        done.map_err(|why| ProcessError::Parked { process: P::NAME, why })
    }

    /// The instances of a process that are parked: as its runner knows them, or else as the journals say.
    pub(super) async fn parked_of(&self, process: &dyn AnyProcess) -> Result<BTreeMap<Uuid, Parked>, ProcessError> {
        match process.known_parked() {
            Some(parked) => Ok(parked),
            None => Ok(self.journals_of(process).await?.parked),
        }
    }

    /// What the journals of a process say.
    pub(super) async fn journals_of(&self, process: &dyn AnyProcess) -> Result<Journals, ProcessError> {
        let read = process.read_journals(self.store_of(process)?).await;
        read.map_err(|why| ProcessError::Parked { process: process.name(), why })
    }

    /// The store whose events a process reacts to.
    fn store_of(&self, process: &dyn AnyProcess) -> Result<Arc<dyn EventStore>, ProcessError> {
        let known = self.set.store().or_else(|| process.store());
        known.ok_or(ProcessError::NoStore { process: process.name() })
    }

    /// How the processes are run: with the lease of the views in a folder.
    pub(super) fn process_settings(&self) -> ProcessSettings {
        let settings = self.processes.settings();
        #[cfg(feature = "sqlite")]
        let settings = match self.set.folder() {
            Some(folder) => ProcessSettings { lease: folder.lease(), ..settings },
            None => settings,
        };
        settings
    }

    /// Refuses applications of processes that are over another store.
    pub(super) fn refuse_other_stores(&self, store: &dyn EventStore) -> Result<(), RunError> {
        let is_over_another = |process: &Arc<dyn AnyProcess>| process.store().is_some_and(|of| of.id() != store.id());
        match self.processes.each().into_iter().find(is_over_another) {
            Some(process) => Err(RunError::OtherStore { process: process.name() }),
            None => Ok(()),
        }
    }

    /// Runs the processes until they are stopped, or cannot go on.
    pub(super) async fn run_processes(&self, store: &Arc<dyn EventStore>, stop: &Flag) {
        let (each, settings) = (self.processes.each(), self.process_settings());
        let run = |process: &Arc<dyn AnyProcess>| {
            let (process, kept) = (Arc::clone(process), self.set.subscriptions().clone());
            let (store, settings) = (Arc::clone(store), settings.clone());
            Box::pin(async move { process.run(store, kept, settings, stop).await }) as BoxFuture<'_, ()>
        };
        all(each.iter().map(run).collect()).await;
    }

    /// Waits until each process has reacted to all events up to a position, and to the timers that are due now.
    pub(super) async fn processes_caught_up(&self, head: Position) -> Result<(), ViewError> {
        let now = self.processes.settings().clock.now();
        for process in self.processes.each() {
            let reached = process.progress().wait_for(head, now).await;
            reached.map_err(|why| ProcessError::Stopped { process: process.name(), why })?;
        }
        Ok(())
    }

    /// The same for no longer than this time.
    pub(super) async fn processes_caught_up_within(&self, asked: Position, time: Duration) -> Result<(), ViewError> {
        let now = self.processes.settings().clock.now();
        let mut late = Delay::new(time.min(LONGEST));
        for process in self.processes.each() {
            let name = process.name();
            match select(process.progress().wait_for(asked, now), &mut late).await {
                First::One(Ok(())) => {}
                First::One(Err(why)) => return Err(ProcessError::Stopped { process: name, why }.into()),
                First::Other(()) => {
                    let reached = process.progress().report().done;
                    return Err(ProcessError::TimedOut { process: name, asked, reached, waited: time }.into());
                }
            }
        }
        Ok(())
    }
}
