//! Starting a runner: on threads of its own, or as a future.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;

use crate::error::RunError;
use crate::process::ProcessClaim;
use crate::runner::drive::drive;
use crate::runner::futures::all;
use crate::runner::set::Claim;
use crate::runner::{Running, Views};
use crate::signal::Flag;
use crate::store::{EventStore, First, into_handle, select};

impl Views {
    /// Starts a runner: a thread of its own brings the views up to date with the events of this store and keeps them so, and each process has a thread too.
    ///
    /// # Errors
    ///
    /// [`RunError::AlreadyRunning`] if these views have a runner, [`RunError::OtherStore`] if the application of a process is over another store,
    /// [`RunError::Thread`] if the system starts no thread.
    pub fn run(&self, store: impl EventStore) -> Result<Running, RunError> {
        let store = into_handle(store);
        let (claim, processes) = self.claim(&store)?;
        let mut running = Running::start(Arc::clone(&store).blocking(), claim).map_err(RunError::Thread)?;
        running.add_processes(self, &store, processes).map_err(RunError::Thread)?;
        Ok(running)
    }

    /// The same as a future, for callers that have a thread or a runtime for it. It is ready when all views and processes have stopped, at once if there are none.
    ///
    /// The views have their runner from the call on, so that they can be waited for before the future is polled. Handlers of processes run where it is polled: in a
    /// task of a runtime they may use what the runtime has, such as its timers and its sockets.
    ///
    /// It applies batches of up to 65,536 events and writes files where it is polled, and other futures of that task wait meanwhile: give it a task of its own on a runtime of
    /// several threads, or use [`run`](Self::run).
    ///
    /// # Errors
    ///
    /// [`RunError::AlreadyRunning`] if these views have a runner, [`RunError::OtherStore`] if the application of a process is over another store.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the views and the processes stop: the batch at hand is kept as a whole or not at all, and so is each reaction.
    pub fn drive<S: EventStore>(&self, store: S) -> impl Future<Output = Result<(), RunError>> + Send + use<S> {
        self.drive_until(store, pending())
    }

    /// The same until `signal` is ready, such as the end of a program: then they stop as [`Running::stop`] has them stop, and reactions that have begun
    /// have [`stop_within`](Self::stop_within) to end.
    ///
    /// # Errors
    ///
    /// As [`drive`](Self::drive).
    ///
    /// # Cancel safety
    ///
    /// As [`drive`](Self::drive).
    pub fn drive_until<S: EventStore, F: Future<Output = ()> + Send>(
        &self,
        store: S,
        signal: F,
    ) -> impl Future<Output = Result<(), RunError>> + Send + use<S, F> {
        let (views, store) = (self.clone(), into_handle(store));
        let claimed = self.claim(&store);
        async move {
            let (claim, processes) = claimed?;
            let stop = Flag::default();
            let (of_views, of_processes) = (drive(&*store, &claim, &stop), views.run_processes(&store, &stop));
            let mut driven = pin!(all(vec![Box::pin(of_views), Box::pin(of_processes)]));
            if let First::Other(()) = select(driven.as_mut(), signal).await {
                stop.raise();
                driven.await;
            }
            drop(processes);
            Ok(())
        }
    }

    /// Makes the caller the one runner of the views and the processes.
    fn claim(&self, store: &Arc<dyn EventStore>) -> Result<(Claim, ProcessClaim), RunError> {
        self.refuse_other_stores(&**store)?;
        let claim = self.set.claim(store)?;
        let processes = self.processes.claim().ok_or(RunError::AlreadyRunning)?;
        Ok((claim, processes))
    }
}
