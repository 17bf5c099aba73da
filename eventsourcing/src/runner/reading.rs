//! Reading the log in batches.

use std::ops::ControlFlow;
use std::time::SystemTime;

use crate::error::ReadError;
use crate::store::{EventStore, LogRead, StoredEvent, from_micros};
use crate::stream::Position;
use crate::view::Batch;

/// The bytes of payloads at which a batch ends.
const BYTES: usize = 8 << 20;

/// Where a batch ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) position: Position,
    /// Whether there may be more.
    pub(super) more: bool,
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
    let mut last = None;
    loop {
        let mut visit = |stored: StoredEvent<'_>| {
            batch.push(&stored);
            last = Some(stored.recorded_at);
            if batch.bytes() < BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let page = store.read_log(read.clone(), &mut visit).await?;
        read.after = page.reached;
        if !page.more || batch.entries().len() >= size.events || batch.bytes() >= BYTES {
            size.next(page.more);
            return Ok(End { position: page.reached, more: page.more, recorded_at: last.map(from_micros) });
        }
    }
}
