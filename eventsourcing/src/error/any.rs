//! Any error of this crate, for callers that do not ask which operation it was.

use thiserror::Error as Derive;

#[cfg(feature = "sqlite")]
use crate::error::OpenError;
use crate::error::{
    BoxError, CommitError, Conflict, CreateError, EncodeError, ExportError, ImportError, InvalidCommit, LoadError,
    ParseIdError, ProcessError, ReadError, RunError, SaveError, SettleError, SnapshotError, StoreError,
    SubscriptionError, UpdateError, ViewError,
};

/// Any error of this crate: what `?` makes of the error of each operation.
///
/// A command's own error is [`Rejected`](Self::Rejected), from which [`into_rejected`](Self::into_rejected) takes it as it was.
///
/// ```
/// use eventsourcing::prelude::*;
/// # #[derive(Aggregate)]
/// # struct Example { root: Root<Self>, foo: String }
/// # #[events]
/// # impl Example {
/// #     #[event(Created)]
/// #     fn create(foo: &str) -> Self { Self { root: Root::new(), foo: foo.to_owned() } }
/// #     #[event(Changed)]
/// #     fn change(&mut self, foo: &str) { self.foo = foo.to_owned(); }
/// # }
///
/// fn rename(examples: &eventsourcing::blocking::Repository<Example>, id: &str) -> Result<(), eventsourcing::Error> {
///     let id = id.parse()?;
///     examples.update(id, |example| example.change("baz"))?;
///     Ok(())
/// }
/// # let examples = Repository::<Example>::new(SqliteStore::in_memory()?).blocking();
/// let error = rename(&examples, "018f3f5e-7c3a-7cc0-8b8e-2d9c1a4b5e6f").unwrap_err();
/// assert!(error.is_not_found() && !error.is_retryable());
/// # Ok::<(), eventsourcing::Error>(())
/// ```
#[derive(Debug, Derive)]
#[non_exhaustive]
pub enum Error {
    /// A command refused; this is its own error.
    #[error(transparent)]
    Rejected(BoxError),
    /// Another commit was first.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// An aggregate is at another version than the caller has seen, and was to be updated at that one only.
    // Without its cause, by which a conflict is known: it is not to be tried again.
    #[error("{0}")]
    WrongVersion(Conflict),
    /// An aggregate could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// An aggregate could not be saved.
    #[error(transparent)]
    Save(SaveError),
    /// Stored events could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An event or metadata cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A commit is beyond a limit.
    #[error(transparent)]
    InvalidCommit(#[from] InvalidCommit),
    /// No snapshot was taken.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// An export ended early.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// An import ended early.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A store could not be opened.
    #[cfg(feature = "sqlite")]
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A subscription was not opened, read or moved on.
    #[error(transparent)]
    Subscription(#[from] SubscriptionError),
    /// A view could not be brought up to date, waited for or read.
    #[error(transparent)]
    View(#[from] ViewError),
    /// Views and processes have not settled.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The runner of views was not started.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A process was not asked for what it has parked, or did not answer.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// An event cannot be the first of an aggregate.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// Text that is not an id.
    #[error(transparent)]
    ParseId(#[from] ParseIdError),
}

impl Error {
    /// What a rule refused outside of an `update`: `customer.may_rent().map_err(Error::rejected)?`.
    pub fn rejected(own: impl Into<BoxError>) -> Self {
        Self::Rejected(own.into())
    }

    /// Whether another commit was first. Load again and decide again, as `update` does until its deadline.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Save(SaveError::Conflict(_)))
    }

    /// Whether there is no such aggregate: it was never saved, or it was discarded.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        matches!(self, Self::Load(error) | Self::Snapshot(SnapshotError::Load(error)) if error.is_not_found())
    }

    /// Whether nothing was stored, and the same operation may succeed later: after a conflict if it loads again, when the store can be reached
    /// again, or once the rows of a view that are being made stand. One that does not load is to be given up after a [conflict on creating](Conflict::is_on_creating).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.is_conflict()
            || self.store_error().is_some_and(StoreError::is_unavailable)
            || matches!(self, Self::View(error) if error.is_retryable())
    }

    /// Whether the events are stored or not stored: it is not known which. The same operation under the same [`CommitId`](crate::CommitId)
    /// finds out, and stores nothing twice.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.store_error().is_some_and(StoreError::is_outcome_unknown)
    }

    /// The error of the store, if it is one.
    #[must_use]
    pub fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Load(error) => error.store_error(),
            Self::Save(error) => error.store_error(),
            Self::Read(ReadError::Store(error))
            | Self::Subscription(SubscriptionError::Log(ReadError::Store(error)) | SubscriptionError::Kept(error))
            | Self::Store(error)
            | Self::Snapshot(SnapshotError::Store(error)) => Some(error),
            Self::View(error) | Self::Settle(SettleError::View(error)) => error.store_error(),
            Self::Snapshot(SnapshotError::Load(error)) | Self::Export(ExportError::Load(error)) => error.store_error(),
            Self::Import(
                ImportError::Store { source, .. } | ImportError::Compare { source: ReadError::Store(source), .. },
            ) => Some(source),
            #[cfg(feature = "sqlite")]
            Self::Open(OpenError::Store(error)) => Some(error),
            _ => None,
        }
    }

    /// The command's own error, if it is of this type: for a function from errors to answers, which borrows them.
    #[must_use]
    pub fn rejected_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        if let Self::Rejected(own) = self { own.downcast_ref() } else { None }
    }

    /// The command's own error, if it is of this type; otherwise the same error again.
    ///
    /// # Errors
    ///
    /// The error itself, if it is another.
    pub fn into_rejected<E: std::error::Error + 'static>(self) -> Result<E, Self> {
        if let Self::Rejected(own) = self { own.downcast().map(|own| *own).map_err(Self::Rejected) } else { Err(self) }
    }
}

impl<E> UpdateError<E> {
    /// The command's own error, or else what kept it from being done.
    ///
    /// # Errors
    ///
    /// [`Error`] if the command did not refuse.
    pub fn into_rejected(self) -> Result<E, Error> {
        match self {
            Self::Rejected(own) => Ok(own),
            Self::Conflict(conflict) => Err(Error::Conflict(conflict)),
            Self::WrongVersion(conflict) => Err(Error::WrongVersion(conflict)),
            Self::Load(error) => Err(Error::Load(error)),
            Self::Save(error) => Err(error.into()),
        }
    }
}

impl From<SaveError> for Error {
    fn from(error: SaveError) -> Self {
        if let SaveError::Conflict(conflict) = error { Self::Conflict(conflict) } else { Self::Save(error) }
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        error.without_preceding().map_or_else(Self::Conflict, Self::Store)
    }
}

impl<E: Into<BoxError>> From<UpdateError<E>> for Error {
    fn from(error: UpdateError<E>) -> Self {
        error.into_rejected().map_or_else(|error| error, |own| Self::Rejected(own.into()))
    }
}

#[cfg(test)]
mod tests;
