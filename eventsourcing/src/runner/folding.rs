//! A view that a runner brings up to date: what it does with a batch, and with requests between two.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::error::{ReadError, StopReason, ViewError};
use crate::runner::requests::{Request, Requests, Wish};
use crate::store::{BoxFuture, EventStore, LogRead, StoredEvent};
use crate::stream::Position;
use crate::view::{Batch, Checkpoint, Place, Retried};

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

/// A generation and what its projection does with a batch.
pub(super) trait Build: Send {
    /// What deliveries are set aside by.
    type Key: Send + Sync;

    fn view(&self) -> &'static str;
    fn checkpoint(&self) -> Option<Checkpoint>;
    fn parked_len(&self) -> usize;
    fn claim(&mut self) -> Result<bool, ViewError>;
    /// Goes on from where the generation is.
    fn reopen(&mut self) -> Result<(), ViewError>;
    fn beat(&mut self) -> Result<(), ViewError>;
    fn look(&mut self) -> Result<Option<Checkpoint>, ViewError>;
    fn apply(&mut self, batch: &Batch, to: Checkpoint) -> Result<(), StopReason>;
    fn is_parked(&self, key: &Self::Key) -> bool;
    /// The oldest deliveries that wait for a key, at most so many.
    fn waiting(&mut self, key: &Self::Key, limit: usize) -> Result<Vec<Place>, ViewError>;
    /// A batch for its events alone.
    fn batch_of_its_own(&self) -> Batch;
    /// Makes the deliveries that wait at these places.
    fn retry(&mut self, batch: &Batch, key: &Self::Key, places: &[Place]) -> Result<Retried, StopReason>;
    /// Ends that a key is set aside; what waits is dropped.
    fn unpark(&mut self, key: &Self::Key, drops: bool) -> Result<(), ViewError>;
}

/// A generation, and what callers ask of its runner.
pub(super) struct Folding<B: Build> {
    build: B,
    requests: Arc<Requests<B::Key>>,
}

impl<B: Build> Folding<B> {
    pub(super) const fn new(build: B, requests: Arc<Requests<B::Key>>) -> Self {
        Self { build, requests }
    }

    async fn do_request(&mut self, store: &dyn EventStore, request: &Request<B::Key>) -> Result<bool, ViewError> {
        if !self.build.is_parked(&request.key) {
            return Ok(true);
        }
        if request.wish == Wish::Retry && !self.retry(store, &request.key).await? {
            return Ok(false);
        }
        self.build.unpark(&request.key, request.wish == Wish::Drop)?;
        Ok(true)
    }

    /// Makes all that waits for a key, in parts; false if a delivery fails again.
    async fn retry(&mut self, store: &dyn EventStore, key: &B::Key) -> Result<bool, ViewError> {
        loop {
            let places = self.build.waiting(key, CHUNK)?;
            if places.is_empty() {
                return Ok(true);
            }
            let mut batch = self.build.batch_of_its_own();
            read_each(store, &places, &mut batch).await.map_err(|error| ViewError::Log(Arc::new(error)))?;
            match self.build.retry(&batch, key, &places) {
                Ok(Retried::Made) => {}
                Ok(Retried::Failed(_)) => return Ok(false),
                Err(StopReason::View(error)) => return Err(error),
                Err(reason) => return Err(ViewError::Stopped { view: self.build.view(), reason: Arc::new(reason) }),
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

impl<B: Build> Work for Folding<B> {
    fn checkpoint(&self) -> Option<Checkpoint> {
        self.build.checkpoint()
    }

    fn parked(&self) -> usize {
        self.build.parked_len()
    }

    fn claim(&mut self) -> Result<bool, ViewError> {
        let claimed = self.build.claim()?;
        if claimed {
            self.build.reopen()?;
        }
        Ok(claimed)
    }

    fn beat(&mut self) -> Result<(), ViewError> {
        self.build.beat()
    }

    fn look(&mut self) -> Result<Option<Checkpoint>, ViewError> {
        self.build.look()
    }

    fn apply(&mut self, batch: &Batch, to: Checkpoint) -> Result<(), StopReason> {
        self.build.apply(batch, to)
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
