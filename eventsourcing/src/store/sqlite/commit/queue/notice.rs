//! What a caller in the queue is notified of.

use crate::store::sqlite::commit::queue::Outcome;
use crate::store::sqlite::threads::mailbox;

#[derive(Debug)]
pub(super) enum Notice {
    /// The lead is the caller's.
    Lead,
    Answered(Outcome),
    /// A leader took the commit, and panicked.
    Lost,
}

/// Where a caller waits for its notice.
pub(super) type Mailbox = mailbox::Mailbox<Notice>;
