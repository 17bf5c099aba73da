//! The thread of a runner.

use std::sync::Arc;
use std::{fmt, io, thread};

use pollster::block_on;

use crate::process::{AnyProcess, ProcessClaim, ProcessSettings};
use crate::runner::drive::{Settings, drive};
use crate::runner::kept::AnyKept;
use crate::runner::set::{Claim, ViewSet};
use crate::store::{EventStore, Watch};
use crate::stream::Position;

/// Views that are kept up to date on a thread of their own, until this is stopped or dropped.
#[must_use = "the views are kept up to date as long as it lives"]
pub struct Running {
    stop: Arc<Watch>,
    /// Of the views, and of each process.
    ended: Vec<Arc<Watch>>,
}

impl Running {
    pub(super) fn start(
        store: Arc<dyn EventStore>,
        views: Vec<Arc<dyn AnyKept>>,
        settings: Settings,
        claim: Claim,
    ) -> io::Result<Self> {
        let (stop, ended) = (Arc::new(Watch::default()), Arc::new(Watch::default()));
        let of_thread = (Arc::clone(&stop), Ended(Arc::clone(&ended)), claim);
        thread::Builder::new().name("eventsourcing-views".to_owned()).spawn(move || {
            // The claim ends first, so that who has waited for the end can start another runner.
            let (stop, _ended, claim) = of_thread;
            block_on(drive(&*store, &views, settings, claim.kinds(), claim.asked(), claim.head(), &stop));
            // Before the end is published: who has waited for it finds no file open.
            drop((views, store));
        })?;
        Ok(Self { stop, ended: vec![ended] })
    }

    /// Starts a thread for each of these processes.
    pub(super) fn add(
        &mut self,
        processes: Vec<Arc<dyn AnyProcess>>,
        store: &Arc<dyn EventStore>,
        set: &ViewSet,
        settings: &ProcessSettings,
        claim: ProcessClaim,
    ) -> io::Result<()> {
        let claim = Arc::new(claim);
        for process in processes {
            let ended = Arc::new(Watch::default());
            let of_thread = (Arc::clone(&self.stop), Ended(Arc::clone(&ended)), Arc::clone(&claim));
            let (store, kept, settings) = (Arc::clone(store), set.subscriptions().clone(), settings.clone());
            thread::Builder::new().name("eventsourcing-process".to_owned()).spawn(move || {
                let (stop, _ended, claim) = of_thread;
                block_on(process.run(store, kept, settings, &stop));
                drop(claim);
            })?;
            self.ended.push(ended);
        }
        Ok(())
    }

    /// Has the batch at hand finished and keeps where the views are, so that the next runner goes on from there; returns when that is done. Reactions
    /// of processes that have begun are finished.
    ///
    /// # Cancel safety
    ///
    /// The views stop also when the future is dropped.
    pub async fn stop(self) {
        self.stop.publish(Position::new(1));
        for ended in &self.ended {
            ended.wait_past(Position::default()).await;
        }
    }

    /// As [`stop`](Self::stop), on the caller's thread.
    pub fn stop_blocking(self) {
        block_on(self.stop());
    }
}

/// Says that the thread has ended, also by a panic.
struct Ended(Arc<Watch>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.publish(Position::new(1));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.publish(Position::new(1));
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_ended = self.ended.iter().all(|ended| ended.published() > 0);
        f.debug_struct("Running").field("has_ended", &has_ended).finish_non_exhaustive()
    }
}
