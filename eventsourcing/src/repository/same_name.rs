//! Finds two aggregates that are kept in one store under one name, where each would be read as the other.
//!
//! Of an application the compiler finds them. Of the other repositories over one store, this list of the process does.

use std::any::{TypeId, type_name};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use crate::aggregate::Aggregate;
use crate::event::{Event, EventKind};
use crate::store::EventStore;
use crate::stream::StoreId;

/// From how many stores on those that are gone are removed.
const PRUNED_FROM: usize = 64;

#[derive(Default)]
struct Stores {
    by_id: HashMap<StoreId, NotedStore>,
    prune_at: usize,
}

/// What is kept in a store.
struct NotedStore {
    /// The last handle that a repository was made with: without one, no repository is left.
    handle: Weak<dyn EventStore>,
    kept: Vec<Kept>,
}

static STORES: LazyLock<Mutex<Stores>> = LazyLock::new(Mutex::default);

/// An aggregate that a repository keeps.
#[derive(Clone, Copy)]
struct Kept {
    name: &'static str,
    id: TypeId,
    ty: &'static str,
    kinds: &'static [EventKind],
    reads: fn(&EventKind) -> bool,
}

impl Kept {
    fn new<A: Aggregate>() -> Self {
        let (id, ty) = (TypeId::of::<A>(), type_name::<A>());
        Self { name: A::NAME, id, ty, kinds: A::Event::KINDS, reads: reads::<A::Event> }
    }

    fn reads_all_of(&self, other: &Self) -> bool {
        other.kinds.iter().all(self.reads)
    }

    /// Whether they cannot be two releases or two views of one aggregate, of which one reads all events of the other.
    fn is_another_than(&self, other: &Self) -> bool {
        let are_instances = self.ty != other.ty && generic(self.ty).is_some() && generic(self.ty) == generic(other.ty);
        self.id != other.id && (are_instances || !(self.reads_all_of(other) || other.reads_all_of(self)))
    }
}

/// The generic type that this is an instance of.
fn generic(ty: &str) -> Option<&str> {
    ty.split_once('<').map(|(generic, _)| generic)
}

fn reads<E: Event>(kind: &EventKind) -> bool {
    let (name, version) = (kind.name(), kind.schema_version());
    E::KINDS.iter().any(|own| own.schema_version() == version && own.has_name(name))
        || E::UPCASTERS.iter().any(|upcaster| upcaster.reads(name, version))
        || E::RETIRED.contains(&name)
}

/// Notes that the store keeps this aggregate.
#[track_caller]
pub(super) fn note<A: Aggregate>(store: &Arc<dyn EventStore>) {
    let kept = Kept::new::<A>();
    // The lock is gone before the panic.
    let other = STORES.lock().unwrap_or_else(PoisonError::into_inner).note(store, kept);
    if let Some(other) = other {
        clash(kept, other);
    }
}

impl Stores {
    /// Returns another aggregate that is kept under the same name.
    fn note(&mut self, store: &Arc<dyn EventStore>, kept: Kept) -> Option<Kept> {
        if self.by_id.len() >= self.prune_at {
            self.by_id.retain(|_, noted| noted.handle.strong_count() > 0);
            self.prune_at = PRUNED_FROM.max(2 * self.by_id.len());
        }
        let handle = Arc::downgrade(store);
        let noted = match self.by_id.entry(store.id()) {
            Entry::Occupied(noted) => {
                let noted = noted.into_mut();
                noted.handle = handle;
                noted
            }
            Entry::Vacant(entry) => entry.insert(NotedStore { handle, kept: Vec::new() }),
        };
        let same_name = || noted.kept.iter().filter(|other| other.name == kept.name);
        let other = same_name().find(|other| kept.is_another_than(other)).copied();
        if other.is_none() && !same_name().any(|other| other.id == kept.id) {
            noted.kept.push(kept);
        }
        other
    }
}

#[expect(clippy::panic, reason = "a mistake in the program, not in its data, found when it starts")]
#[track_caller]
fn clash(kept: Kept, other: Kept) -> ! {
    panic!(
        "`{}` and `{}` are both kept under the name `{}` in one store, where each would be read as the other: give one another name, by \
         `#[aggregate(name = ..)]`",
        other.ty, kept.ty, kept.name,
    )
}

#[cfg(test)]
mod tests;
