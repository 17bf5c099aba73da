//! A set of views.

use std::fmt;
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::error::ViewError;
use crate::process::Processes;
use crate::runner::registered_view::AnyView;
use crate::runner::set::{Target, ViewSet};
use crate::runner::waiting::{LONGEST, wait_for, wait_for_up_to};
use crate::runner::{Rows, ViewStatus};
use crate::stream::Position;
use crate::subscription::Subscriptions;
use crate::view::{Dropped, Parked, ParkedAction, Projection};

/// Views that are made of the events of one store, and read together. A clone is another handle on the same set.
///
/// [`view`](crate::view) has an example.
#[derive(Clone)]
pub struct Views {
    pub(super) set: Arc<ViewSet>,
    pub(super) processes: Arc<Processes>,
}

impl Views {
    /// Views whose rows live in memory as long as a handle of the set does: made again of all events at each start.
    #[must_use]
    pub fn memory() -> Self {
        Self { set: Arc::new(ViewSet::new(Target::Memory)), processes: Arc::default() }
    }

    /// The same set with this view; one that it has already is not added again. A runner keeps those up to date that were added before it was
    /// started.
    #[must_use]
    pub fn with<P: Projection>(self) -> Self {
        self.set.add::<P>();
        self
    }

    /// Has a view stop when more of its rows than this are parked; 10,000 unless set. With 0, the first failure stops it. It is of the runners that are started later.
    #[must_use]
    pub fn park_at_most(self, rows: usize) -> Self {
        self.set.park_at_most(rows);
        self
    }

    /// Has a view stop at the first delivery that fails, instead of parking the row and going on with the others; what precedes that
    /// delivery is kept. It is of the runners that are started later.
    #[must_use]
    pub fn stop_on_fault<P: Projection>(self) -> Self {
        self.set.stop_on_fault::<P>();
        self
    }

    /// Waits until each view has all that was committed before this call, and each process has reacted to it, and to the timers that are due at this
    /// moment. What the reactions have stored is committed after it; and what is parked is no error. So it ends also while others go on writing, as a
    /// program that starts needs it; a test waits by [`settled`](Self::settled) until nothing is left to do.
    ///
    /// Where a process stands by, the runner that has it is waited for until it has reacted to the events, as far as its checkpoint says. Its timers are not
    /// waited for, and not what its reactions have stored: only the runner that has the process knows of them.
    ///
    /// # Errors
    ///
    /// [`ViewError::Stopped`] as soon as a view has stopped before that, and [`ViewError::Process`] as soon as a process has: at once without a runner.
    /// [`ViewError::NotShown`] if what is built of a view waits for [`swap`](Self::swap), [`ViewError::Store`] if the store cannot say where its log ends,
    /// [`ViewError::Rows`] or [`ViewError::FileGone`] if it cannot be read how far the rows are made.
    ///
    /// # Cancel safety
    ///
    /// Waiting changes nothing.
    pub async fn caught_up(&self) -> Result<(), ViewError> {
        let head = self.head().await?;
        self.processes_caught_up(head).await?;
        for view in self.set.views() {
            wait_for(&self.set, &*view, head).await?;
        }
        Ok(())
    }

    /// As [`caught_up`](Self::caught_up), for no longer than this time.
    ///
    /// # Errors
    ///
    /// As [`caught_up`](Self::caught_up); [`ViewError::TimedOut`] of the first view that has not come so far, [`ViewError::Process`] of the first process.
    ///
    /// # Cancel safety
    ///
    /// Waiting changes nothing.
    pub async fn caught_up_within(&self, time: Duration) -> Result<(), ViewError> {
        let head = self.head().await?;
        let deadline = Instant::now() + time.min(LONGEST);
        self.processes_caught_up_within(head, time).await?;
        for view in self.set.views() {
            let left = deadline.saturating_duration_since(Instant::now());
            wait_for_up_to(&self.set, &*view, head, left, time).await?;
        }
        Ok(())
    }

    /// The end of the log of the store that a runner was started with.
    pub(super) async fn head(&self) -> Result<Position, ViewError> {
        match self.set.store() {
            Some(store) => store.head().await.map_err(ViewError::Store),
            // No runner was started: each view says so.
            None => Ok(Position::new(1)),
        }
    }

