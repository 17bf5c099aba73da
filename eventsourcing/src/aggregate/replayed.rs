//! The first event of a history is applied again, under the id that it was stored under.

use crate::aggregate::history_id::Replaying;
use crate::aggregate::root_access::access;
use crate::aggregate::{Aggregate, Id};

/// The aggregate that a first event made, read again under the id that it was stored under.
pub(crate) fn replayed<A: Aggregate>(id: Id<A>, event: A::Event) -> Result<A, NotApplied> {
    let _replaying = Replaying::new(id.as_uuid());
    let mut aggregate = A::create(event).ok_or(NotApplied::CreatesNothing)?;
    if !aggregate.root().state.is_new() {
        return Err(NotApplied::ChangesRoot);
    }
    aggregate.root_mut(access()).reset(id);
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
