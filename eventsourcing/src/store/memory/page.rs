//! A page of the log in memory.
//!
//! Its events are taken out of the log piece by piece, and visited when the lock is released: neither a large page, nor a long search, nor a
//! slow visitor keeps a commit waiting for more than a piece. The log only grows, and only at its end, so all pieces are of one moment: that
//! at which the first was taken.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::error::ReadError;
use crate::store::memory::fair::Fair;
use crate::store::memory::log::{Entry, Log};
use crate::store::{LogRead, Page, StreamRead, Visit, checksum};
use crate::stream::{Position, Version};

/// The most events that are looked at in one turn of the lock.
pub(super) const PIECE: u64 = 1024;

/// The events of a page.
pub(super) struct FoundPage<P> {
    events: Vec<Arc<Entry>>,
    page: Page<P>,
    /// What a page that is broken off at an event has reached.
    reached: fn(&Entry) -> P,
}

impl<P> FoundPage<P> {
    pub(super) fn visit(self, visit: &mut Visit<'_>) -> Result<Page<P>, ReadError> {
        for event in &self.events {
            let stored = event.stored();
            if checksum(&stored, None) != event.checksum {
                return Err(ReadError::Damaged(stored.location()));
            }
            if visit(stored) == ControlFlow::Break(()) {
                return Ok(Page { reached: (self.reached)(event), more: true });
            }
        }
        Ok(self.page)
    }
}

/// A page of a stream.
pub(super) fn read_stream(log: &Fair<Log>, read: &StreamRead) -> FoundPage<Version> {
    let mut events = Vec::new();
    let mut end = None;
    loop {
        let log = log.lock();
        let positions = log.positions(&read.stream);
        let end = *end.get_or_insert(positions.len() as u64);
        let (from, to) = (read.from.get().max(1), read.to.get().min(end));
        let versions = (to + 1).saturating_sub(from);
        let taken = events.len() as u64;
        let wanted = versions.min(read.bound() as u64);
        for nth in taken..wanted.min(taken + PIECE) {
            let version = if read.backward { to - nth } else { from + nth };
            events.extend(event(&log, positions, version.into()));
        }
        if events.len() as u64 >= wanted {
            let reached = events.last().map_or_else(Version::default, |event| event.version);
            return FoundPage {
                events,
                page: Page { reached, more: versions > wanted },
                reached: |event| event.version,
            };
        }
    }
}

fn event(log: &Log, positions: &[Position], version: Version) -> Option<Arc<Entry>> {
    let index = usize::try_from(version.get().checked_sub(1)?).ok()?;
    log.at(*positions.get(index)?).cloned()
}

/// A page of the log.
pub(super) fn read_log(log: &Fair<Log>, read: &LogRead) -> Result<FoundPage<Position>, ReadError> {
    let mut events = Vec::new();
    let mut head = None;
    let mut at = read.after;
    // One more than the page has, to know whether there is more.
    let wanted = read.bound().saturating_add(1);
    loop {
        let log = log.lock();
        let head = *head.get_or_insert(log.head());
        if read.after > head {
            return Err(ReadError::ahead(read.after, head));
        }
        let end = head.min(at + PIECE);
        let piece = (at.get() + 1..=end.get()).filter_map(|position| log.at(position.into()));
        let matching = piece.filter(|event| read.matches(event.stream.aggregate(), &event.name));
        let left = wanted - events.len();
        events.extend(matching.take(left).cloned());
        at = end;
        if at == head || events.len() == wanted {
            let more = events.len() > read.bound();
            events.truncate(read.bound());
            let last = events.last().map(|event: &Arc<Entry>| event.position);
            let reached = last.filter(|_| more).unwrap_or(head);
            return Ok(FoundPage { events, page: Page { reached, more }, reached: |event| event.position });
        }
    }
}
