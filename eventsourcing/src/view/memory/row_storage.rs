//! The generations of a view in memory.

#[cfg(feature = "sqlite")]
use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::ViewError;
use crate::view::memory::rows::MemoryRows;
use crate::view::memory::snapshot::MemorySnapshot;
use crate::view::memory::table::MemoryTable;
use crate::view::{
    Checkpoint, Freshness, Generation, Lineage, Projection, Role, RowReader, RowSnapshot, RowStorage, Table, View,
    ViewGeneration,
};

/// The generations of a view in memory: the one that is shown, the one that is built, and the one that was shown before.
pub(crate) struct MemoryRowStorage<V: View> {
    generations: Mutex<MemoryGenerations<V>>,
}

struct MemoryGenerations<V: View> {
    shown: Numbered<V>,
    built: Option<Numbered<V>>,
    before: Option<Numbered<V>>,
    newest: u64,
}

struct Numbered<V: View> {
    number: Generation,
    rows: Arc<MemoryRows<V>>,
    /// Whether it was shown before, and is not to be shown again by itself.
    is_held: bool,
}

impl<V: View> Numbered<V> {
    fn new(number: u64) -> Self {
        Self { number: Generation(number), rows: Arc::default(), is_held: false }
    }
}

impl<V: View> Default for MemoryRowStorage<V> {
    fn default() -> Self {
        let generations = MemoryGenerations { shown: Numbered::new(1), built: None, before: None, newest: 1 };
        Self { generations: Mutex::new(generations) }
    }
}

impl<V: View> MemoryRowStorage<V> {
    fn rows_of(&self, generation: Generation) -> Option<Arc<MemoryRows<V>>> {
        let of = self.lock();
        let all = [Some(&of.shown), of.built.as_ref(), of.before.as_ref()];
        let found = all.into_iter().flatten().find(|one| one.number == generation);
        found.map(|one| Arc::clone(&one.rows))
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, MemoryGenerations<V>> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Projection> Lineage for MemoryRowStorage<P> {
    fn to_keep(&self) -> Result<Vec<(Generation, Role)>, ViewError> {
        let of = self.lock();
        let built = of.built.as_ref().map(|built| (built.number, Role::Built { is_held: built.is_held }));
        Ok([(of.shown.number, Role::Shown)].into_iter().chain(built).collect())
    }

    fn rebuild(&self) -> Result<(), ViewError> {
        let mut of = self.lock();
        if of.built.is_none() {
            of.newest += 1;
            of.built = Some(Numbered::new(of.newest));
        }
        Ok(())
    }

    fn swap(&self, to: Generation, is_forced: bool) -> Result<bool, ViewError> {
        let mut of = self.lock();
        let Some(built) = of.built.as_ref().filter(|built| built.number == to) else { return Ok(false) };
        // Rows that cannot be read, as their code has panicked in a commit, are worse than any.
        let of_shown = of.shown.rows.parked_len().unwrap_or(usize::MAX);
        if !is_forced && built.rows.parked_len()? > of_shown {
            return Ok(false);
        }
        let removed = of.built.take().and_then(|built| {
            let shown = std::mem::replace(&mut of.shown, built);
            of.before.replace(shown)
        });
        drop(of);
        // Which runs the `Drop` of its rows.
        drop(removed);
        Ok(true)
    }

    fn swap_back(&self) -> Result<bool, ViewError> {
        let mut of = self.lock();
        let Some(before) = of.before.take() else { return Ok(false) };
        let shown = std::mem::replace(&mut of.shown, before);
        of.built = Some(Numbered { is_held: true, ..shown });
        Ok(true)
    }

    fn all(&self) -> Result<Vec<ViewGeneration>, ViewError> {
        let of = self.lock();
        let all = [of.before.as_ref(), Some(&of.shown), of.built.as_ref()];
        let mut all: Vec<_> = all
            .into_iter()
            .flatten()
            .map(|one| {
                let (number, is_active) = (one.number.0, one.number == of.shown.number);
                ViewGeneration { number, version: P::VERSION, is_active, is_held: one.is_held }
            })
            .collect();
        all.sort_by_key(|one| one.number);
        Ok(all)
    }

    fn checkpoint(&self, generation: Generation) -> Result<Option<Checkpoint>, ViewError> {
        self.rows_of(generation).ok_or(ViewError::not_built(P::NAME))?.checkpoint()
    }

    fn active_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.lock().shown.rows.checkpoint()
    }

    fn shown_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.active_checkpoint()
    }

    fn remove(&self, generation: Generation) -> Result<bool, ViewError> {
        // The lock is released before the `Drop` of its rows runs.
        let removed = self.lock().before.take_if(|before| before.number == generation);
        Ok(removed.is_some())
    }
}

impl<P: Projection> RowStorage<P> for MemoryRowStorage<P> {
    fn lineage(&self) -> &dyn Lineage {
        self
    }

    fn shown(&self, _: Freshness) -> Result<Arc<dyn RowReader<P>>, ViewError> {
        Ok(Arc::clone(&self.lock().shown.rows) as Arc<dyn RowReader<P>>)
    }

    fn table(&self, generation: Generation) -> Result<Box<dyn Table<P>>, ViewError> {
        let of = self.lock();
        let built = of.built.as_ref().filter(|built| built.number == generation);
        Ok(Box::new(MemoryTable::new(Arc::clone(&built.unwrap_or(&of.shown).rows))))
    }

    fn snapshot_active(&self) -> Result<Box<dyn RowSnapshot + Send>, ViewError> {
        let rows = Arc::clone(&self.lock().shown.rows);
        Ok(Box::new(MemorySnapshot::of(&rows)?))
    }

    fn snapshot(&self, generation: Generation) -> Result<Box<dyn RowSnapshot + Send>, ViewError> {
        let rows = self.rows_of(generation).ok_or(ViewError::not_built(P::NAME))?;
        Ok(Box::new(MemorySnapshot::of(&rows)?))
    }

    #[cfg(feature = "sqlite")]
    fn as_any(&self) -> &dyn Any {
        self
    }
}
