//! A commit that is on its way, and can be sent again.

use crate::aggregate::{Aggregate, access, stream_of};
use crate::error::{CommitError, Conflict, SaveError, StoreError};
use crate::repository::CommitOptions;
use crate::repository::begin::begin_commit;
use crate::repository::member::stage_events;
use crate::repository::settle::still_in_doubt;
use crate::repository::tries::Tries;
use crate::store::{Commit, EventStore, Receipt};
use crate::stream::{CommitId, StreamId, Version};

/// Why what was decided is not stored.
pub(super) enum Unstored {
    Again,
    /// Another commit was first, and no time is left.
    Spent(Conflict),
    Failed(SaveError),
}

/// What the state that was handed on no longer has.
pub(super) struct InFlight<A: Aggregate> {
    id: CommitId,
    stream: StreamId,
    expected: Version,
    events: Vec<A::Event>,
    after: Option<Receipt>,
    receipt: Option<Receipt>,
}

impl<A: Aggregate> InFlight<A> {
    /// Takes the events of the commit out of the aggregate, which is then what they make it.
    pub(super) fn take(aggregate: &mut A, commit: &Commit, after: Option<Receipt>, receipt: Option<Receipt>) -> Self {
        let (stream, expected) = (stream_of(aggregate.id()), aggregate.root().state.stored().version);
        let events = aggregate.root_mut(access()).take_pending();
        Self { id: commit.id(), stream, expected, events, after, receipt }
    }

    /// Sends the same again under the same id, until it is known what became of it or the time is spent.
    pub(super) async fn settle(
        self,
        store: &dyn EventStore,
        options: &CommitOptions,
        tries: &mut Tries,
        error: StoreError,
    ) -> Result<(), Unstored> {
        let mut error = SaveError::Store(error);
        while tries.is_left() {
            tries.wait().await;
            let commit = self.rebuild(options).map_err(Unstored::Failed)?;
            error = match store.commit(commit).await {
                Ok(_) => return Ok(()),
                Err(CommitError::PrecedingNotStored) => return Err(Unstored::Again),
                Err(CommitError::Conflict(_)) if tries.is_left() => return Err(Unstored::Again),
                Err(CommitError::Conflict(conflict)) => return Err(Unstored::Spent(conflict)),
                Err(CommitError::Store(error)) => still_in_doubt(error.into()),
            };
        }
        Err(Unstored::Failed(error))
    }

    /// The same commit, to be sent again.
    fn rebuild(&self, options: &CommitOptions) -> Result<Commit, SaveError> {
        let mut commit = begin_commit(self.id, false, options.metadata.as_deref())?;
        // The event before may not be stored yet, so its position is not known.
        stage_events::<A>(self.stream.clone(), self.expected, None, &self.events, &mut commit)?;
        if let Some(after) = &self.after {
            commit.follow(after.clone());
        }
        if let Some(receipt) = &self.receipt {
            commit.set_receipt(receipt.clone());
        }
        Ok(commit)
    }
}
