//! The future of a commit in the queue.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::store::Commit;
use crate::store::sqlite::commit::queue::notice::{Mailbox, Notice};
use crate::store::sqlite::commit::queue::{Outcome, Queue};
use crate::store::sqlite::threads::sync::Arc;

/// Puts a commit into the queue once it is polled, and waits for its outcome; `None` if its leader panicked.
///
/// Dropped before a leader has taken the commit, it takes the commit out of the queue again.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub(crate) struct Enqueue<'q> {
    queue: &'q Queue,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    New(Commit),
    Queued { ticket: u64, mailbox: Arc<Mailbox> },
    Done,
}

impl Queue {
    /// A commit of a future.
    pub(crate) const fn enqueue(&self, commit: Commit) -> Enqueue<'_> {
        Enqueue { queue: self, stage: Stage::New(commit) }
    }

    /// Adds the commit of a future. If there is no leader, a worker is started that does.
    fn push(&self, commit: Commit) -> Stage {
        let mut state = self.state();
        let (ticket, mailbox) = state.push_of_future(commit);
        let was_led = mem::replace(&mut state.is_led, true);
        drop(state);
        if !was_led {
            self.start_worker();
        }
        Stage::Queued { ticket, mailbox }
    }
}

impl Future for Enqueue<'_> {
    type Output = Option<Outcome>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            self.stage = match mem::replace(&mut self.stage, Stage::Done) {
                Stage::New(commit) => self.queue.push(commit),
                Stage::Queued { ticket, mailbox } => match mailbox.poll(context) {
                    Poll::Ready(Notice::Answered(outcome)) => return Poll::Ready(Some(outcome)),
                    Poll::Ready(Notice::Lost | Notice::Lead) => return Poll::Ready(None),
                    Poll::Pending => {
                        self.stage = Stage::Queued { ticket, mailbox };
                        return Poll::Pending;
                    }
                },
                Stage::Done => return Poll::Ready(None),
            };
        }
    }
}

impl Drop for Enqueue<'_> {
    fn drop(&mut self) {
        if let Stage::Queued { ticket, .. } = &self.stage {
            let removed = self.queue.state().remove(*ticket);
            // Outside the lock.
            drop(removed);
        }
    }
}
