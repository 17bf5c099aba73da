//! Where the events of each kind are in a stretch of the log, as they are seen when it is read.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::store::StoredEvent;
use crate::view::Checkpoint;
use crate::view::kinds::StoredKind;

/// More kinds than that are not kept between two stretches.
const KINDS: usize = 1_024;

/// So many are looked through before their names are looked up.
const FEW: usize = 8;

/// Where the events of each kind are in a stretch of the log, every event of which was read.
#[derive(Debug)]
pub(crate) struct KindPositions {
    from: Checkpoint,
    to: Checkpoint,
    kinds: Vec<OfKind>,
    /// The indices of the kinds of a name.
    by_name: HashMap<Box<str>, Vec<usize>, RandomState>,
    len: usize,
}

/// Where the events of one kind are, in ascending order.
#[derive(Debug)]
pub(crate) struct OfKind {
    aggregate: Box<str>,
    name: Box<str>,
    schema_version: u32,
    pub(crate) positions: Vec<u64>,
}

impl OfKind {
    pub(crate) fn kind(&self) -> StoredKind<'_> {
        StoredKind { aggregate: &self.aggregate, name: &self.name, schema_version: self.schema_version }
    }

    #[inline]
    fn is(&self, kind: StoredKind<'_>) -> bool {
        self.schema_version == kind.schema_version && *self.name == *kind.name && *self.aggregate == *kind.aggregate
    }
}

impl KindPositions {
    /// Nothing seen yet after a checkpoint.
    pub(crate) fn after(from: Checkpoint) -> Self {
        Self { from, to: from, kinds: Vec::new(), by_name: HashMap::default(), len: 0 }
    }

    /// Forgets what was seen, and begins after a checkpoint.
    pub(crate) fn restart(&mut self, from: Checkpoint) {
        if self.kinds.len() > KINDS {
            *self = Self::after(from);
            return;
        }
        self.kinds.iter_mut().for_each(|kind| kind.positions.clear());
        (self.from, self.to, self.len) = (from, from, 0);
    }

    /// Takes note of the next event of the log, of whatever kind.
    #[inline]
    pub(crate) fn add(&mut self, stored: &StoredEvent<'_>) {
        self.len += 1;
        let kind = StoredKind {
            aggregate: stored.stream.aggregate(),
            name: stored.name,
            schema_version: stored.schema_version,
        };
        let first = self.kinds.iter_mut().take(FEW).find(|known| known.is(kind));
        if let Some(known) = first {
            known.positions.push(stored.position.get());
        } else {
            self.add_to_rest(kind, stored.position.get());
        }
    }

    fn add_to_rest(&mut self, kind: StoredKind<'_>, position: u64) {
        let of_name = self.by_name.get(kind.name).map(Vec::as_slice).unwrap_or_default();
        let known = of_name.iter().copied().find(|index| self.kinds.get(*index).is_some_and(|known| known.is(kind)));
        let index = known.unwrap_or_else(|| self.add_kind(kind));
        if let Some(known) = self.kinds.get_mut(index) {
            known.positions.push(position);
        }
    }

    #[cold]
    fn add_kind(&mut self, StoredKind { aggregate, name, schema_version }: StoredKind<'_>) -> usize {
        let index = self.kinds.len();
        let positions = Vec::new();
        self.kinds.push(OfKind { aggregate: aggregate.into(), name: name.into(), schema_version, positions });
        self.by_name.entry(name.into()).or_default().push(index);
        index
    }

    /// Takes note that each event up to here was seen.
    pub(crate) const fn reach(&mut self, to: Checkpoint) {
        self.to = to;
    }

    /// Forgets what is after that checkpoint: a page that was not read to its end may be the reason.
    pub(crate) fn forget_unreached(&mut self) {
        let to = self.to.position.get();
        for kind in &mut self.kinds {
            kind.positions.truncate(kind.positions.partition_point(|position| *position <= to));
        }
        self.len = self.kinds.iter().map(|kind| kind.positions.len()).sum();
    }

    /// The checkpoint after which it begins.
    pub(crate) const fn from(&self) -> Checkpoint {
        self.from
    }

    /// The checkpoint up to which each event was seen.
    pub(crate) const fn to(&self) -> Checkpoint {
        self.to
    }

    /// How many events were seen.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// The kinds that were seen.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &OfKind> {
        self.kinds.iter().filter(|kind| !kind.positions.is_empty())
    }
}
