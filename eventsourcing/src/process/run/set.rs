//! The processes that are run together.

use std::any::TypeId;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{ProcessError, ProcessStop};
use crate::process::Process;
use crate::process::reaction::{NOT_KEPT, keeps};
use crate::process::run::any_process::AnyProcess;
use crate::process::run::registered::Registered;
use crate::process::run::settings::ProcessSettings;
use crate::repository::from_store::FromStore as _;

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
        // Also where none was ever run, so that no one waits for it.
        for process in self.of.each() {
            process.progress().stop(ProcessStop::NotRunning);
            drop(process.requests().take());
        }
        self.of.is_running.store(false, Ordering::Release);
    }
}

impl Processes {
    /// Adds a process, unless it is there.
    pub(crate) fn add<P: Process>(&self, app: Option<Arc<P::App>>) {
        const { assert!(keeps(P::App::AGGREGATES, P::NAME), "{}", NOT_KEPT) };
        let mut each = lock(&self.each);
        if each.iter().all(|process| process.process_type() != TypeId::of::<P>()) {
            each.push(Arc::new(Registered::<P>::new(app)));
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
