//! A new aggregate becomes the continuation of a discarded one.

use crate::aggregate::root::StoredEnd;
use crate::aggregate::{Aggregate, access, apply, has_twin, replayed, set_twin};

/// Has the pending events of a new aggregate begin where a discarded one ended. They are applied again: a mutator may read the version, which was
/// counted from the first of them until now, and is counted from the beginning of the stream whenever the history is read.
pub(crate) fn continue_after<A: Aggregate>(aggregate: &mut A, ended: StoredEnd) {
    let twin = if has_twin::<A>() { applied_after(aggregate, ended) } else { None };
    if let Some(mut continued) = applied_after(aggregate, ended) {
        continued.root_mut(access()).state.swap(&mut aggregate.root_mut(access()).state);
        *aggregate = continued;
    }
    aggregate.root_mut(access()).state.continue_after(ended);
    set_twin(aggregate, twin);
}

/// What the pending events make after this end; nothing if the first of them creates no aggregate.
fn applied_after<A: Aggregate>(aggregate: &A, ended: StoredEnd) -> Option<A> {
    let root = aggregate.root();
    let mut events = root.pending().iter();
    let mut continued = replayed(root.id(), events.next()?.clone()).ok()?;
    let mut end = ended;
    for event in events {
        end.version += 1;
        continued.root_mut(access()).state.read(end, None);
        // It was recorded, so it leaves the root alone.
        let _ = apply(&mut continued, event.clone());
    }
    end.version += 1;
    continued.root_mut(access()).state.read(end, None);
    Some(continued)
}
