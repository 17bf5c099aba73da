//! What comes of one flipped bit: all of the file is read, each commit is repeated, and each stream appended to.

use std::ops::ControlFlow;
use std::path::Path;

use eventsourcing::error::CommitError;
use eventsourcing::store::sqlite::Durability;
use eventsourcing::store::{Commit, LogRead, SnapshotRead, StoredEvent, StreamRead};
use eventsourcing::{SqliteStore, StreamId};

use crate::filled::{Filled, stream};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// All is as it was, and stays so.
    Harmless,
    /// The store says so when it is opened, read, or written to.
    Use,
    /// The store gives out less than was stored, and refuses to append to it.
    Append,
    /// Only `verify` says so.
    Verify,
    /// Something is lost, or stored twice, and nobody says so.
    Silent,
}

/// Why it is not as it was stored.
enum Wrong {
    Error,
    /// And no error.
    Other(String),
}

type Seen = Result<(), Wrong>;

pub(crate) fn outcome(filled: &Filled, path: &Path, bit: usize) -> (Outcome, String) {
    let is_found = || {
        let verified = SqliteStore::verify(path, |_| ControlFlow::Continue(()));
        verified.map_or(true, |verified| !verified.findings.is_empty())
    };
    filled.write(path, Some(bit));
    let store = SqliteStore::builder().durability(Durability::Normal).open(path);
    let Ok(store) = store else { return (Outcome::Use, String::new()) };
    let mut using = Using { filled, store, added: vec![Vec::new(); filled.streams.len()] };
    let (outcome, what) = match using.all() {
        Ok(()) => return (Outcome::Harmless, String::new()),
        Err(Wrong::Error) => return (Outcome::Use, String::new()),
        Err(Wrong::Other(what)) => (if using.goes_on() { Outcome::Verify } else { Outcome::Append }, what),
    };
    drop(using);
    let after = is_found();
    filled.write(path, Some(bit));
    let before = is_found();
    let what = format!("{what}; found by verify before it was used: {before}, after: {after}");
    (if before && after { outcome } else { Outcome::Silent }, what)
}

struct Using<'f> {
    filled: &'f Filled,
    store: SqliteStore,
    /// What was added to each stream.
    added: Vec<Vec<Vec<u8>>>,
}

/// Goes on if what was found is right.
fn check(is_right: Option<bool>, what: impl FnOnce() -> String) -> Seen {
    match is_right {
        Some(true) => Ok(()),
        Some(false) => Err(Wrong::Other(what())),
        None => Err(Wrong::Error),
    }
}

impl Using<'_> {
    fn all(&mut self) -> Seen {
        self.read_all()?;
        for snapshot in &self.filled.snapshots {
            let read = self.store.blocking().read_snapshot(SnapshotRead::new(snapshot.stream.clone()));
            // One that is not found is no loss.
            check(read.ok().map(|read| read.is_none_or(|found| found == *snapshot)), || "a snapshot".to_owned())?;
        }
        for (number, given) in self.filled.given.iter().enumerate() {
            // The same again, and an other one under the same id, which nothing else would keep from being stored.
            let mut other = Commit::with_id(given.commit.id());
            other.append(stream(1_000 + number), 0).unwrap().event("Opened", 1, b"{}").unwrap();
            for commit in [given.commit.clone(), other] {
                let repeated = self.store.blocking().commit(commit);
                let as_before = repeated.map(|done| {
                    (done.repeated, done.first, done.last) == (true, given.first.into(), given.last.into())
                });
                check(as_before.ok(), || format!("the commit at {} was stored again", given.first))?;
            }
        }
        for (index, (stream, payloads)) in self.filled.streams.iter().enumerate() {
            let version = payloads.len() as u64;
            for (expected, is_stored) in [(0, false), (version - 1, false), (version + 1, false), (version, true)] {
                let stored = self.append(stream, expected);
                check(stored.ok().map(|stored| stored == is_stored), || {
                    format!("{stream} at {version}, appended to at {expected}")
                })?;
            }
            self.added[index].push(b"{}".to_vec());
        }
        self.read_all()
    }

    fn read_all(&self) -> Seen {
        let mut count = 0;
        for ((stream, payloads), added) in self.filled.streams.iter().zip(&self.added) {
            let stored = [&payloads[..], added].concat();
            let (whole, last) = (StreamRead::new(stream.clone()), stored.len());
            let mut upside_down = stored.clone();
            upside_down.reverse();
            for (read, expected) in [
                (whole.clone(), &stored[..]),
                (whole.clone().versions(2..), &stored[1..]),
                (whole.clone().versions(2..last as u64), &stored[1..last - 1]),
                (whole.clone().backward(), &upside_down[..]),
                (whole.backward().versions(..last as u64).limit(1), &upside_down[1..2]),
            ] {
                check(self.read(read).ok().map(|found| found == expected), || format!("{stream} is read otherwise"))?;
            }
            count += stored.len();
        }
        let mut logged = 0;
        let visit = &mut |_: StoredEvent<'_>| {
            logged += 1;
            ControlFlow::Continue(())
        };
        let read = self.store.blocking().read_log(LogRead::after(0), visit);
        check(read.ok().map(|_| logged == count), || "the log".to_owned())
    }

    fn read(&self, read: StreamRead) -> Result<Vec<Vec<u8>>, eventsourcing::error::ReadError> {
        let mut payloads = Vec::new();
        let visit = &mut |event: StoredEvent<'_>| {
            payloads.push(event.payload.to_vec());
            ControlFlow::Continue(())
        };
        self.store.blocking().read_stream(read, visit).map(|_| payloads)
    }

    /// Whether an event was stored after this version; it is not if the stream is at another.
    fn append(&self, stream: &StreamId, expected: u64) -> Result<bool, CommitError> {
        let mut commit = Commit::new();
        commit.append(stream.clone(), expected).unwrap().event("Added", 1, b"{}").unwrap();
        match self.store.blocking().commit(commit) {
            Ok(_) => Ok(true),
            Err(CommitError::Conflict(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether streams that are read otherwise than they were stored can also be appended to.
    fn goes_on(&self) -> bool {
        self.filled.streams.iter().all(|(stream, payloads)| {
            let Ok(found) = self.read(StreamRead::new(stream.clone())) else { return false };
            found.len() == payloads.len() || self.append(stream, found.len() as u64).is_ok()
        })
    }
}
