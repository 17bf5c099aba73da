//! The connections for reading.
//!
//! A reader waits for its turn first: only so many read at once, short reads beside long ones. Then it takes a connection that is idle, or
//! opens one. A connection that no read takes for a time is closed.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, mem};

use crate::error::{OpenError, StoreError};
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::threads::IDLE;
use crate::store::sqlite::threads::calls::Calls;
use crate::store::sqlite::threads::gate::{Gate, Pass};
use crate::store::sqlite::threads::pool::{pool, short_reads};
use crate::store::sqlite::threads::timer::{self, Due};

/// How long a read takes, as far as can be said before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// A head, a snapshot, a page of ids, or a page of a stream, whatever its limit: it is bounded in bytes.
    Short,
    /// A page of the log.
    Long,
}

/// How a read is admitted.
#[derive(Debug)]
pub(crate) enum Admission {
    /// It waits on this thread.
    Waits(Length),
    Has(Pass),
    /// It waits nowhere, and there are few of its kind: the copy of the store that is being made, the look of the poller, and the calls of a
    /// waker on a thread of the pool, for which others wait there.
    NeedsNone,
}

/// How many read at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) short: usize,
    pub(crate) long: usize,
}

impl Bounds {
    /// Of a file: as many as there are threads that could do it, and some more for callers with threads of their own.
    pub(crate) fn of_file() -> Self {
        Self { short: short_reads(), long: 8 }
    }

    /// Of a store in memory, whose readers take turns on one connection anyway.
    pub(crate) const MEMORY: Self = Self { short: 1, long: 1 };
}

/// The connections for reading of one store.
pub(crate) struct Readers {
    short: Arc<Gate>,
    long: Arc<Gate>,
    state: Mutex<State>,
    /// A connection is idle again, or was closed.
    returned: Condvar,
    calls: Arc<Calls>,
}

#[derive(Debug, Default)]
struct State {
    /// Each with the time since when it is; those that were used last are last.
    idle: Vec<(Reader, Instant)>,
    /// How many connections there are, in use or idle.
    open: usize,
    /// How many wait for another's connection.
    starving: usize,
    /// When the idle ones are looked through.
    due: Option<Due>,
}

/// A connection in use. Dropped, it is closed.
#[derive(Debug)]
pub(crate) struct PooledReader<'r> {
    pub(crate) reader: Reader,
    counted: Counted<'r>,
}

/// One of the connections that there are. Dropped when the connection is closed.
#[derive(Debug)]
struct Counted<'r>(&'r Arc<Readers>);

impl Readers {
    pub(crate) fn new(bounds: Bounds, calls: Arc<Calls>) -> Arc<Self> {
        Arc::new(Self {
            short: Gate::new(bounds.short),
            long: Gate::new(bounds.long),
            state: Mutex::default(),
            returned: Condvar::new(),
            calls,
        })
    }

    /// Where reads of this length wait.
    pub(crate) const fn gate(&self, length: Length) -> &Arc<Gate> {
        match length {
            Length::Short => &self.short,
            Length::Long => &self.long,
        }
    }

    /// Waits until a read may go on.
    pub(crate) fn pass(&self, admission: Admission) -> Option<Pass> {
        match admission {
            Admission::Waits(length) => Some(self.gate(length).pass()),
            Admission::Has(pass) => Some(pass),
            Admission::NeedsNone => None,
        }
    }

    /// A connection that is idle, or a new one. If there is no descriptor for a new one, waits for one of those that are in use, if there are
    /// any, and not longer than the deadline.
    pub(crate) fn lend(
        self: &Arc<Self>,
        deadline: Duration,
        open: impl Fn() -> Result<Reader, OpenError>,
    ) -> Result<PooledReader<'_>, StoreError> {
        let since = Instant::now();
        loop {
            {
                let mut state = self.state();
                if let Some((reader, _)) = state.idle.pop() {
                    return Ok(PooledReader { reader, counted: Counted(self) });
                }
                state.open += 1;
            }
            let counted = Counted(self);
            let error = match open() {
                Ok(reader) => return Ok(PooledReader { reader, counted }),
                Err(error) => error,
            };
            drop(counted);
            let left = deadline.saturating_sub(since.elapsed());
            if !matches!(error, OpenError::TooManyFiles { .. }) || !self.wait_for_another(left) {
                return Err(error.into_store());
            }
        }
    }

    /// Waits until another connection is idle or was closed; false if there is no other, or none was for so long.
    fn wait_for_another(&self, deadline: Duration) -> bool {
        let mut state = self.state();
        if !state.idle.is_empty() {
            return true;
        }
        if state.open == 0 {
            return false;
        }
        state.starving += 1;
        let (mut state, wait) = self.returned.wait_timeout(state, deadline).unwrap_or_else(PoisonError::into_inner);
        state.starving -= 1;
        !wait.timed_out()
    }

    /// Closes all that are idle. The last connection to a file that is closed takes the WAL into it; it is to be the one for writing.
    pub(crate) fn close(&self) {
        drop(self.take_idle());
    }

    /// Takes the idle connections, which are the caller's to close.
    pub(crate) fn take_idle(&self) -> Vec<(Reader, Instant)> {
        let mut state = self.state();
        state.open -= state.idle.len();
        state.due = None;
        mem::take(&mut state.idle)
    }

    fn give_back(self: &Arc<Self>, reader: Reader) {
        let mut state = self.state();
        state.idle.push((reader, Instant::now()));
        if state.due.is_none() {
            state.due = self.look_later();
        }
        self.notify_starving(state);
    }

    /// Schedules a check of the idle connections; without a thread for that, the next that is given back tries again.
    fn look_later(self: &Arc<Self>) -> Option<Due> {
        let readers = Arc::downgrade(self);
        let look = move || {
            // Closing waits for the disk, and so is not the timer's to do.
            if let Some(readers) = readers.upgrade()
                && let Err(not_begun) = pool().short.send(readers, |readers| readers.close_unused())
            {
                not_begun.with.state().due = None;
            }
        };
        timer::call_after(IDLE, look).ok()
    }

    /// Closes those that no read has taken for a time.
    fn close_unused(self: &Arc<Self>) {
        // Not while the store is closed, which closes them too.
        let Ok(_call) = self.calls.begin() else { return };
        let unused: Vec<_> = {
            let mut state = self.state();
            let count = state.idle.iter().take_while(|(_, since)| since.elapsed() >= IDLE).count();
            state.due = if count < state.idle.len() { self.look_later() } else { None };
            state.open -= count;
            state.idle.drain(..count).collect()
        };
        drop(unused);
        self.notify_starving(self.state());
    }

    fn notify_starving(&self, state: MutexGuard<'_, State>) {
        let starving = state.starving;
        drop(state);
        if starving > 0 {
            self.returned.notify_all();
        }
    }

    // A panic leaves no more behind than a connection that is in neither count.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PooledReader<'_> {
    /// Keeps the connection for the next read.
    pub(crate) fn give_back(self) {
        let Self { reader, counted } = self;
        counted.0.give_back(reader);
        mem::forget(counted);
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.open -= 1;
        self.0.notify_starving(state);
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
