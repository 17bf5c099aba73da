//! Reading the log in batches: all of a part of it, or the events that an index of kinds names.

use std::ops::ControlFlow;
use std::time::SystemTime;

use crate::error::ReadError;
use crate::store::{EventStore, LogRead, Page, StoredEvent, checksum, from_micros};
use crate::stream::Position;
use crate::view::kinds::{KindIndex, KindPositions, StoredKind};
use crate::view::{Batch, Checkpoint};

/// The bytes of payloads at which a batch ends.
const BYTES: usize = 8 << 20;

/// How many events of a batch have their checksums computed, so that the last of a small one need not be read again.
const CHECKSUMS: usize = 16;

/// Where a batch ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) position: Position,
    /// Whether there may be more.
    pub(super) more: bool,
    /// The checksum of the event at the position, where it is known already.
    pub(super) checksum: Option<u32>,
    /// When its last event was recorded.
    pub(super) recorded_at: Option<SystemTime>,
}

/// How many events a batch has: twice as many as the one before, as long as there are more to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchSize {
    events: usize,
    most: usize,
}

impl BatchSize {
    const LEAST: usize = 1_024;

    /// How many times as many events are read, most of which no view handles: the runner is to look around every now and then.
    const READ: usize = 8;

    /// For views that have nothing beside them which waits.
    pub(super) const fn of_catching_up() -> Self {
        Self { events: Self::LEAST, most: 65_536 }
    }

    /// For views beside others that are up to date, and are to stay so.
    pub(super) const fn of_small_parts() -> Self {
        Self { events: Self::LEAST, most: 8_192 }
    }

    const fn next(&mut self, more: bool) {
        let twice = if self.events * 2 < self.most { self.events * 2 } else { self.most };
        self.events = if more { twice } else { Self::LEAST };
    }

    /// Whether a batch of so many events, for which so many were read, has come to its end.
    const fn is_reached(self, events: usize, read: u64) -> bool {
        events >= self.events || read >= (self.events * Self::READ) as u64
    }
}

/// Reads a batch after a position; `positions` takes note of all events, also of those that no view handles.
pub(super) async fn read(
    store: &dyn EventStore,
    batch: &mut Batch,
    after: Position,
    size: &mut BatchSize,
    positions: Option<&mut KindPositions>,
) -> Result<End, ReadError> {
    let mut read = LogRead::after(after).never_waits();
    if positions.is_none() {
        read = read.aggregates(batch.aggregates());
    }
    let mut reading = Reading::begin(store, batch, positions);
    loop {
        let page = match reading.page(&read, Position::new(u64::MAX)).await {
            Ok(page) => page,
            Err(error) => return reading.end_before(error, after, read.after),
        };
        read.after = page.reached;
        if !page.more || reading.is_full(*size, page.reached.get() - after.get()) {
            size.next(page.more);
            return Ok(reading.end(page.reached, page.more));
        }
    }
}

/// Reads a batch of the events that an index names after a position; `None` if it ends there.
pub(super) async fn read_by_kind(
    store: &dyn EventStore,
    batch: &mut Batch,
    after: Position,
    size: &mut BatchSize,
    index: &mut dyn KindIndex,
    is_wanted: &(dyn Fn(StoredKind<'_>) -> bool + Sync),
) -> Result<Option<End>, ReadError> {
    let mut reading = Reading::begin(store, batch, None);
    let mut reached: Option<Checkpoint> = None;
    while let Some(stretch) = index.next(reached.map_or(after, |reached| reached.position), is_wanted) {
        for (from, until) in stretch.ranges(reached.map_or(after, |reached| reached.position)) {
            let mut read = LogRead::after(from).never_waits();
            while read.after < until {
                let page = match reading.page(&read, until).await {
                    Ok(page) => page,
                    Err(error) => return reading.end_before(error, after, after).map(Some),
                };
                read.after = page.reached.min(until);
                if reading.is_full(*size, reading.read) {
                    size.next(true);
                    return Ok(Some(reading.end(read.after, true)));
                }
                if !page.more {
                    break;
                }
            }
        }
        reached = Some(stretch.to);
    }
    Ok(reached.map(|to| {
        size.next(true);
        End { checksum: Some(to.checksum), ..reading.end(to.position, true) }
    }))
}

/// A batch that is read.
struct Reading<'r> {
    store: &'r dyn EventStore,
    batch: &'r mut Batch,
    positions: Option<&'r mut KindPositions>,
    /// How many events were read.
    read: u64,
    /// The position of the last one, and when it was recorded.
    last: Option<(Position, i64)>,
    /// The last checksum that was computed, of the event at that position.
    checksum: Option<(Position, u32)>,
}

impl<'r> Reading<'r> {
    fn begin(store: &'r dyn EventStore, batch: &'r mut Batch, positions: Option<&'r mut KindPositions>) -> Self {
        batch.clear();
        Self { store, batch, positions, read: 0, last: None, checksum: None }
    }

    /// Reads a page, and of it what is not after this position.
    async fn page(&mut self, read: &LogRead, until: Position) -> Result<Page<Position>, ReadError> {
        let store = self.store;
        let mut visit = |stored: StoredEvent<'_>| {
            if stored.position > until {
                return ControlFlow::Break(());
            }
            if let Some(positions) = &mut self.positions {
                positions.add(&stored);
            }
            self.batch.push(&stored);
            self.last = Some((stored.position, stored.recorded_at));
            self.read += 1;
            if self.read <= CHECKSUMS as u64 {
                self.checksum = Some((stored.position, checksum(&stored, None)));
            }
            let is_full = self.batch.bytes() >= BYTES || stored.position == until;
            if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        store.read_log(read.clone(), &mut visit).await
    }

    /// Whether the batch has come to its end, after so much of the log was read for it.
    fn is_full(&self, size: BatchSize, read: u64) -> bool {
        self.batch.bytes() >= BYTES || size.is_reached(self.batch.entries().len(), read)
    }

    fn end(&self, position: Position, more: bool) -> End {
        let checksum = self.checksum.filter(|(at, _)| *at == position).map(|(_, checksum)| checksum);
        End { position, more, checksum, recorded_at: self.last.map(|(_, micros)| from_micros(micros)) }
    }

    /// What comes before an event that cannot be read is read.
    fn end_before(&self, error: ReadError, after: Position, searched: Position) -> Result<End, ReadError> {
        let position = self.last.map_or(searched, |(position, _)| position.max(searched));
        if position > after { Ok(End { checksum: None, ..self.end(position, true) }) } else { Err(error) }
    }
}
