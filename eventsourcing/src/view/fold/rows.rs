//! The rows that a view has in memory: those of the batch at hand, and as a cache those of the batches before.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::error::ViewError;
use crate::view::{Projection, Table};

/// Rows by their keys, each in a slot.
pub(super) struct Rows<P: Projection> {
    by_key: HashMap<P::Key, usize, RandomState>,
    slots: Vec<Slot<P>>,
    /// The batch at hand.
    batch: u64,
}

/// A row as it is in memory.
pub(super) struct Slot<P: Projection> {
    pub(super) key: P::Key,
    pub(super) row: Option<P>,
    /// What is known of the table before the batch at hand.
    kept: Kept,
    /// The batch that has last touched it.
    batch: u64,
    /// Whether the first delivery to it needs the row that the table has.
    needs_row: bool,
    pub(super) is_faulty: bool,
}

/// What is known of a row in the table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Nothing: it was not read.
    Unknown,
    Row,
    None,
}

impl Kept {
    const fn of<P>(row: Option<&P>) -> Self {
        if row.is_some() { Self::Row } else { Self::None }
    }
}

impl<P: Projection> Default for Rows<P> {
    fn default() -> Self {
        Self { by_key: HashMap::default(), slots: Vec::new(), batch: 0 }
    }
}

impl<P: Projection> Rows<P> {
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Begins a batch.
    pub(super) fn begin(&mut self) {
        self.batch += 1;
    }

    /// The slot of a key, and whether this batch touches it for the first time.
    pub(super) fn slot(&mut self, key: P::Key, replaces: bool) -> (usize, bool) {
        let (slots, batch) = (&mut self.slots, self.batch);
        let index = *self.by_key.entry(key).or_insert_with_key(|key| {
            let key = key.clone();
            let (needs_row, is_faulty) = (false, false);
            slots.push(Slot { key, row: None, kept: Kept::Unknown, batch: 0, needs_row, is_faulty });
            slots.len() - 1
        });
        let Some(slot) = slots.get_mut(index) else { return (index, false) };
        let is_first = slot.batch != batch;
        if is_first {
            (slot.batch, slot.needs_row, slot.is_faulty) = (batch, !replaces, false);
        }
        (index, is_first)
    }

    pub(super) fn sort_by_key(&self, slots: &mut [usize]) {
        slots.sort_unstable_by(|one, other| self.key(*one).cmp(&self.key(*other)));
    }

    fn key(&self, slot: usize) -> Option<&P::Key> {
        self.slots.get(slot).map(|slot| &slot.key)
    }

    /// Reads those rows of these slots that are needed and not in memory.
    pub(super) fn load(&mut self, slots: &[usize], table: &mut dyn Table<P>) -> Result<(), ViewError> {
        for &index in slots {
            let Some(slot) = self.slots.get_mut(index).filter(|slot| slot.kept == Kept::Unknown) else { continue };
            if slot.needs_row {
                slot.row = table.load(&slot.key)?;
                slot.kept = Kept::of(slot.row.as_ref());
            }
        }
        Ok(())
    }

    /// Reads a row again as the table has it, for a slot whose deliveries are made again.
    pub(super) fn reload(&mut self, slot: usize, table: &mut dyn Table<P>) -> Result<Option<P>, ViewError> {
        let Some(slot) = self.slots.get_mut(slot) else { return Ok(None) };
        let row = table.load(&slot.key)?;
        slot.kept = Kept::of(row.as_ref());
        Ok(row)
    }

    pub(super) fn change(&mut self, slot: usize, change: impl FnOnce(&mut Slot<P>)) {
        if let Some(slot) = self.slots.get_mut(slot) {
            change(slot);
        }
    }

    pub(super) fn is_faulty(&self, slot: usize) -> bool {
        self.slots.get(slot).is_some_and(|slot| slot.is_faulty)
    }

    pub(super) fn key_of(&self, slot: usize) -> Option<P::Key> {
        self.key(slot).cloned()
    }

    /// Writes the rows of these slots, each once.
    pub(super) fn store(&mut self, slots: &[usize], table: &mut dyn Table<P>) -> Result<(), ViewError> {
        for &index in slots {
            let Some(slot) = self.slots.get_mut(index) else { continue };
            match &slot.row {
                Some(row) => table.put(row, slot.kept == Kept::Row)?,
                None if slot.kept == Kept::None => {}
                // One that was not read may be there.
                None => table.delete(&slot.key)?,
            }
            slot.kept = Kept::of(slot.row.as_ref());
        }
        Ok(())
    }
}
