//! A set of views.

use std::any::TypeId;
use std::fmt;
use std::future::ready;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_timer::Delay;

use crate::error::{RunError, ViewError};
use crate::runner::drive::drive;
use crate::runner::kept::{AnyKept, Kept};
use crate::runner::requests::Wish;
use crate::runner::select::{First, select};
use crate::runner::{Rows, Running, ViewStatus};
use crate::store::{EventStore, Watch, into_handle};
use crate::stream::Position;
use crate::view::{Dropped, FoldLimits, MemoryRows, Parked, Projection};

/// How many rows of a view may be set aside, unless set.
const PARKED: usize = 10_000;

/// Views that are made of the events of one store, and read together. A clone is another handle on the same set.
///
/// [`view`](crate::view) has an example.
#[derive(Clone)]
pub struct Views {
    shared: Arc<Shared>,
}

struct Shared {
    views: Mutex<Vec<Arc<dyn AnyKept>>>,
    limits: Mutex<FoldLimits>,
    is_running: AtomicBool,
    /// How many requests the runner was asked for, and the same published.
    asks: AtomicU64,
    asked: Watch,
    /// Whose events they are made of, once a runner was started.
    store: Mutex<Option<Arc<dyn EventStore>>>,
}

impl Views {
    /// Views whose rows live in memory as long as a handle of the set does: made again of all events at each start.
    #[must_use]
    pub fn memory() -> Self {
        let (views, limits) = (Mutex::default(), Mutex::new(FoldLimits { parked: PARKED }));
        let (is_running, store) = (AtomicBool::new(false), Mutex::default());
        let (asks, asked) = (AtomicU64::new(0), Watch::default());
        Self { shared: Arc::new(Shared { views, limits, is_running, asks, asked, store }) }
    }

    /// The same set with this view; one that it has already is not added again. A runner keeps those up to date that were added before it was
    /// started.
    #[must_use]
    pub fn with<P: Projection>(self) -> Self {
        let mut views = lock(&self.shared.views);
        if views.iter().all(|view| view.row_type() != TypeId::of::<P>()) {
            views.push(Arc::new(Kept::<P>::new()));
        }
        drop(views);
        self
    }

    /// Has a view stop when more of its rows than this are set aside; 10,000 unless set. With 0, the first failure stops it.
    #[must_use]
    pub fn park_at_most(self, rows: usize) -> Self {
        lock(&self.shared.limits).parked = rows;
        self
    }

    /// Starts a runner on a thread of its own, which brings the views up to date with the events of this store and keeps them so.
    ///
    /// # Errors
    ///
    /// [`RunError::AlreadyRunning`] if these views have a runner, [`RunError::Thread`] if the system starts no thread.
    pub fn run(&self, store: impl EventStore) -> Result<Running, RunError> {
        let store = into_handle(store);
        let claim = self.claim(&store)?;
        let (views, limits) = self.parts();
        Running::start(store.blocking(), views, limits, claim).map_err(RunError::Thread)
    }

    /// The same as a future, for callers that have a thread or a runtime for it. It is ready when all views have stopped, at once if there are none.
    ///
    /// # Errors
    ///
    /// [`RunError::AlreadyRunning`] if these views have a runner.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the views stop; the batch at hand is kept as a whole or not at all.
    pub async fn drive(&self, store: impl EventStore) -> Result<(), RunError> {
        let store = into_handle(store);
        let claim = self.claim(&store)?;
        let (views, limits) = self.parts();
        drive(&*store, &views, limits, claim.asked(), &Watch::default()).await;
        Ok(())
    }

    /// Waits until each view has all that was committed before this call.
    ///
    /// # Errors
    ///
    /// [`ViewError::Stopped`] as soon as one of them has stopped before that, so at once without a runner; [`ViewError::Store`] if the store cannot say where
    /// its log ends.
    ///
    /// # Cancel safety
    ///
    /// Waiting changes nothing.
    pub async fn caught_up(&self) -> Result<(), ViewError> {
        let store = lock(&self.shared.store).clone();
        let head = match store {
            Some(store) => store.head().await?,
            // No runner was started: each view says so.
            None => Position::new(1),
        };
        for view in self.views() {
            view.progress().wait_for(head).await?;
        }
        Ok(())
    }

    /// Waits until a view has the event at a position, as [`save`](crate::Repository::save) returns it.
    ///
    /// # Errors
    ///
    /// [`ViewError::Stopped`] as soon as it has stopped before that, [`ViewError::TimedOut`] after this time, [`ViewError::Unknown`] if it is not in the set.
    ///
    /// # Cancel safety
    ///
    /// Waiting changes nothing.
    pub async fn wait_for<P: Projection>(
        &self,
        position: impl Into<Position>,
        time: Duration,
    ) -> Result<(), ViewError> {
        let (position, view) = (position.into(), self.find::<P>()?);
        match select(view.progress().wait_for(position), Delay::new(time)).await {
            First::One(reached) => reached,
            First::Other(()) => {
                let reached = view.progress().reached();
                Err(ViewError::TimedOut { view: P::NAME, asked: position, reached, waited: time })
            }
        }
    }

    /// The row of a key, if there is one.
    ///
    /// # Errors
    ///
    /// [`ViewError::Unknown`] if the view is not in the set.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    #[expect(clippy::needless_pass_by_value, reason = "most keys are ids, which are copied")]
    pub fn get<P: Projection>(
        &self,
        key: P::Key,
    ) -> impl Future<Output = Result<Option<P>, ViewError>> + Send + use<P> {
        ready(self.rows::<P>().map(|rows| rows.get(&key)))
    }

