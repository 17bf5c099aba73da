//! The views of a set, and who runs them.

use std::any::TypeId;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
#[cfg(feature = "sqlite")]
use std::time::Duration;

use crate::error::{RunError, ViewError};
#[cfg(feature = "sqlite")]
use crate::lease::BEATS;
use crate::runner::kinds::Kinds;
use crate::runner::registered_view::{AnyView, RegisteredView, RowViewKind, ViewKind, downcast};
use crate::runner::requests::{self, Requests};
use crate::runner::settings::ViewSettings;
use crate::signal::Counter;
use crate::store::EventStore;
use crate::subscription::Subscriptions;
#[cfg(feature = "sqlite")]
use crate::view::sqlite::{Folder, KindFile, SqliteRowStorage};
use crate::view::{FoldLimits, Freshness, MemoryRowStorage, ParkedAction, Projection, RowReader, RowStorage};

/// The longest time until it notices what other processes ask for.
#[cfg(feature = "sqlite")]
const LONGEST_TICK: Duration = Duration::from_secs(1);

/// How many rows of a view may be parked, unless set.
const PARKED: usize = 10_000;

/// Views over one store, shared by the handles of the set and its runner.
pub(super) struct ViewSet {
    views: Mutex<Vec<Arc<dyn AnyView>>>,
    target: Target,
    limits: Mutex<FoldLimits>,
    holds_swaps: AtomicBool,
    is_running: AtomicBool,
    /// The views that are to stop at the first delivery that fails.
    stop_on_fault: Mutex<Vec<TypeId>>,
    /// The end of the log, as a runner has last found it.
    head: AtomicU64,
    /// How many requests the runner was given.
    requests: Counter,
    /// Whose events they are made of, once a runner was started.
    store: Mutex<Option<Arc<dyn EventStore>>>,
    subscriptions: Subscriptions,
}

/// Where the rows of views are kept.
pub(super) enum Target {
    Memory,
    #[cfg(feature = "sqlite")]
    Sqlite(Arc<Folder>),
}

#[cfg(feature = "sqlite")]
impl Target {
    pub(super) const fn folder(&self) -> Option<&Arc<Folder>> {
        match self {
            Self::Memory => None,
            Self::Sqlite(folder) => Some(folder),
        }
    }
}

/// That a runner has the views, until it is dropped.
pub(super) struct Claim {
    set: Arc<ViewSet>,
    /// Those that the set has when the runner is started.
    pub(super) views: Vec<Arc<dyn AnyView>>,
    pub(super) settings: ViewSettings,
}

impl ViewSet {
    pub(super) fn new(target: Target) -> Self {
        let subscriptions = match &target {
            Target::Memory => Subscriptions::memory(),
            #[cfg(feature = "sqlite")]
            Target::Sqlite(folder) => Subscriptions::sqlite(folder.path()),
        };
        Self {
            views: Mutex::default(),
            target,
            limits: Mutex::new(FoldLimits { parked: PARKED }),
            holds_swaps: AtomicBool::new(false),
            is_running: AtomicBool::new(false),
            head: AtomicU64::new(0),
            requests: Counter::default(),
            store: Mutex::default(),
            stop_on_fault: Mutex::default(),
            subscriptions,
        }
    }

    /// Adds a view, unless it is there.
    pub(super) fn add<P: Projection>(&self) {
        self.add_kind::<RowViewKind<P>>(|target| {
            let storage: Box<dyn RowStorage<P>> = match target {
                Target::Memory => Box::new(MemoryRowStorage::default()),
                #[cfg(feature = "sqlite")]
                Target::Sqlite(folder) => Box::new(SqliteRowStorage::new(Arc::clone(folder))),
            };
            Some(storage)
        });
    }

    /// The same for a view of any kind, of whose generations `storage` says where they are.
    pub(super) fn add_kind<K: ViewKind>(&self, storage: impl FnOnce(&Target) -> Option<Box<K::Storage>>) {
        let mut views = lock(&self.views);
        if views.iter().all(|view| view.view_type() != TypeId::of::<K::View>()) {
            views.push(Arc::new(RegisteredView::<K>::new(storage(&self.target))));
        }
    }

    /// Has a view stop at the first delivery that fails, also one that is added later.
    pub(super) fn stop_on_fault<P: Projection>(&self) {
        lock(&self.stop_on_fault).push(TypeId::of::<P>());
    }

    #[cfg(feature = "sqlite")]
    pub(super) const fn folder(&self) -> Option<&Arc<Folder>> {
        self.target.folder()
    }

    /// Where the index of kinds is kept, for a runner.
    fn kinds(&self) -> Kinds {
        match &self.target {
            Target::Memory => Kinds::default(),
            #[cfg(feature = "sqlite")]
            Target::Sqlite(folder) => Kinds::of(KindFile::new(folder.path())),
        }
    }

    /// How the views are run.
    fn settings(&self) -> ViewSettings {
        #[cfg(feature = "sqlite")]
        let tick = self.folder().map(|folder| (folder.lease() / BEATS).min(LONGEST_TICK));
        #[cfg(not(feature = "sqlite"))]
        let tick = None;
        let (limits, stop_on_fault) = (*lock(&self.limits), lock(&self.stop_on_fault).clone());
        ViewSettings { limits, stop_on_fault, tick, holds_swaps: self.holds_swaps.load(Ordering::Relaxed) }
    }

