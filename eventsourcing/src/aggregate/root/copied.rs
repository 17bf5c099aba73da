//! How roots are copied, shown and compared. Written out, because a derive would ask the same of `A`.

use std::fmt;

use super::Root;

impl<A> Clone for Root<A> {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            stored: self.stored,
            pending: self.pending.as_ref().map(|pending| pending.clone_box()),
            pending_len: self.pending_len,
            discarded: self.discarded,
            recorded_after_discard: self.recorded_after_discard,
            begun: self.begun,
            attempt: self.attempt.clone(),
            unknown: self.unknown.clone(),
            lacks_snapshot: self.lacks_snapshot,
            held: self.held.clone(),
            panicked_in: self.panicked_in,
            state: self.state,
            lent: self.lent,
            twin: self.twin.clone(),
        }
    }
}

impl<A> fmt::Debug for Root<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root")
            .field("id", &self.id)
            .field("version", &self.version())
            .field("pending", &self.pending_len)
            .finish_non_exhaustive()
    }
}

impl<A> PartialEq for Root<A> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.version() == other.version()
    }
}

impl<A> Eq for Root<A> {}