    /// The rows of a view, in the order of their keys.
    pub fn all<P: Projection>(&self) -> Rows<P> {
        Rows::new(self.rows::<P>())
    }

    /// The rows of a view that are set aside, in the order of their keys.
    ///
    /// # Errors
    ///
    /// [`ViewError::Unknown`] if the view is not in the set.
    pub fn parked<P: Projection>(
        &self,
    ) -> impl Future<Output = Result<Vec<Parked<P::Key>>, ViewError>> + Send + use<P> {
        ready(self.rows::<P>().map(|rows| rows.parked()))
    }

    /// Makes the deliveries that wait for a row which is set aside, and says whether the row is set aside no longer: false if one has failed again,
    /// for the reason that [`parked`](Self::parked) then has. A row that is not set aside stays as it is.
    ///
    /// The runner does it between two batches; what comes for the row meanwhile waits behind.
    ///
    /// # Errors
    ///
    /// [`ViewError::Stopped`] without a runner, [`ViewError::Log`] if the events cannot be read; what was made stays made. [`ViewError::Unknown`] if
    /// the view is not in the set.
    ///
    /// # Cancel safety
    ///
    /// The runner does it also when the future is dropped.
    pub async fn retry_parked<P: Projection>(&self, key: P::Key) -> Result<bool, ViewError> {
        self.ask::<P>(key, Wish::Retry).await
    }

    /// Drops the deliveries that wait for a row which is set aside, which is recorded: the row goes on with the next event, as if those had not been.
    ///
    /// Rebuild the view where that is not what it should show.
    ///
    /// # Errors
    ///
    /// As [`retry_parked`](Self::retry_parked).
    ///
    /// # Cancel safety
    ///
    /// As [`retry_parked`](Self::retry_parked).
    pub async fn drop_parked<P: Projection>(&self, key: P::Key) -> Result<(), ViewError> {
        self.ask::<P>(key, Wish::Drop).await.map(drop)
    }

    /// What was dropped of a view, in order.
    ///
    /// # Errors
    ///
    /// [`ViewError::Unknown`] if the view is not in the set.
    pub fn dropped<P: Projection>(
        &self,
    ) -> impl Future<Output = Result<Vec<Dropped<P::Key>>, ViewError>> + Send + use<P> {
        ready(self.rows::<P>().map(|rows| rows.dropped()))
    }

    async fn ask<P: Projection>(&self, key: P::Key, wish: Wish) -> Result<bool, ViewError> {
        let view = self.find::<P>()?;
        let kept = view.as_any().downcast_ref::<Kept<P>>().ok_or(ViewError::Unknown { view: P::NAME })?;
        let answer = kept.requests().add(key, wish);
        let number = self.shared.asks.fetch_add(1, Ordering::AcqRel) + 1;
        self.shared.asked.publish(Position::new(number));
        // After it was added: a runner that ends now has answered, and one that has ended answers nothing.
        if let Some(reason) = view.progress().stop_reason() {
            kept.requests().clear();
            return Err(ViewError::Stopped { view: P::NAME, reason });
        }
        answer.wait(P::NAME).await
    }

    /// Each view as it is at this moment, in the order in which they were added.
    #[must_use]
    pub fn status(&self) -> Vec<ViewStatus> {
        let views = self.views();
        let each = views.iter().map(|view| {
            let (progress, checkpoint, parked) = (view.progress(), view.checkpoint(), view.parked());
            let (view, version) = (view.name(), view.version());
            ViewStatus { view, version, state: progress.state(), checkpoint, parked }
        });
        each.collect()
    }

    fn views(&self) -> Vec<Arc<dyn AnyKept>> {
        lock(&self.shared.views).clone()
    }

    fn parts(&self) -> (Vec<Arc<dyn AnyKept>>, FoldLimits) {
        (self.views(), *lock(&self.shared.limits))
    }

    fn find<P: Projection>(&self) -> Result<Arc<dyn AnyKept>, ViewError> {
        let found = self.views().into_iter().find(|view| view.row_type() == TypeId::of::<P>());
        found.ok_or(ViewError::Unknown { view: P::NAME })
    }

    fn rows<P: Projection>(&self) -> Result<Arc<MemoryRows<P>>, ViewError> {
        let view = self.find::<P>()?;
        let kept = view.as_any().downcast_ref::<Kept<P>>();
        kept.map(|kept| Arc::clone(kept.rows())).ok_or(ViewError::Unknown { view: P::NAME })
    }

    /// Makes this the one runner of the views.
    fn claim(&self, store: &Arc<dyn EventStore>) -> Result<Claim, RunError> {
        if self.shared.is_running.swap(true, Ordering::AcqRel) {
            return Err(RunError::AlreadyRunning);
        }
        let claim = Claim { shared: Arc::clone(&self.shared) };
        *lock(&self.shared.store) = Some(Arc::clone(store));
        // Before the runner has begun, so that who waits from now on waits for it.
        self.views().iter().for_each(|view| view.restart());
        Ok(claim)
    }
}

/// That a runner has the views, until it is dropped.
pub(super) struct Claim {
    shared: Arc<Shared>,
}

impl Claim {
    /// What is published with each request.
    pub(super) fn asked(&self) -> &Watch {
        &self.shared.asked
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        for view in lock(&self.shared.views).iter() {
            view.end();
        }
        self.shared.is_running.store(false, Ordering::Release);
    }
}

// No foreign code runs under these locks.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Views {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.views().iter().map(|view| view.name()).collect();
        f.debug_struct("Views").field("views", &names).finish_non_exhaustive()
    }
}
