//! The views of a set, and who runs them.

use std::any::TypeId;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{RunError, ViewError};
use crate::runner::kept::{AnyKept, Kept};
use crate::runner::requests::Wish;
use crate::store::{EventStore, Watch};
use crate::stream::Position;
use crate::subscription::Subscriptions;
use crate::view::{FoldLimits, MemoryRows, Projection};

/// How many rows of a view may be set aside, unless set.
const PARKED: usize = 10_000;

/// Views over one store, shared by the handles of the set and its runner.
pub(super) struct ViewSet {
    views: Mutex<Vec<Arc<dyn AnyKept>>>,
    limits: Mutex<FoldLimits>,
    is_running: AtomicBool,
    /// How many requests the runner was asked for, and the same published.
    asks: AtomicU64,
    asked: Watch,
    /// Whose events they are made of, once a runner was started.
    store: Mutex<Option<Arc<dyn EventStore>>>,
    subscriptions: Subscriptions,
}

/// That a runner has the views, until it is dropped.
pub(super) struct Claim {
    set: Arc<ViewSet>,
}

impl Default for ViewSet {
    fn default() -> Self {
        Self {
            views: Mutex::default(),
            limits: Mutex::new(FoldLimits { parked: PARKED }),
            is_running: AtomicBool::new(false),
            asks: AtomicU64::new(0),
            asked: Watch::default(),
            store: Mutex::default(),
            subscriptions: Subscriptions::memory(),
        }
    }
}

impl ViewSet {
    /// Adds a view, unless it is there.
    pub(super) fn add<P: Projection>(&self) {
        let mut views = lock(&self.views);
        if views.iter().all(|view| view.row_type() != TypeId::of::<P>()) {
            views.push(Arc::new(Kept::<P>::new()));
        }
    }

    pub(super) fn park_at_most(&self, rows: usize) {
        lock(&self.limits).parked = rows;
    }

    pub(super) fn views(&self) -> Vec<Arc<dyn AnyKept>> {
        lock(&self.views).clone()
    }

    pub(super) fn limits(&self) -> FoldLimits {
        *lock(&self.limits)
    }

    pub(super) fn store(&self) -> Option<Arc<dyn EventStore>> {
        lock(&self.store).clone()
    }

    pub(super) const fn subscriptions(&self) -> &Subscriptions {
        &self.subscriptions
    }

    /// The view of this type of rows.
    pub(super) fn find<P: Projection>(&self) -> Result<Arc<dyn AnyKept>, ViewError> {
        let found = self.views().into_iter().find(|view| view.row_type() == TypeId::of::<P>());
        found.ok_or(ViewError::Unknown { view: P::NAME })
    }

    pub(super) fn rows<P: Projection>(&self) -> Result<Arc<MemoryRows<P>>, ViewError> {
        let view = self.find::<P>()?;
        kept(&*view).map(|kept| Arc::clone(kept.rows()))
    }

    /// Asks the runner to do something with a row, and waits for its answer.
    pub(super) async fn ask<P: Projection>(&self, key: P::Key, wish: Wish) -> Result<bool, ViewError> {
        let view = self.find::<P>()?;
        let requests = kept::<P>(&*view)?.requests();
        let answer = requests.add(key, wish);
        let number = self.asks.fetch_add(1, Ordering::AcqRel) + 1;
        self.asked.publish(Position::new(number));
        // After it was added: a runner that ends now answers it, and one that has ended answers nothing.
        if let Some(reason) = view.progress().stop_reason() {
            requests.clear();
            return Err(ViewError::Stopped { view: P::NAME, reason });
        }
        answer.wait(P::NAME).await
    }

    /// Makes the caller the one runner of the views.
    pub(super) fn claim(self: &Arc<Self>, store: &Arc<dyn EventStore>) -> Result<Claim, RunError> {
        if self.is_running.swap(true, Ordering::AcqRel) {
            return Err(RunError::AlreadyRunning);
        }
        let claim = Claim { set: Arc::clone(self) };
        *lock(&self.store) = Some(Arc::clone(store));
        // Before the runner has begun, so that who waits from now on waits for it.
        for view in self.views() {
            view.restart();
        }
        Ok(claim)
    }
}

impl Claim {
    /// What is published with each request.
    pub(super) fn asked(&self) -> &Watch {
        &self.set.asked
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        for view in self.set.views() {
            view.end();
        }
        self.set.is_running.store(false, Ordering::Release);
    }
}

fn kept<P: Projection>(view: &dyn AnyKept) -> Result<&Kept<P>, ViewError> {
    view.as_any().downcast_ref().ok_or(ViewError::Unknown { view: P::NAME })
}

// No foreign code runs under these locks.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
