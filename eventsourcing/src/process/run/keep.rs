//! Keeping how far a process is: at times, beside the reactions, and when it stops.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{ProcessStop, SubscriptionError};
use crate::log::Checkpoint;
use crate::process::Process;
use crate::process::run::answers::Ended;
use crate::process::run::drive::Drive;
use crate::store::BoxFuture;
use crate::stream::Position;

/// How often the checkpoint is kept, at most.
const KEEP: Duration = Duration::from_millis(50);

impl<'d, P: Process> Drive<'d, P> {
    /// The position up to which all is done.
    pub(super) fn done(&self) -> Position {
        self.queue.first_unfinished().map_or(self.reached, Position::previous)
    }

    /// In what time the checkpoint is to be kept again; never while it says how far the process is.
    pub(super) fn keeps_in(&self) -> Option<Duration> {
        let is_kept = self.lease.checkpoint().is_some_and(|kept| kept.position >= self.done());
        (!is_kept).then(|| KEEP.saturating_sub(self.kept.elapsed()))
    }

    /// Begins to keep it.
    pub(super) fn begin_keeping(&mut self) {
        self.keeping = Some(self.keep());
    }

    /// Takes note of whether it was kept; gives how the process ends, if it does.
    pub(super) fn end_keeping(&mut self, kept: Result<(), SubscriptionError>) -> Option<Ended> {
        self.keeping = None;
        match kept {
            Ok(()) => self.progress.note_kept(),
            Err(SubscriptionError::Fenced { .. }) => return Some(Ended::Fenced),
            Err(error) => self.progress.note_failure(ProcessStop::Checkpoint(error)),
        }
        None
    }

    /// Keeps it as it is now.
    pub(super) fn keep(&mut self) -> BoxFuture<'d, Result<(), SubscriptionError>> {
        self.kept = Instant::now();
        let (store, lease, done) = (Arc::clone(&self.reactor.store), self.lease, self.done());
        Box::pin(async move {
            let to = Checkpoint::at(&*store, done).await?;
            lease.advance(to, None).await
        })
    }
}
