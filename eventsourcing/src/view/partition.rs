//! The decoded events of one kind of aggregate in a batch.

use std::any::{Any, TypeId};
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::aggregate::Aggregate;
use crate::error::LoadError;
use crate::store::StoredEvent;
use crate::view::At;
use crate::view::decoded::each_decoded;
use crate::view::kinds::StoredKind;

/// The decoded events of one kind of aggregate, in the order of the log: those that one of its views may handle.
pub(crate) struct Partition<A: Aggregate> {
    events: Vec<(At<A>, A::Event)>,
    views: Vec<IsUnhandled>,
    /// Whether one of the views may handle events of a name, in the schema version in which they came last.
    handled: HashMap<Box<str>, (u32, bool), RandomState>,
}

/// Whether a view does not handle events of this name and schema version.
pub(crate) type IsUnhandled = fn(&str, u32) -> bool;

/// One kind of aggregate whose events a view handles: which partition of a batch they are in, and which of them the view skips.
#[derive(Clone, Copy)]
pub(crate) struct SourceKind {
    pub(crate) aggregate: &'static str,
    pub(crate) partition: fn() -> Box<dyn AnyPartition>,
    pub(crate) partition_type: fn() -> TypeId,
    /// Of the view that it is for.
    pub(crate) is_unhandled: IsUnhandled,
}

impl SourceKind {
    pub(crate) const fn of<A: Aggregate>(is_unhandled: IsUnhandled) -> Self {
        Self {
            aggregate: A::NAME,
            partition: || Box::new(Partition::<A>::default()),
            partition_type: TypeId::of::<A>,
            is_unhandled,
        }
    }

    /// Whether the view may handle events of a kind.
    pub(crate) fn may_handle(&self, kind: StoredKind<'_>) -> bool {
        kind.aggregate == self.aggregate && !(self.is_unhandled)(kind.name, kind.schema_version)
    }
}

/// A partition, without the type of its aggregate.
pub(crate) trait AnyPartition: Any + Send + Sync {
    /// Has it keep also the events that a view may handle.
    fn add_view(&mut self, is_unhandled: IsUnhandled);

    /// Whether one of its views may handle a stored event.
    fn handles(&mut self, stored: &StoredEvent<'_>) -> bool;

    /// Adds what a stored event means today, and says how many events that are.
    fn push(&mut self, stored: &StoredEvent<'_>) -> Result<usize, LoadError>;

    fn len(&self) -> usize;

    fn clear(&mut self);
}

impl<A: Aggregate> Partition<A> {
    /// The partition of this kind of aggregate.
    pub(crate) fn of(partition: &dyn AnyPartition) -> Option<&Self> {
        let partition: &dyn Any = partition;
        partition.downcast_ref()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&(At<A>, A::Event)> {
        self.events.get(index)
    }
}

impl<A: Aggregate> Default for Partition<A> {
    fn default() -> Self {
        Self { events: Vec::new(), views: Vec::new(), handled: HashMap::default() }
    }
}

impl<A: Aggregate> AnyPartition for Partition<A> {
    fn add_view(&mut self, is_unhandled: IsUnhandled) {
        // What has the same address says the same.
        if !self.views.iter().any(|known| std::ptr::fn_addr_eq(*known, is_unhandled)) {
            self.views.push(is_unhandled);
            self.handled.clear();
        }
    }

    fn handles(&mut self, stored: &StoredEvent<'_>) -> bool {
        let version = stored.schema_version;
        match self.handled.get(stored.name) {
            Some((known, is_handled)) if *known == version => *is_handled,
            _ => {
                let is_handled = !self.views.iter().all(|is_unhandled| is_unhandled(stored.name, version));
                self.handled.insert(stored.name.into(), (version, is_handled));
                is_handled
            }
        }
    }

    fn push(&mut self, stored: &StoredEvent<'_>) -> Result<usize, LoadError> {
        let before = self.events.len();
        each_decoded(stored, |at, event| self.events.push((at, event)))?;
        Ok(self.events.len() - before)
    }

    fn len(&self) -> usize {
        self.events.len()
    }

    fn clear(&mut self) {
        self.events.clear();
    }
}
