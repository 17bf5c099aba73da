//! The first event of a history is applied again, under the id that it was stored under.

use std::cell::Cell;

use uuid::Uuid;

use crate::aggregate::root::ACCESS;
use crate::aggregate::{Aggregate, Id};

thread_local! {
    /// The id for the next `Root::new` on this thread, while a creating event is read again.
    static REPLAYED: Cell<Option<Uuid>> = const { Cell::new(None) };
}

/// The id for a new root, if it is that of an aggregate that is read again. It is given once.
pub(super) fn id_of_history() -> Option<Uuid> {
    REPLAYED.take()
}

/// The aggregate that a first event made, read again under the id that it was stored under.
pub(crate) fn replayed<A: Aggregate>(id: Id<A>, event: A::Event) -> Result<A, NotApplied> {
    let _replaying = Replaying::new(id.as_uuid());
    let mut aggregate = A::create(event).ok_or(NotApplied::CreatesNothing)?;
    if !aggregate.root().is_new() {
        return Err(NotApplied::ChangesRoot);
    }
    aggregate.root_mut(ACCESS).reset(id);
    Ok(aggregate)
}

/// Why an event of a history could not be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotApplied {
    /// It is the first, and creates no aggregate.
    CreatesNothing,
    /// Its mutator replaces the root or records another event.
    ChangesRoot,
}

/// While it lives, `Root::new` gives the id of the history that is read; it ends also when a mutator panics.
struct Replaying;

impl Replaying {
    fn new(id: Uuid) -> Self {
        REPLAYED.set(Some(id));
        Self
    }
}

impl Drop for Replaying {
    fn drop(&mut self) {
        REPLAYED.set(None);
    }
}
