//! Commits that come after others, as a store around another passes them on.

use std::pin::Pin;
use std::task::{Context, Poll};

use eventsourcing::error::CommitError;
use eventsourcing::store::{Commit, Committed, Progress, Receipt};

use crate::stores::broken::{Broken, Fault};

impl Broken {
    /// What is stored inside is another commit: this one's receipts are kept here.
    pub(super) async fn commit_in_order(&self, commit: Commit) -> Result<Committed, CommitError> {
        if self.fault == Fault::TriesLater {
            Yield::default().await;
        }
        let follows = self.fault == Fault::IgnoresReceipts || commit.follows_stored();
        if !follows && self.fault == Fault::RefusesUnseen {
            return Err(CommitError::PrecedingNotStored);
        }
        if self.fault == Fault::GivesReceiptsEarly {
            commit.note(Progress::Stored);
        }
        let noting = commit.clone();
        let committed = self.broken_commit(commit, (!follows).then(Receipt::default)).await?;
        noting.note(Progress::Stored);
        Ok(committed)
    }
}

/// Not ready when it is asked first.
#[derive(Default)]
pub(super) struct Yield {
    asked: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.asked {
            return Poll::Ready(());
        }
        self.asked = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
