//! Whether a commit is within the limits of a store.

use crate::error::InvalidCommit;
use crate::store::{Commit, Limits};

impl Limits {
    /// Checks that a commit is within them; for those who write a store that takes less than [`Limits::MAX`], which no commit is beyond.
    ///
    /// # Errors
    ///
    /// [`InvalidCommit`] says what is too large. A store answers it as a [`CommitError`](crate::error::CommitError), which `?` makes of it.
    pub fn check(&self, commit: &Commit) -> Result<(), InvalidCommit> {
        if Self::MAX.is_within(self) {
            return Ok(());
        }
        let metadata = commit.metadata().map_or(0, <[u8]>::len);
        self.check_metadata(metadata)?;
        commit.appends().try_for_each(|append| self.check_name(append.stream.aggregate()))?;
        let (mut bytes, mut events) = (0, 0);
        for event in commit.appends().flat_map(|append| append.events()) {
            (bytes, events) = (bytes + event.payload.len() + metadata, events + 1);
            self.check_event(event.name, event.payload.len(), bytes, events)?;
        }
        Ok(())
    }
}
