//! The commits whose outcome is not known.

use std::collections::VecDeque;

use crate::stream::CommitId;

/// The most commits that are remembered; a caller sends a commit again soon, or never.
const MOST: usize = 4096;

/// Commits that may have been stored, or not, until one under the same id is answered for certain. Also once the file is settled, a caller
/// whose second try fails must not be answered that nothing was stored: its first try may have been.
#[derive(Debug, Default)]
pub(crate) struct CommitsInDoubt {
    ids: VecDeque<CommitId>,
}

impl CommitsInDoubt {
    pub(crate) fn add(&mut self, ids: impl IntoIterator<Item = CommitId>) {
        for id in ids {
            if !self.ids.contains(&id) {
                self.ids.push_back(id);
            }
        }
        let too_many = self.ids.len().saturating_sub(MOST);
        self.ids.drain(..too_many);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub(crate) fn contains(&self, id: CommitId) -> bool {
        self.ids.contains(&id)
    }

    /// To be called when a commit is about to be answered for certain.
    pub(crate) fn resolve(&mut self, id: CommitId) {
        if let Some(place) = self.ids.iter().position(|doubted| *doubted == id) {
            self.ids.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_in_doubt_until_it_is_resolved() {
        let (one, other) = (CommitId::new(), CommitId::new());
        let mut doubt = CommitsInDoubt::default();
        doubt.add([one, other, one]);
        doubt.resolve(one);
        assert!(!doubt.contains(one) && doubt.contains(other));
        doubt.add((0..MOST).map(|_| CommitId::new()));
        assert!(!doubt.contains(other), "the oldest are forgotten");
        assert_eq!(doubt.ids.len(), MOST);
    }
}
