//! Which commits a commit comes after (C13).

use crate::store::{Commit, Progress, Receipt};

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