    pub(super) fn hold_swaps(&self) {
        self.holds_swaps.store(true, Ordering::Relaxed);
    }

    pub(super) fn park_at_most(&self, rows: usize) {
        lock(&self.limits).parked = rows;
    }

    pub(super) fn views(&self) -> Vec<Arc<dyn AnyView>> {
        lock(&self.views).clone()
    }

    pub(super) const fn head(&self) -> &AtomicU64 {
        &self.head
    }

    pub(super) fn store(&self) -> Option<Arc<dyn EventStore>> {
        lock(&self.store).clone()
    }

    /// Says whose events they are made of, unless a runner has them.
    pub(super) fn set_store(&self, store: Arc<dyn EventStore>) {
        if !self.is_running() {
            *lock(&self.store) = Some(store);
        }
    }

    pub(super) const fn subscriptions(&self) -> &Subscriptions {
        &self.subscriptions
    }

    /// The view of this type of rows.
    pub(super) fn find<P: Projection>(&self) -> Result<Arc<dyn AnyView>, ViewError> {
        self.find_type::<P>(P::NAME)
    }

    /// The view of this type, which has this name.
    pub(super) fn find_type<P: 'static>(&self, view: &'static str) -> Result<Arc<dyn AnyView>, ViewError> {
        let found = self.views().into_iter().find(|view| view.view_type() == TypeId::of::<P>());
        found.ok_or(ViewError::Unknown { view })
    }

    /// The rows of a view that are shown.
    pub(super) fn rows<P: Projection>(&self) -> Result<Arc<dyn RowReader<P>>, ViewError> {
        self.with_storage::<P, _>(|storage| storage.shown(Freshness::Recent))
    }

    /// Does something with the generations of a view.
    pub(super) fn with_storage<P: Projection, T>(
        &self,
        work: impl FnOnce(&dyn RowStorage<P>) -> Result<T, ViewError>,
    ) -> Result<T, ViewError> {
        let view = self.find::<P>()?;
        let done = work(downcast::<RowViewKind<P>>(&*view)?.storage()?);
        done.map_err(|error| self.explain(&*view, error))
    }

    /// The same error, which says of rows that there are none of whether the runner makes them.
    pub(super) fn explain(&self, view: &dyn AnyView, error: ViewError) -> ViewError {
        if let ViewError::NotBuilt { view: name, .. } = error {
            let is_being_built = self.is_running() && view.generations().is_going_on();
            return ViewError::NotBuilt { view: name, is_being_built };
        }
        error
    }

    /// Whether a runner of this program has them.
    pub(super) fn is_running(&self) -> bool {
        self.is_running.load(Ordering::Acquire)
    }

    /// Has the runner look which generations there are.
    pub(super) fn notify(&self) {
        self.requests.increment();
    }

    /// Asks the runner to do something with a row, and waits for its answer.
    pub(super) async fn ask<P: Projection>(&self, key: P::Key, action: ParkedAction) -> Result<bool, ViewError> {
        let view = self.find::<P>()?;
        self.ask_of(&*view, downcast::<RowViewKind<P>>(&*view)?.requests(), key, action).await
    }

    /// The same of a view and its requests.
    pub(super) async fn ask_of<K>(
        &self,
        view: &dyn AnyView,
        requests: &Requests<K>,
        key: K,
        action: ParkedAction,
    ) -> Result<bool, ViewError> {
        let awaited = requests.add((key, action));
        self.notify();
        // After it was added: a runner that ends now answers it, and one that has ended answers nothing.
        if let Some(reason) = view.generations().stop_reason() {
            drop(requests.take());
            return Err(ViewError::Stopped { view: view.name(), reason });
        }
        requests::wait(awaited, view.name()).await
    }

    /// Makes the caller the one runner of the views.
    pub(super) fn claim(self: &Arc<Self>, store: &Arc<dyn EventStore>) -> Result<Claim, RunError> {
        if self.is_running.swap(true, Ordering::AcqRel) {
            return Err(RunError::AlreadyRunning);
        }
        let claim = Claim { set: Arc::clone(self), views: self.views(), settings: self.settings() };
        if cfg!(panic = "abort") {
            tracing::warn!(
                "panics abort this program (`panic = \"abort\"`): a handler that panics ends it, instead of parking its row"
            );
        }
        *lock(&self.store) = Some(Arc::clone(store));
        // Before the runner has begun, so that who waits from now on waits for it.
        for view in &claim.views {
            view.generations().restart();
        }
        Ok(claim)
    }
}

impl Claim {
    /// How many requests there were.
    pub(super) fn requests(&self) -> &Counter {
        &self.set.requests
    }

    /// The index of kinds beside the views.
    pub(super) fn kinds(&self) -> Kinds {
        self.set.kinds()
    }

    /// Where the runner shows how far the log goes.
    pub(super) fn head(&self) -> &AtomicU64 {
        &self.set.head
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        for view in &self.views {
            view.end();
        }
        self.set.is_running.store(false, Ordering::Release);
    }
}

// No foreign code runs under these locks.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
