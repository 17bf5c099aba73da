//! What the folds of rows and of SQL have in common, for the runner that feeds them.

use std::collections::HashSet;
use std::hash::Hash;

use crate::error::{StopReason, ViewError};
use crate::stream::Position;
use crate::view::parked::DeliveryPlace;
use crate::view::partition::SourceKind;
use crate::view::{Batch, Checkpoint, GenerationTable};

/// What one view does with a batch: brings a table up to date with the events in it.
pub(crate) trait ViewFold: Send {
    /// The name of the view.
    const VIEW: &'static str;

    /// What deliveries are parked by.
    type Key: Clone + Eq + Hash + Send + Sync;

    /// Where it keeps what it makes.
    type Table: GenerationTable<Self::Key> + ?Sized + 'static;

    /// The partitions that it needs of a batch, in the order of its sources.
    fn kinds() -> impl Iterator<Item = SourceKind>;

    fn state(&self) -> &FoldState<Self::Key>;

    fn state_mut(&mut self) -> &mut FoldState<Self::Key>;

    /// Goes on from where a table is.
    fn reopen(&mut self, table: &mut Self::Table) -> Result<(), ViewError>;

    /// Brings the table up to date with the events of a batch that are after the checkpoint and up to `to`, and moves it there.
    ///
    /// # Errors
    ///
    /// [`StopReason`] by which the view is to stop; [`StopReason::View`] if the table failed, and trying again may help. In both cases
    /// nothing of the batch is kept.
    fn apply(&mut self, batch: &Batch, to: Checkpoint, table: &mut Self::Table) -> Result<(), StopReason>;

    /// Makes the oldest deliveries that wait for a key; the batch, one [of its own](Self::batch_of_its_own), has their events. The checkpoint
    /// stays.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    fn retry(
        &mut self,
        batch: &Batch,
        key: &Self::Key,
        places: &[DeliveryPlace],
        table: &mut Self::Table,
    ) -> Result<Retried, StopReason>;

    /// A batch for its events alone, as [`retry`](Self::retry) needs it.
    fn batch_of_its_own() -> Batch {
        let mut batch = Batch::default();
        partitions_in::<Self>(&mut batch);
        batch
    }
}

/// For each source of a fold, its partition in a batch, which gets those that it has not.
pub(super) fn partitions_in<F: ViewFold + ?Sized>(batch: &mut Batch) -> Vec<usize> {
    F::kinds().map(|kind| batch.partition(kind)).collect()
}

/// What came of trying again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Retried {
    /// All deliveries that were given are made.
    Made,
    /// One has failed again, for this reason; those before it are made.
    Failed(String),
}

/// When a view stops instead of going on without some of its rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FoldLimits {
    /// The most keys that may be parked; none means that the first failure stops the view.
    pub(crate) parked: usize,
}

/// What a fold has in memory of its table: up to where that is made, and the keys that are parked.
#[derive(Debug)]
pub(crate) struct FoldState<K> {
    checkpoint: Option<Checkpoint>,
    parked: HashSet<K>,
    limits: FoldLimits,
}

impl<K: Clone + Eq + Hash> FoldState<K> {
    /// That of a table that is new.
    pub(super) fn new(limits: FoldLimits) -> Self {
        Self { checkpoint: None, parked: HashSet::new(), limits }
    }

    /// Up to where the table is made.
    pub(crate) const fn checkpoint(&self) -> Option<Checkpoint> {
        self.checkpoint
    }

    /// How many keys are parked.
    pub(crate) fn parked_len(&self) -> usize {
        self.parked.len()
    }

    /// Whether a key is parked.
    pub(crate) fn is_parked(&self, key: &K) -> bool {
        !self.parked.is_empty() && self.parked.contains(key)
    }

    /// Becomes that of a table.
    pub(super) fn read(&mut self, table: &mut (impl GenerationTable<K> + ?Sized)) -> Result<(), ViewError> {
        self.parked = table.parked_keys()?.into_iter().collect();
        self.checkpoint = table.checkpoint()?;
        Ok(())
    }

    /// Takes note that the table is made up to here, and that these keys are parked besides.
    pub(super) fn reached(&mut self, to: Checkpoint, parked: impl IntoIterator<Item = K>) {
        self.checkpoint = Some(to);
        self.parked.extend(parked);
    }

    /// Refuses to park so many keys beside those that are, the last of them for an error at a position.
    pub(super) fn check_limit(&self, parked: usize, position: Position, error: &str) -> Result<(), StopReason> {
        let (limit, error) = (self.limits.parked, error.to_owned());
        if limit == 0 {
            return Err(StopReason::Failed { position, error });
        }
        if self.parked.len() + parked > limit {
            return Err(StopReason::TooManyParked { limit, error });
        }
        Ok(())
    }

    /// Ends that a key is parked: nothing waits for it any more, or what waits is dropped, which is recorded.
    ///
    /// # Errors
    ///
    /// If the table failed; nothing is changed then.
    pub(crate) fn unpark(
        &mut self,
        key: &K,
        drops: bool,
        table: &mut (impl GenerationTable<K> + ?Sized),
    ) -> Result<(), ViewError> {
        let Some(checkpoint) = self.checkpoint else { return Ok(()) };
        let mut unpark = || {
            table.begin()?;
            if drops {
                table.record_drop(key)?;
            }
            table.unpark(key)?;
            table.commit(self.checkpoint, checkpoint)
        };
        let unparked = unpark();
        match &unparked {
            Ok(()) => drop(self.parked.remove(key)),
            Err(_) => table.rollback(),
        }
        unparked
    }

    /// Commits what was made of the deliveries at `places`, which waited for a key: those from the one that has failed on wait again.
    pub(super) fn commit_retry(
        &self,
        key: &K,
        places: &[DeliveryPlace],
        failed: Option<(String, impl IntoIterator<Item = DeliveryPlace>)>,
        table: &mut (impl GenerationTable<K> + ?Sized),
    ) -> Result<Retried, ViewError> {
        // What handlers of today do not deliver any more waits no longer, and an event that can be read now has places of its own.
        table.dequeue(key, places)?;
        let retried = match failed {
            Some((error, left)) => {
                left.into_iter().try_for_each(|place| table.enqueue(key, place))?;
                table.keep_parked(key, &error)?;
                Retried::Failed(error)
            }
            None => Retried::Made,
        };
        // Nothing is parked before something was read.
        if let Some(checkpoint) = self.checkpoint {
            table.commit(self.checkpoint, checkpoint)?;
        }
        Ok(retried)
    }
}
