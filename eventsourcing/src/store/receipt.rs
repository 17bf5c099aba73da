//! Commits that rest on another one which may not be stored yet (C13).

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::store::Commit;

/// Tells how far a commit has come, to the commits that are to be stored only after it: see [`Commit::follow`].
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

    fn is_stored_or_in_transaction(&self) -> bool {
        self.progress.load(Ordering::Acquire) != NOT_STORED
    }

    fn set(&self, progress: Progress) {
        let progress = match progress {
            Progress::NotStored => NOT_STORED,
            Progress::InTransaction => IN_TRANSACTION,
            Progress::Stored => STORED,
        };
        self.progress.store(progress, Ordering::Release);
    }
}

impl Commit {
    /// The receipt of this commit, for those that are to come after it. Each call, also of a clone, gives the same.
    pub fn receipt(&mut self) -> Receipt {
        self.receipt.get_or_insert_default().clone()
    }

    /// Has this commit stored only if the commit of this receipt is: before it, or in the same transaction. What was decided on events that
    /// are not stored yet rests on them, and an expected version alone does not say which events these are.
    pub fn follow(&mut self, receipt: Receipt) {
        self.after.push(receipt);
    }

    /// Has the commit that is sent again under an id note how far it has come on the receipt that it had.
    pub(crate) fn set_receipt(&mut self, receipt: Receipt) {
        self.receipt = Some(receipt);
    }

    /// Whether another commit may come after this one before it is answered: then it is not to keep its caller's thread until it is stored.
    #[must_use]
    pub const fn has_receipt(&self) -> bool {
        self.receipt.is_some()
    }

    /// Whether all commits that this one comes [follows](Self::follow) are stored, or are in the transaction that runs now. A store asks this
    /// when it is about to store the commit; for those who write one.
    #[must_use]
    pub fn follows_stored(&self) -> bool {
        self.after.iter().all(Receipt::is_stored_or_in_transaction)
    }

    /// Notes on the receipt how far a store has come with this commit; for those who write one.
    pub fn note(&self, progress: Progress) {
        if let Some(receipt) = &self.receipt {
            receipt.set(progress);
        }
    }
}
