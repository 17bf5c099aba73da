//! A view that a runner brings up to date: what it does with a batch, and with requests between two.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::error::{ReadError, StopReason, ViewError};
use crate::runner::requests::{Request, Requests, Wish};
use crate::store::{BoxFuture, EventStore, LogRead, StoredEvent};
use crate::stream::Position;
use crate::view::{Batch, Checkpoint, Fold, FoldLimits, Place, Projection, Retried, Table};

/// How many deliveries of a row are made again in one commit.
const CHUNK: usize = 1_024;

/// A generation of a view that is brought up to date.
pub(super) trait Work: Send {
    /// Up to where its rows are made, as far as this runner has made or found them.
    fn checkpoint(&self) -> Option<Checkpoint>;
    /// How many rows are set aside.
    fn parked(&self) -> usize;
    /// Makes this runner the one that brings it up to date, from where it is now; false while another one is alive.
    fn claim(&mut self) -> Result<bool, ViewError>;
    /// Shows other runners that this one is alive.
    fn beat(&mut self) -> Result<(), ViewError>;
    /// Up to where the rows are made by whichever runner.
    fn look(&mut self) -> Result<Option<Checkpoint>, ViewError>;
    fn apply(&mut self, batch: &Batch, to: Checkpoint) -> Result<(), StopReason>;
    /// Does what was asked for, and answers.
    fn serve<'w>(&'w mut self, store: &'w dyn EventStore) -> BoxFuture<'w, ()>;
}

/// The fold of a view, and the table that it keeps its rows in.
pub(super) struct Folding<P: Projection> {
    fold: Fold<P>,
    table: Box<dyn Table<P>>,
    requests: Arc<Requests<P::Key>>,
}

impl<P: Projection> Folding<P> {
    pub(super) fn new(
        table: Box<dyn Table<P>>,
        requests: Arc<Requests<P::Key>>,
        batch: &mut Batch,
        limits: FoldLimits,
    ) -> Self {
        Self { fold: Fold::new(batch, limits), table, requests }
    }

    async fn do_request(&mut self, store: &dyn EventStore, request: &Request<P::Key>) -> Result<bool, ViewError> {
        if !self.fold.is_parked(&request.key) {
            return Ok(true);
        }
        if request.wish == Wish::Retry && !self.retry(store, &request.key).await? {
            return Ok(false);
        }
        self.fold.unpark(&request.key, request.wish == Wish::Drop, &mut *self.table)?;
        Ok(true)
    }

    /// Makes all that waits for a row, in parts; false if a delivery fails again.
    async fn retry(&mut self, store: &dyn EventStore, key: &P::Key) -> Result<bool, ViewError> {
        loop {
            let places = self.table.waiting(key, CHUNK)?;
            if places.is_empty() {
                return Ok(true);
            }
            let mut batch = Fold::<P>::batch_of_its_own();
            read_each(store, &places, &mut batch).await.map_err(|error| ViewError::Log(Arc::new(error)))?;
            match self.fold.retry(&batch, key, &places, &mut *self.table) {
                Ok(Retried::Made) => {}
                Ok(Retried::Failed(_)) => return Ok(false),
                Err(StopReason::View(error)) => return Err(error),
                Err(reason) => return Err(ViewError::Stopped { view: P::NAME, reason: Arc::new(reason) }),
            }
        }
    }
}

/// Reads the events at these positions.
async fn read_each(store: &dyn EventStore, places: &[Place], batch: &mut Batch) -> Result<(), ReadError> {
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

impl<P: Projection> Work for Folding<P> {
    fn checkpoint(&self) -> Option<Checkpoint> {
        self.fold.checkpoint()
    }

    fn parked(&self) -> usize {
        self.fold.parked_len()
    }

    fn claim(&mut self) -> Result<bool, ViewError> {
        let claimed = self.table.claim()?;
        if claimed {
            self.fold.reopen(&mut *self.table)?;
        }
        Ok(claimed)
    }

    fn beat(&mut self) -> Result<(), ViewError> {
        self.table.beat()
    }

    fn look(&mut self) -> Result<Option<Checkpoint>, ViewError> {
        self.table.checkpoint()
    }

    fn apply(&mut self, batch: &Batch, to: Checkpoint) -> Result<(), StopReason> {
        self.fold.apply(batch, to, &mut *self.table)
    }

    fn serve<'w>(&'w mut self, store: &'w dyn EventStore) -> BoxFuture<'w, ()> {
        Box::pin(async move {
            while let Some(request) = self.requests.next() {
                let done = self.do_request(store, &request).await;
                request.answer(done);
            }
        })
    }
}
