//! The log in memory: vectors and maps, and nothing that waits.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::error::{Conflict, ReadError};
use crate::store::{
    Commit, Committed, LogRead, Page, SnapshotRead, StoredEvent, StoredSnapshot, StreamRead, Visit, checksum,
};
use crate::stream::{CommitId, Position, StreamId, Version};

#[derive(Debug, Default)]
pub(super) struct Log {
    /// The event at position *n* is at index *n* - 1.
    events: Vec<Arc<Entry>>,
    /// The positions of the events of each stream, in the order of their versions.
    streams: HashMap<StreamId, Vec<Position>>,
    commits: HashMap<CommitId, Committed>,
    /// By stream and version; those of a stream have one fingerprint.
    snapshots: HashMap<StreamId, BTreeMap<Version, StoredSnapshot>>,
}

#[derive(Clone, Debug)]
struct Entry {
    position: Position,
    stream: StreamId,
    version: Version,
    name: Cow<'static, str>,
    schema_version: u32,
    payload: Vec<u8>,
    metadata: Option<Vec<u8>>,
    recorded_at: i64,
    checksum: u32,
}

impl Entry {
    fn stored(&self) -> StoredEvent<'_> {
        StoredEvent {
            position: self.position,
            stream: &self.stream,
            version: self.version,
            name: &self.name,
            schema_version: self.schema_version,
            payload: &self.payload,
            metadata: self.metadata.as_deref(),
            recorded_at: self.recorded_at,
        }
    }
}

/// Events of a page, taken out of the log so that no lock is held while they are visited.
pub(super) struct Found {
    events: Vec<Arc<Entry>>,
    page: Page,
    /// What a page that is broken off at an event has reached.
    reached: fn(&Entry) -> u64,
}

impl Found {
    pub(super) fn visit(self, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        for event in &self.events {
            let stored = event.stored();
            if checksum(&stored, None) != event.checksum {
                return Err(ReadError::Damaged(stored.place()));
            }
            if visit(stored) == ControlFlow::Break(()) {
                return Ok(Page { reached: (self.reached)(event), more: true });
            }
        }
        Ok(self.page)
    }
}

impl Log {
    pub(super) fn head(&self) -> Position {
        self.events.len() as u64
    }

    pub(super) fn commit(&mut self, commit: &Commit, now: i64) -> Result<Committed, Conflict> {
        if let Some(first) = self.commits.get(&commit.id()) {
            return Ok(Committed { repeated: true, ..*first });
        }
        self.check(commit)?;
        let first = self.head() + 1;
        for append in commit.appends() {
            for (version, event) in (append.expected + 1..).zip(append.events()) {
                self.push(Entry {
                    position: self.head() + 1,
                    stream: append.stream.clone(),
                    version,
                    name: event.name.clone(),
                    schema_version: event.schema_version,
                    payload: event.payload.to_vec(),
                    metadata: commit.metadata().map(<[u8]>::to_vec),
                    recorded_at: now,
                    checksum: 0,
                });
            }
        }
        let committed = Committed { first, last: self.head(), repeated: false };
        if !commit.is_empty() {
            self.commits.insert(commit.id(), committed);
        }
        for snapshot in commit.snapshots() {
            self.keep(snapshot.clone());
        }
        Ok(committed)
    }

    /// Whether every stream is at the version that its appends expect, each after those before it.
    fn check(&self, commit: &Commit) -> Result<(), Conflict> {
        let mut versions: HashMap<&StreamId, Version> = HashMap::new();
        for append in commit.appends() {
            let stored = || self.streams.get(append.stream).map_or(0, |positions| positions.len() as u64);
            let actual = versions.entry(append.stream).or_insert_with(stored);
            if *actual != append.expected {
                return Err(Conflict::new(append.stream.clone(), append.expected, *actual));
            }
            *actual += append.events().len() as u64;
        }
        Ok(())
    }

    fn push(&mut self, mut entry: Entry) {
        entry.checksum = checksum(&entry.stored(), None);
        self.streams.entry(entry.stream.clone()).or_default().push(entry.position);
        self.events.push(Arc::new(entry));
    }

    pub(super) fn keep(&mut self, snapshot: StoredSnapshot) {
        let kept = self.snapshots.entry(snapshot.stream.clone()).or_default();
        kept.retain(|_, other| other.fingerprint == snapshot.fingerprint);
        kept.insert(snapshot.version, snapshot);
    }

    pub(super) fn snapshot(&self, read: &SnapshotRead) -> Option<StoredSnapshot> {
        let (_, latest) = self.snapshots.get(&read.stream)?.range(..=read.to).next_back()?;
        Some(latest.clone())
    }

    pub(super) fn stream(&self, read: &StreamRead) -> Found {
        let positions = self.streams.get(&read.stream).map_or(&[][..], Vec::as_slice);
        let wanted = (1..).zip(positions).filter(|(version, _)| (read.from..=read.to).contains(version));
        let mut wanted: Vec<Position> = wanted.map(|(_, position)| *position).collect();
        if read.backward {
            wanted.reverse();
        }
        let more = wanted.len() > read.limit;
        wanted.truncate(read.limit);
        let events: Vec<_> = wanted.into_iter().filter_map(|position| self.at(position)).collect();
        let reached = events.last().map_or(0, |event| event.version);
        Found { events, page: Page { reached, more }, reached: |event| event.version }
    }

    pub(super) fn after(&self, read: &LogRead) -> Result<Found, ReadError> {
        if read.after > self.head() {
            return Err(ReadError::ahead(read.after, self.head()));
        }
        let after = usize::try_from(read.after).unwrap_or(usize::MAX);
        let rest = self.events.get(after..).unwrap_or_default();
        let matching = rest.iter().filter(|event| read.matches(event.stream.aggregate(), &event.name));
        let mut events: Vec<_> = matching.take(read.limit.saturating_add(1)).cloned().collect();
        let more = events.len() > read.limit;
        events.truncate(read.limit);
        let last = events.last().map(|event| event.position);
        let reached = last.filter(|_| more).unwrap_or(self.head());
        Ok(Found { events, page: Page { reached, more }, reached: |event| event.position })
    }

    fn at(&self, position: Position) -> Option<Arc<Entry>> {
        let index = usize::try_from(position.checked_sub(1)?).ok()?;
        self.events.get(index).cloned()
    }

    #[cfg(feature = "testing")]
    pub(super) fn damage(&mut self, position: Position) {
        let index = position.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let event = index.and_then(|index| self.events.get_mut(index));
        if let Some(first) = event.and_then(|event| Arc::make_mut(event).payload.first_mut()) {
            *first ^= 1;
        }
    }
}
