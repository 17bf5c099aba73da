//! The commits of one transaction.

use crate::store::Commit;

/// Commits that share a transaction, in their order.
pub(crate) trait CommitSource {
    fn get(&self, index: usize) -> Option<&Commit>;

    /// Adds what has come since, if that may share the transaction.
    fn take_more(&mut self);
}

impl dyn CommitSource + '_ {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Commit> {
        (0..).map_while(|index| self.get(index))
    }
}

/// These alone.
impl CommitSource for &[&Commit] {
    fn get(&self, index: usize) -> Option<&Commit> {
        <[_]>::get(self, index).copied()
    }

    fn take_more(&mut self) {}
}