    /// Waits until a view has the event at a position, as [`save`](crate::Repository::save) returns it.
    ///
    /// # Errors
    ///
    /// [`ViewError::Stopped`] as soon as it has stopped before that, [`ViewError::NotShown`] if what is built of it waits for [`swap`](Self::swap),
    /// [`ViewError::TimedOut`] after this time, [`ViewError::Unknown`] if it is not in the set; [`ViewError::Rows`] or [`ViewError::FileGone`] if it cannot be
    /// read how far the rows are made.
    ///
    /// # Cancel safety
    ///
    /// Waiting changes nothing.
    pub async fn wait_for<P: Projection>(
        &self,
        position: impl Into<Position>,
        time: Duration,
    ) -> Result<(), ViewError> {
        let view = self.set.find::<P>()?;
        wait_for_up_to(&self.set, &*view, position.into(), time, time).await
    }

    /// The row of a key, if there is one.
    ///
    /// It is read on the caller's thread when this is called, without waiting for the runner ([guide](crate::guide::views)).
    ///
    /// # Errors
    ///
    /// [`ViewError::Unknown`] if the view is not in the set, [`ViewError::NotBuilt`] as long as there are no rows of this type: right after a runner was
    /// started it [is retryable](ViewError::is_retryable), and [`caught_up`](Self::caught_up) waits for them. [`ViewError::Row`] if the row is not one of the view's type, [`ViewError::Rows`] or [`ViewError::FileGone`] if the file cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    #[expect(clippy::needless_pass_by_value, reason = "most keys are ids, which are copied")]
    pub fn get<P: Projection>(
        &self,
        key: P::Key,
    ) -> impl Future<Output = Result<Option<P>, ViewError>> + Send + use<P> {
        ready(self.set.rows::<P>().and_then(|rows| rows.get(&key)))
    }

    /// The rows of a view, in the order of their keys; read on the caller's thread when it is awaited, with the errors of [`get`](Self::get).
    pub fn all<P: Projection>(&self) -> Rows<P> {
        Rows::new(self.set.rows::<P>())
    }

    /// The rows of a view that are parked, in the order of their keys: of the generation that is shown. They are read when this is called.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub fn parked<P: Projection>(
        &self,
    ) -> impl Future<Output = Result<Vec<Parked<P::Key>>, ViewError>> + Send + use<P> {
        ready(self.set.rows::<P>().and_then(|rows| rows.parked()))
    }

    /// Makes the deliveries that wait for a row which is parked, and says whether the row is parked no longer: false if one has failed again,
    /// for the reason that [`parked`](Self::parked) then has. A row that is not parked stays as it is, and is true too: also one that there is not.
    ///
    /// The runner does it between two batches; what comes for the row meanwhile waits behind.
    ///
    /// # Errors
    ///
    /// [`ViewError::Stopped`] without a runner, or if the code of the view panics outside of its handlers; [`ViewError::NotBuilt`] as long as no rows are shown,
    /// [`ViewError::Fenced`] if the runner of another process has the view, [`ViewError::Log`] if the events cannot be read, [`ViewError::Rows`] if the rows cannot
    /// be kept. What was made stays made. [`ViewError::Unknown`] if the view is not in the set.
    ///
    /// # Cancel safety
    ///
    /// The runner does it also when the future is dropped.
    pub async fn retry_parked<P: Projection>(&self, key: P::Key) -> Result<bool, ViewError> {
        self.set.ask::<P>(key, ParkedAction::Retry).await
    }

    /// Drops the deliveries that wait for a row which is parked, which is recorded: the row goes on with the next event, as if those had not been.
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
        self.set.ask::<P>(key, ParkedAction::Drop).await.map(drop)
    }

    /// What was dropped of the generation that is shown, in order.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub fn dropped<P: Projection>(
        &self,
    ) -> impl Future<Output = Result<Vec<Dropped<P::Key>>, ViewError>> + Send + use<P> {
        ready(self.set.rows::<P>().and_then(|rows| rows.dropped()))
    }

    /// The subscriptions that are kept beside the views, to list and to remove them. [`Application::subscribe`](crate::Application::subscribe) opens one.
    #[must_use]
    pub fn subscriptions(&self) -> Subscriptions {
        self.set.subscriptions().clone()
    }

    /// Each view as it is at this moment, in the order in which they were added; where one is built beside the rows that are shown, both.
    #[must_use]
    pub fn status(&self) -> Vec<ViewStatus> {
        let head = Position::new(self.set.head().load(Ordering::Relaxed));
        let of_view = |view: &Arc<dyn AnyView>| {
            let generations = view.generations().all();
            generations.iter().map(|one| one.status(view.version(), head)).collect::<Vec<_>>()
        };
        self.set.views().iter().flat_map(of_view).collect()
    }
}

impl AsRef<Subscriptions> for Views {
    fn as_ref(&self) -> &Subscriptions {
        self.set.subscriptions()
    }
}

impl fmt::Debug for Views {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.set.views().iter().map(|view| view.name()).collect();
        f.debug_struct("Views").field("views", &names).finish_non_exhaustive()
    }
}
