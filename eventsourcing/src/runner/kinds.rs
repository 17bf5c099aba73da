//! How a runner uses the index of kinds: generations that are behind read by it, and what is read of the log makes it longer.
//!
//! Nothing that befalls the index keeps a view from reading: what it does not say, or cannot be made to say, is read from the log.

use crate::error::ReadError;
use crate::runner::checkpoint;
use crate::runner::reading::{BatchSize, End, read, read_by_kind};
use crate::store::EventStore;
use crate::view::kinds::{Extended, KindIndex, KindPositions, StoredKind};
use crate::view::{Batch, Checkpoint, SourceKind};

/// How many events are seen before the index is made longer: views that are live are not to wait for that after each of their batches.
const PART: usize = 8_192;

/// The most events that are kept for an index which another process is about to change.
const MOST: usize = 128 * PART;

/// The most events that are read again for the index alone, where a runner was killed before it has written them to it.
const AGAIN: u64 = 2 * PART as u64;

/// The index of kinds, if there is one beside the views.
#[derive(Default)]
pub(super) struct Kinds {
    index: Option<Box<dyn KindIndex>>,
    /// The end of the index, as it was last found to be one of this log.
    checked: Option<Checkpoint>,
    /// What was read of the log after the end of the index.
    unindexed: Option<KindPositions>,
    /// How many of these there were when another process kept this one from writing them.
    tried: usize,
    /// After it could not be made longer.
    is_closed: bool,
}

/// A batch to read.
pub(super) struct ToRead<'r> {
    pub(super) store: &'r dyn EventStore,
    pub(super) batch: &'r mut Batch,
    pub(super) size: &'r mut BatchSize,
    /// The checkpoint after which it begins.
    pub(super) from: Checkpoint,
}

impl Kinds {
    #[cfg(feature = "sqlite")]
    pub(super) fn of(index: impl KindIndex + 'static) -> Self {
        Self { index: Some(Box::new(index)), checked: None, unindexed: None, tried: 0, is_closed: false }
    }

    /// Reads a batch for views that are behind, and handle these kinds of events: by the index up to its end, and then from the log.
    pub(super) async fn read_behind(&mut self, mut of: ToRead<'_>, kinds: &[SourceKind]) -> Result<End, ReadError> {
        self.check_end(of.store).await;
        if let Some(index) = self.index.as_deref_mut().filter(|_| self.checked.is_some()) {
            let is_wanted = |kind: StoredKind<'_>| kinds.iter().any(|one| one.may_handle(kind));
            let by_kind = read_by_kind(of.store, of.batch, of.from.position, of.size, index, &is_wanted).await;
            match by_kind {
                Ok(Some(end)) => return Ok(end),
                Ok(None) => {}
                // The log says what is wrong with it, if it is not the index.
                Err(_) => return self.read(of).await,
            }
        }
        let is_near = |to: &Checkpoint| {
            let missing = of.from.position.get().saturating_sub(to.position.get());
            0 < missing && missing <= AGAIN
        };
        let again = self.unindexed.as_ref().map(KindPositions::to).filter(is_near);
        if let Some(to) = again
            && let Some(end) = self.read_on(&mut of, to).await
        {
            return Ok(end);
        }
        self.read(of).await
    }

    /// Reads a batch from the log.
    pub(super) async fn read(&mut self, mut of: ToRead<'_>) -> Result<End, ReadError> {
        let from = of.from;
        match self.read_on(&mut of, from).await {
            Some(end) => Ok(end),
            None => read(of.store, of.batch, from.position, of.size, None).await,
        }
    }

    /// Reads what follows on what was seen, if that ends here. When that fails it is the end of the index: one who reads fewer events may get further.
    async fn read_on(&mut self, of: &mut ToRead<'_>, from: Checkpoint) -> Option<End> {
        let unindexed = self.unindexed.as_mut().filter(|unindexed| unindexed.to() == from)?;
        let end = read(of.store, of.batch, from.position, of.size, Some(unindexed)).await;
        let reached = match end {
            Ok(end) if end.position > from.position => checkpoint::at(of.store, end).await.map(|to| (end, to)),
            end => end.map(|end| (end, from)),
        };
        let Ok((end, to)) = reached else {
            self.close();
            return None;
        };
        unindexed.reach(to);
        if unindexed.len() >= self.tried.saturating_add(PART) {
            self.extend();
        }
        Some(End { checksum: Some(to.checksum), ..end })
    }

    /// Finds the end of the index, and whether it is one of this log.
    async fn check_end(&mut self, store: &dyn EventStore) {
        let Some(index) = &mut self.index else { return };
        let mut end = index.end();
        if let Some(found) = end.filter(|_| end != self.checked) {
            match found.check(store).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => {
                    index.clear();
                    end = None;
                }
                // Who reads the log finds that as well.
                Err(_) => end = None,
            }
        }
        self.checked = end;
        if !self.is_closed {
            let from = end.unwrap_or_else(|| Checkpoint::beginning(store.id()));
            match &mut self.unindexed {
                Some(unindexed) if unindexed.from() == from => {}
                Some(unindexed) => {
                    unindexed.restart(from);
                    self.tried = 0;
                }
                None => self.unindexed = Some(KindPositions::after(from)),
            }
        }
    }

    /// Makes the index longer by what was read after its end.
    fn extend(&mut self) {
        let (Some(index), Some(unindexed)) = (&mut self.index, &mut self.unindexed) else { return };
        unindexed.forget_unreached();
        if unindexed.len() == 0 {
            return;
        }
        match index.extend(unindexed) {
            Extended::Later if unindexed.len() < MOST => {
                self.tried = unindexed.len();
                return;
            }
            Extended::Done | Extended::Later => self.tried = 0,
            Extended::Never => return self.close(),
        }
        let end = index.end();
        if end == Some(unindexed.to()) {
            self.checked = end;
        }
        // That may be where another process has made it end.
        unindexed.restart(end.unwrap_or_else(|| Checkpoint::beginning(unindexed.to().store)));
    }

    fn close(&mut self) {
        (self.unindexed, self.is_closed) = (None, true);
    }
}

impl Drop for Kinds {
    fn drop(&mut self) {
        self.extend();
    }
}
