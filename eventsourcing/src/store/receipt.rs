//! Commits that rest on another one which may not be stored yet (C13).

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Tells how far a commit has come, to the commits that are to be stored only after it: see [`Commit::follow`](crate::store::Commit::follow).
///
/// It says "stored" only when the commit is; anything else is "not stored", also where the outcome is not known.
///
/// ```
/// use eventsourcing::store::Commit;
/// use eventsourcing::{MemoryStore, StreamId};
/// use eventsourcing::error::CommitError;
/// use uuid::Uuid;
///
/// let (store, stream) = (MemoryStore::new(), StreamId::new("Account", Uuid::nil()));
/// let (mut wrong, mut next) = (Commit::new(), Commit::new());
/// wrong.append(stream.clone(), 7)?.event("Deposited", 1, b"{}")?;
/// next.follow(wrong.receipt());
/// next.append(stream, 0)?.event("Opened", 1, b"{}")?;
///
/// assert!(matches!(store.blocking().commit(wrong), Err(CommitError::Conflict(_))));
/// assert!(matches!(store.blocking().commit(next), Err(CommitError::PrecedingNotStored)));
/// # Ok::<(), eventsourcing::error::InvalidCommit>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Receipt {
    progress: Arc<AtomicU8>,
}

/// How far a store has come with a commit; for those who write one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// It is not stored, or that is not known.
    NotStored,
    /// It is stored if the transaction is that runs now.
    InTransaction,
    /// It is stored, and can be acknowledged.
    Stored,
}

const NOT_STORED: u8 = 0;
const IN_TRANSACTION: u8 = 1;
const STORED: u8 = 2;

impl Receipt {
    /// Whether the commit is stored, as far as is known.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.progress.load(Ordering::Acquire) == STORED
    }

    pub(super) fn is_stored_or_in_transaction(&self) -> bool {
        self.progress.load(Ordering::Acquire) != NOT_STORED
    }

    pub(super) fn set(&self, progress: Progress) {
        let progress = match progress {
            Progress::NotStored => NOT_STORED,
            Progress::InTransaction => IN_TRANSACTION,
            Progress::Stored => STORED,
        };
        self.progress.store(progress, Ordering::Release);
    }
}
