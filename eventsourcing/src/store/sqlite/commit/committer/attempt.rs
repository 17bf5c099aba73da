//! Using the connection for writing, and what follows when that fails.

use crate::error::{CommitError, StoreError, StoreErrorKind};
use crate::store::sqlite::commit::committer::Committer;
use crate::store::sqlite::commit::writing::Writing;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::CommitFailure;

/// Why work was not done; [`Committer::explain`] says it to the caller.
#[derive(Debug)]
pub(crate) enum Undone {
    /// It was not begun.
    Refused(StoreError),
    Failed(CommitFailure),
}

impl Undone {
    /// Whether it may have been done all the same.
    pub(crate) fn may_be_stored(&self) -> bool {
        matches!(self, Self::Failed(failure) if failure.may_be_stored())
    }

    /// Whether one commit of a group may be the cause, so that the others can be stored without it.
    pub(super) fn may_be_of_one(&self) -> bool {
        matches!(self, Self::Failed(failure) if failure.may_be_of_one())
    }
}

impl Committer {
    /// Does some work with the connection for writing, which is opened again first if it was given up.
    #[inline]
    pub(crate) fn attempt<T>(
        &self,
        writing: &mut Writing,
        work: impl FnOnce(&mut Writer) -> Result<T, CommitFailure>,
    ) -> Result<T, Undone> {
        if let Some(damage) = self.damage() {
            return Err(Undone::Refused(damage.clone()));
        }
        let writer = writing.ready(&self.origin, &self.settings).map_err(Undone::Refused)?;
        work(writer).map_err(|failure| {
            writing.failed(&failure, &self.origin);
            Undone::Failed(failure)
        })
    }

    /// The error for the caller. If it shows that what is stored is damaged, nothing more is written.
    pub(crate) fn explain(&self, undone: Undone) -> CommitError {
        let (is_damage, error) = match undone {
            Undone::Refused(error) => (error.kind() == StoreErrorKind::Corrupt, error.into()),
            Undone::Failed(failure) => (failure.is_damage(), self.origin.commit_error(failure)),
        };
        if let (true, CommitError::Store(error)) = (is_damage, &error) {
            self.stop(error);
        }
        error
    }
}
