//! The id for `Root::new` while a creating event is read again.

use std::cell::Cell;

use uuid::Uuid;

thread_local! {
    /// The id for the next `Root::new` on this thread, while a creating event is read again.
    static REPLAYED: Cell<Option<Uuid>> = const { Cell::new(None) };
}

/// The id for a new root, if it is that of an aggregate that is read again. It is given once.
pub(super) fn id_of_history() -> Option<Uuid> {
    REPLAYED.take()
}

/// While it lives, `Root::new` gives the id of the history that is read; it ends also when a mutator panics.
pub(super) struct Replaying;

impl Replaying {
    pub(super) fn new(id: Uuid) -> Self {
        REPLAYED.set(Some(id));
        Self
    }
}

impl Drop for Replaying {
    fn drop(&mut self) {
        REPLAYED.set(None);
    }
}
