//! A view that a runner brings up to date: what it does with a batch, and with requests between two.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::error::{ReadError, StopReason, ViewError, panic_message};
use crate::runner::progress::Progress;
use crate::runner::requests::{Request, Requests};
use crate::store::{BoxFuture, EventStore, LogRead, StoredEvent};
use crate::stream::Position;
use crate::view::{Batch, Checkpoint, DeliveryPlace, GenerationTable as _, ParkedAction, Retried, ViewFold};

/// How many deliveries of a row are made again in one commit.
const CHUNK: usize = 1_024;

/// A generation of a view that is brought up to date.
pub(super) trait GenerationWriter: Send {
    /// Up to where its rows are made, as far as this runner has made or found them.
    fn checkpoint(&self) -> Option<Checkpoint>;
    /// How many rows are parked.
    fn parked(&self) -> usize;
    /// Makes this runner the one that brings it up to date, from where it is now; false while another one is alive.
    fn claim(&mut self) -> Result<bool, StopReason>;
    /// Shows other runners that this one is alive.
    fn beat(&mut self) -> Result<(), ViewError>;
    /// Up to where the rows are made by whichever runner.
    fn stored_checkpoint(&mut self) -> Result<Option<Checkpoint>, ViewError>;
    fn apply(&mut self, batch: &Batch, to: Checkpoint) -> Result<(), StopReason>;
    /// Does a part of what was asked for, and answers what is done; says whether there is more to do. An error is not of the request alone: the view
    /// cannot go on.
    fn serve<'w>(&'w mut self, store: &'w dyn EventStore, progress: &'w Progress) -> BoxFuture<'w, Served>;
}

/// Whether there is more to serve.
pub(super) type Served = Result<bool, Arc<StopReason>>;

/// A generation: its fold and the table of that; and what callers ask of its runner.
pub(super) struct FoldWriter<F: ViewFold> {
    fold: F,
    table: Box<F::Table>,
    requests: Arc<Requests<F::Key>>,
}

impl<F: ViewFold> FoldWriter<F> {
    pub(super) const fn new(fold: F, table: Box<F::Table>, requests: Arc<Requests<F::Key>>) -> Self {
        Self { fold, table, requests }
    }

    /// Does a part of a request; none once it is done: whether the key is parked no longer.
    async fn do_part(&mut self, store: &dyn EventStore, request: &Request<F::Key>) -> Result<Option<bool>, StopReason> {
        let (key, drops) = (&request.asked.0, request.asked.1 == ParkedAction::Drop);
        if !self.fold.state().is_parked(key) {
            return Ok(Some(true));
        }
        let places = if drops { Vec::new() } else { self.table.waiting(key, CHUNK)? };
        if places.is_empty() {
            self.guarded(|fold, table| Ok(fold.state_mut().unpark(key, drops, table)?))?;
            return Ok(Some(true));
        }
        let mut batch = F::batch_of_its_own();
        read_each(store, &places, &mut batch).await.map_err(|error| ViewError::Log(Arc::new(error)))?;
        let retried = self.guarded(|fold, table| fold.retry(&batch, key, &places, table))?;
        Ok(if retried == Retried::Made { None } else { Some(false) })
    }

    /// Runs what calls code of the view's: a panic in it stops this view, and no other.
    fn guarded<T>(
        &mut self,
        work: impl FnOnce(&mut F, &mut F::Table) -> Result<T, StopReason>,
    ) -> Result<T, StopReason> {
        let (fold, table) = (&mut self.fold, &mut *self.table);
        // After a panic, what the table has is as it was, and what the fold has in memory is not used again.
        let done = catch_unwind(AssertUnwindSafe(|| work(fold, table)));
        done.unwrap_or_else(|panic| {
            self.table.rollback();
            Err(StopReason::Panicked { message: panic_message(&*panic) })
        })
    }
}

/// Reads the events at these positions.
async fn read_each(store: &dyn EventStore, places: &[DeliveryPlace], batch: &mut Batch) -> Result<(), ReadError> {
    let mut read = Position::default();
    for place in places.iter().filter(|place| place.position > Position::default()) {
        if place.position == read {
            continue;
        }
        read = place.position;
        let mut visit = |stored: StoredEvent<'_>| {
            if stored.position == read {
                batch.push(&stored);
            }
            ControlFlow::Break(())
        };
        store.read_log(LogRead::after(read.previous()).limit(1).never_waits(), &mut visit).await?;
    }
    Ok(())
}

impl<F: ViewFold> GenerationWriter for FoldWriter<F> {
    fn checkpoint(&self) -> Option<Checkpoint> {
        self.fold.state().checkpoint()
    }

    fn parked(&self) -> usize {
        self.fold.state().parked_len()
    }

    fn claim(&mut self) -> Result<bool, StopReason> {
        let claimed = self.table.claim()?;
        if claimed {
            self.guarded(|fold, table| Ok(fold.reopen(table)?))?;
        }
        Ok(claimed)
    }

    fn beat(&mut self) -> Result<(), ViewError> {
        self.table.beat()
    }

    fn stored_checkpoint(&mut self) -> Result<Option<Checkpoint>, ViewError> {
        self.table.checkpoint()
    }

    fn apply(&mut self, batch: &Batch, to: Checkpoint) -> Result<(), StopReason> {
        self.guarded(|fold, table| fold.apply(batch, to, table))
    }

    fn serve<'w>(&'w mut self, store: &'w dyn EventStore, progress: &'w Progress) -> BoxFuture<'w, Served> {
        Box::pin(async move {
            let Some(request) = self.requests.next() else { return Ok(false) };
            let done = self.do_part(store, &request).await;
            // Before the answer: who has that finds so many parked.
            progress.set_parked(self.parked());
            match done {
                Ok(None) => self.requests.put_back(request),
                Ok(Some(is_done)) => request.answer(Ok(is_done)),
                Err(StopReason::View(error)) => {
                    let is_fenced = matches!(error, ViewError::Fenced { .. });
                    request.answer(Err(error.clone()));
                    if is_fenced {
                        return Err(Arc::new(error.into()));
                    }
                    // The table may have kept what it has answered with an error.
                    self.guarded(|fold, table| Ok(fold.reopen(table)?))?;
                }
                Err(reason) => {
                    let reason = Arc::new(reason);
                    request.answer(Err(ViewError::Stopped { view: F::VIEW, reason: Arc::clone(&reason) }));
                    return Err(reason);
                }
            }
            Ok(!self.requests.is_empty())
        })
    }
}
