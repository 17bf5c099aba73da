//! The log in memory: vectors and maps, and nothing that waits.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use uuid::Uuid;

use crate::error::{CommitError, Conflict};
use crate::store::{
    Commit, CommitProgress, Committed, SnapshotRead, StoredEvent, StoredSnapshot, StreamList, StreamPage, checksum,
};
use crate::stream::{CommitId, Position, StreamId, Version};

#[derive(Debug, Default)]
pub(super) struct Log {
    /// The event at position *n* is at index *n* - 1.
    events: Vec<Arc<Entry>>,
    /// The positions of the events of each stream, in the order of their versions.
    streams: HashMap<StreamId, Vec<Position>>,
    /// The ids of the streams, by the stored name of their aggregate.
    ids: BTreeMap<String, BTreeSet<Uuid>>,
    commits: HashMap<CommitId, Committed>,
    /// By stream and version; those of a stream have one fingerprint.
    snapshots: HashMap<StreamId, BTreeMap<Version, StoredSnapshot>>,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) position: Position,
    pub(super) stream: StreamId,
    pub(super) version: Version,
    pub(super) name: Cow<'static, str>,
    schema_version: u32,
    payload: Vec<u8>,
    metadata: Option<Vec<u8>>,
    recorded_at: i64,
    pub(super) checksum: u32,
}

impl Entry {
    pub(super) fn stored(&self) -> StoredEvent<'_> {
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

impl Log {
    pub(super) fn head(&self) -> Position {
        Position::new(self.events.len() as u64)
    }

    pub(super) fn commit(&mut self, commit: &Commit, now: i64) -> Result<Committed, CommitError> {
        if let Some(first) = self.commits.get(&commit.id()) {
            commit.note(CommitProgress::Stored);
            return Ok(Committed { repeated: true, ..*first });
        }
        if !commit.follows_stored() {
            return Err(CommitError::PrecedingNotStored);
        }
        self.check(commit)?;
        let first = self.head() + 1;
        for append in commit.appends() {
            for (version, event) in (append.expected.get() + 1..).zip(append.events()) {
                self.push(Entry {
                    position: self.head() + 1,
                    stream: append.stream.clone(),
                    version: version.into(),
                    name: event.name.clone(),
                    schema_version: event.schema_version,
                    payload: event.payload.to_vec(),
                    metadata: commit.metadata().map(<[u8]>::to_vec),
                    recorded_at: commit.recorded_at().unwrap_or(now),
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
        commit.note(CommitProgress::Stored);
        Ok(committed)
    }

    /// Whether every stream is at the version that its appends expect, each after those before it.
    fn check(&self, commit: &Commit) -> Result<(), Conflict> {
        let mut versions: HashMap<&StreamId, Version> = HashMap::new();
        for append in commit.appends() {
            let stored = || Version::new(self.positions(append.stream).len() as u64);
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
        if entry.version == 1 {
            self.ids.entry(entry.stream.aggregate().to_owned()).or_default().insert(entry.stream.id());
        }
        self.streams.entry(entry.stream.clone()).or_default().push(entry.position);
        self.events.push(Arc::new(entry));
    }

    pub(super) fn list(&self, list: &StreamList) -> StreamPage {
        let Some(ids) = self.ids.get(&*list.aggregate) else { return StreamPage::default() };
        let after = list.after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = ids.range((after, Bound::Unbounded)).copied();
        let ids = rest.by_ref().take(list.bound()).collect();
        StreamPage { ids, more: rest.next().is_some() }
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

    /// The positions of the events of a stream, in the order of their versions.
    pub(super) fn positions(&self, stream: &StreamId) -> &[Position] {
        self.streams.get(stream).map_or(&[], Vec::as_slice)
    }

    pub(super) fn at(&self, position: Position) -> Option<&Arc<Entry>> {
        self.events.get(usize::try_from(position.get().checked_sub(1)?).ok()?)
    }

    #[cfg(feature = "testing")]
    pub(super) fn damage(&mut self, position: Position) {
        let index = position.get().checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let event = index.and_then(|index| self.events.get_mut(index));
        if let Some(first) = event.and_then(|event| Arc::make_mut(event).payload.first_mut()) {
            *first ^= 1;
        }
    }
}
