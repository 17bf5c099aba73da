//! The thread of a runner.

use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io, thread};

use futures_timer::Delay;
use pollster::block_on;

use crate::process::ProcessClaim;
use crate::runner::Views;
use crate::runner::drive::drive;
use crate::runner::set::Claim;
use crate::signal::Flag;
use crate::store::{EventStore, First, select};

/// How much longer the thread of a process is waited for than what has begun on it may take.
const LATE: Duration = Duration::from_secs(1);

/// Views that are kept up to date on a thread of their own, until this is stopped or dropped.
#[must_use = "the views are kept up to date as long as it lives"]
pub struct Running {
    stop: Arc<Flag>,
    /// Of the views.
    ended: Arc<Flag>,
    /// Of each process, with its name.
    processes: Vec<(&'static str, Arc<Flag>)>,
    /// How long processes are waited for.
    time: Duration,
}

impl Running {
    pub(super) fn start(store: Arc<dyn EventStore>, claim: Claim) -> io::Result<Self> {
        let (stop, ended) = (Arc::new(Flag::default()), Arc::new(Flag::default()));
        let of_thread = (Arc::clone(&stop), Ended(Arc::clone(&ended)), claim);
        thread::Builder::new().name("eventsourcing-views".to_owned()).spawn(move || {
            // The claim ends first, so that who has waited for the end can start another runner.
            let (stop, _ended, claim) = of_thread;
            block_on(drive(&*store, &claim, &stop));
            // Before the flag is raised: who has waited for it finds no file open.
            drop(store);
        })?;
        Ok(Self { stop, ended, processes: Vec::new(), time: Duration::ZERO })
    }

    /// Starts a thread for each process of a set.
    pub(super) fn add_processes(
        &mut self,
        of: &Views,
        store: &Arc<dyn EventStore>,
        claim: ProcessClaim,
    ) -> io::Result<()> {
        let (claim, settings) = (Arc::new(claim), of.process_settings());
        self.time = settings.stop_within.saturating_add(LATE);
        for process in of.processes.each() {
            let (name, ended) = (process.name(), Arc::new(Flag::default()));
            let of_thread = (Arc::clone(&self.stop), Ended(Arc::clone(&ended)), Arc::clone(&claim));
            let (store, kept, settings) = (Arc::clone(store), of.set.subscriptions().clone(), settings.clone());
            thread::Builder::new().name("eventsourcing-process".to_owned()).spawn(move || {
                let (stop, _ended, claim) = of_thread;
                block_on(process.run(store, kept, settings, &stop));
                drop(claim);
            })?;
            self.processes.push((name, ended));
        }
        Ok(())
    }

    /// Stops the views and the processes; returns when they have.
    ///
    /// The view that is at a batch finishes it, and the next runner goes on from there. A process begins nothing more, and waits neither for the store,
    /// another runner or a turn: reactions that have begun have [`Views::stop_within`](crate::Views::stop_within), 5 seconds unless set, and are then
    /// dropped. Such a one has stored all or nothing, and what has stored nothing is done again by the next runner. A checkpoint that is still to be kept has the same
    /// time; where the store does not answer, the next runner finds in the journals what was done.
    ///
    /// A handler that blocks its thread cannot be dropped. One second after that time it is waited for no longer, which a warning says: its thread
    /// ends with it, and until then no other runner of these views is started in this program.
    ///
    /// # Cancel safety
    ///
    /// The views stop also when the future is dropped.
    pub async fn stop(self) {
        self.stop.raise();
        self.ended.wait().await;
        let mut late = Delay::new(self.time);
        for (_, ended) in &self.processes {
            if let First::Other(()) = select(ended.wait(), &mut late).await {
                let blocked = self.processes.iter().filter(|(_, ended)| !ended.is_raised()).map(|(name, _)| *name);
                let processes = blocked.collect::<Vec<_>>().join(", ");
                tracing::warn!(processes, "handlers block their threads, and are not waited for");
                return;
            }
        }
    }

    /// As [`stop`](Self::stop), on the caller's thread.
    pub fn stop_blocking(self) {
        block_on(self.stop());
    }
}

/// Says that the thread has ended, also by a panic.
struct Ended(Arc<Flag>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.raise();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.raise();
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_ended = self.ended.is_raised() && self.processes.iter().all(|(_, ended)| ended.is_raised());
        f.debug_struct("Running").field("has_ended", &has_ended).finish_non_exhaustive()
    }
}
