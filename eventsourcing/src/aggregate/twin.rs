//! The twin of an aggregate: a second state that the same events make, and that nothing else can change. A save compares the two. There is one
//! in builds with debug assertions alone.

#[cfg(debug_assertions)]
use std::any::Any;

use crate::aggregate::Aggregate;
#[cfg(debug_assertions)]
use crate::aggregate::record::apply;
#[cfg(debug_assertions)]
use crate::aggregate::replayed::replayed;
#[cfg(debug_assertions)]
use crate::aggregate::root_access::access;
#[cfg(debug_assertions)]
use crate::aggregate::twin_slot::Twin;
#[cfg(debug_assertions)]
use crate::stream::Version;

#[cfg(debug_assertions)]
struct TwinOf<A> {
    aggregate: A,
    /// The version of the aggregate whose events it has had.
    version: Version,
}

#[cfg(debug_assertions)]
impl<A: Aggregate> Twin for TwinOf<A> {
    fn clone_box(&self) -> Option<Box<dyn Twin>> {
        let aggregate = A::REPLAY_CHECK.clone(&self.aggregate)?;
        Some(Box::new(Self { aggregate, version: self.version }))
    }
}

/// Whether the aggregates of this type have twins.
pub(crate) const fn has_twin<A: Aggregate>() -> bool {
    #[cfg(debug_assertions)]
    return A::REPLAY_CHECK.is_some();
    #[cfg(not(debug_assertions))]
    return false;
}

/// Gives an aggregate that was just read its twin, which was made of the same events.
pub(crate) fn set_twin<A: Aggregate>(aggregate: &mut A, twin: Option<A>) {
    #[cfg(debug_assertions)]
    if let Some(twin) = twin {
        let version = aggregate.version();
        aggregate.root_mut(access()).state.twin_mut().twin = Some(Box::new(TwinOf { aggregate: twin, version }));
    }
    #[cfg(not(debug_assertions))]
    let _ = (aggregate, twin);
}

/// Compares an aggregate with its twin, to which the events are applied that were recorded since. One that was just created gets its twin here.
///
/// # Panics
///
/// If they differ.
pub(crate) fn check_twin<A: Aggregate>(aggregate: &mut A) {
    #[cfg(debug_assertions)]
    if let Some(twin) = updated_twin(aggregate) {
        // First, so that it is there also if the panic is caught.
        aggregate.root_mut(access()).state.twin_mut().twin = Some(Box::new(twin));
        let twin = aggregate.root().state.twin().twin.as_ref().map(|twin| &**twin as &dyn Any);
        if let Some(twin) = twin.and_then(<dyn Any>::downcast_ref::<TwinOf<A>>) {
            A::REPLAY_CHECK.assert_same(A::NAME, aggregate, &twin.aggregate);
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = aggregate;
}

#[cfg(debug_assertions)]
fn updated_twin<A: Aggregate>(aggregate: &mut A) -> Option<TwinOf<A>> {
    if !has_twin::<A>() {
        return None;
    }
    let twin: Option<Box<dyn Any>> =
        aggregate.root_mut(access()).state.twin_mut().twin.take().map(|twin| twin as Box<dyn Any>);
    let root = aggregate.root();
    let (stored, pending) = (root.state.stored(), root.pending());
    let mut twin = match twin.and_then(|twin| twin.downcast::<TwinOf<A>>().ok()) {
        Some(twin) => *twin,
        None if stored.version == 0 => {
            let created = replayed(root.id(), pending.first()?.clone()).ok()?;
            TwinOf { aggregate: created, version: Version::new(1) }
        }
        // Made where events were not read one by one.
        None => return None,
    };
    let had = twin.version.get().saturating_sub(stored.version.get());
    let mut end = stored;
    end.version = twin.version;
    for event in pending.iter().skip(usize::try_from(had).unwrap_or(usize::MAX)) {
        // A mutator may ask for the version.
        twin.aggregate.root_mut(access()).state.read(end, None);
        // Its root is not compared but by its version.
        let _ = apply(&mut twin.aggregate, event.clone());
        end.version += 1;
    }
    twin.version = root.version();
    end.version = root.version();
    twin.aggregate.root_mut(access()).state.read(end, None);
    Some(twin)
}
