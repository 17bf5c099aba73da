//! Reading the log in batches.

use std::ops::ControlFlow;
use std::time::SystemTime;

use crate::error::ReadError;
use crate::store::{EventStore, LogRead, StoredEvent, checksum, from_micros};
use crate::stream::Position;
use crate::view::Batch;

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
}

/// Reads a batch after a position.
pub(super) async fn read(
    store: &dyn EventStore,
    batch: &mut Batch,
    after: Position,
    size: &mut BatchSize,
) -> Result<End, ReadError> {
    batch.clear();
    let mut read = LogRead::after(after).aggregates(batch.aggregates()).never_waits();
    let (mut last, mut checksums, mut left): (Option<(Position, i64)>, _, _) = (None, None, CHECKSUMS);
    let recorded_at = |(_, micros)| from_micros(micros);
    loop {
        let mut visit = |stored: StoredEvent<'_>| {
            batch.push(&stored);
            last = Some((stored.position, stored.recorded_at));
            if left > 0 {
                left -= 1;
                checksums = Some((stored.position, checksum(&stored, None)));
            }
            if batch.bytes() < BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let page = match store.read_log(read.clone(), &mut visit).await {
            Ok(page) => page,
            Err(error) => {
                // What comes before an event that cannot be read is read.
                let position = last.map_or(read.after, |(position, _)| position.max(read.after));
                let end = End { position, more: true, checksum: None, recorded_at: last.map(recorded_at) };
                return if position > after { Ok(end) } else { Err(error) };
            }
        };
        read.after = page.reached;
        let read_len = usize::try_from(page.reached.get() - after.get()).unwrap_or(usize::MAX);
        let is_full = batch.entries().len() >= size.events || read_len >= size.events * BatchSize::READ;
        if !page.more || is_full || batch.bytes() >= BYTES {
            size.next(page.more);
            let checksum = checksums.filter(|(position, _)| *position == page.reached).map(|(_, checksum)| checksum);
            let recorded_at = last.map(recorded_at);
            return Ok(End { position: page.reached, more: page.more, checksum, recorded_at });
        }
    }
}
