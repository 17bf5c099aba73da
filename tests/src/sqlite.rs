//! What the tests of the SQLite store and the processes that they start agree on.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::cast_possible_truncation,
    reason = "tests use it, with small numbers, and fail by panicking"
)]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use eventsourcing::store::{Commit, EventStore, LogRead, StoredEvent, StoredSnapshot};
use eventsourcing::{CommitId, StreamId};
use tempfile::TempDir;
use uuid::Uuid;

/// The event of a stream at a version, with its payload.
pub type Told = (StreamId, u64, String, Vec<u8>);

/// Where a store can be, in a folder of its own.
#[must_use]
pub fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    (folder, path)
}

/// What stands beside a store: its path with something after it.
#[must_use]
pub fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(what);
    name.into()
}

/// The files of a folder, with all their bytes.
#[must_use]
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
}

/// Does something that must leave every file of a folder as it was, byte for byte, and make none.
pub fn without_a_trace<T>(folder: &Path, act: impl FnOnce() -> T) -> T {
    let before = files(folder);
    let done = act();
    let after = files(folder);
    assert!(before.keys().eq(after.keys()), "{:?} became {:?}", before.keys(), after.keys());
    let changed: Vec<_> = before.keys().filter(|path| before[*path] != after[*path]).collect();
    assert!(changed.is_empty(), "{changed:?} changed");
    done
}

/// The same commits each time, from the first on: small and large ones, to old and new streams, to one and to several.
pub fn commits() -> impl Iterator<Item = Commit> {
    let mut versions = HashMap::new();
    (1_u64..).map(move |number| {
        let mut commit = Commit::with_id(CommitId::named(&number.to_string()));
        commit.set_metadata(br#"{"actor":"tests"}"#).unwrap();
        let mut append = |name: &'static str, id: u64, sizes: &[usize]| {
            let stream = StreamId::new(name, Uuid::from_u64_pair(0, id));
            let version = versions.entry(stream.clone()).or_insert(0);
            let mut appending = commit.append(stream, *version).unwrap();
            for size in sizes {
                let payload = format!(r#"{{"commit":{number},"text":"{}"}}"#, "x".repeat(*size));
                appending = appending.event(format!("Kind{}", number % 7), 1, payload.as_bytes()).unwrap();
            }
            *version += sizes.len() as u64;
        };
        match number % 4 {
            0 => append("Account", number, &[20]),
            1 => append("Account", 1, &[5, 0, 30]),
            2 => {
                append("Account", 2, &[10, 10]);
                append("Transfer", number, &[100]);
            }
            _ => append("Document", 3, &[10_000]),
        }
        if let Some(version) = versions.get(&cut()) {
            let (fingerprint, state) = (Uuid::nil(), number.to_string().repeat(3_000).into_bytes());
            commit.add_snapshot(StoredSnapshot { stream: cut(), version: (*version).into(), fingerprint, state });
        }
        commit
    })
}

/// The stream that each commit brings a snapshot of.
#[must_use]
pub fn cut() -> StreamId {
    StreamId::new("Account", Uuid::from_u64_pair(0, 1))
}

/// The events of a commit, in their order.
#[must_use]
pub fn events(commit: &Commit) -> Vec<Told> {
    let append = |append: eventsourcing::store::Append<'_>| {
        let versions = append.expected.get() + 1..;
        let told = versions
            .zip(append.events())
            .map(|(version, event)| (append.stream.clone(), version, event.name.to_string(), event.payload.to_vec()));
        told.collect::<Vec<_>>()
    };
    commit.appends().flat_map(append).collect()
}

/// A stored event.
#[must_use]
pub fn told(event: &StoredEvent<'_>) -> Told {
    (event.stream.clone(), event.version.get(), event.name.to_owned(), event.payload.to_vec())
}

/// All events of a store, in the order of their positions, which are checked.
#[must_use]
pub fn log(store: &dyn EventStore) -> Vec<Told> {
    let mut events = Vec::new();
    let mut after = 0;
    loop {
        let visit = &mut |event: StoredEvent<'_>| {
            events.push(told(&event));
            assert_eq!(event.position, events.len() as u64);
            ControlFlow::Continue(())
        };
        let page = pollster::block_on(store.read_log(LogRead::after(after), visit)).unwrap();
        if !page.more {
            return events;
        }
        after = page.reached.get();
    }
}

/// Tells the test something.
///
/// # Errors
///
/// When the test is gone.
pub fn say(text: impl std::fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// A commit to several of a few streams, made from numbers: to each the version that it expects and how many events.
#[must_use]
pub fn commit_of(number: u64, appends: &[(u64, u64, u64)]) -> Commit {
    let mut commit = Commit::with_id(CommitId::named(&format!("commit {number}")));
    for (stream, expected, events) in appends {
        let stream = StreamId::new("Account", Uuid::from_u64_pair(9, *stream));
        let mut append = commit.append(stream, *expected).unwrap();
        for event in 0..*events {
            let long = if (number + event).is_multiple_of(17) { 9_000 } else { number % 90 };
            let payload = format!(r#"{{"commit":{number},"event":{event},"text":"{}"}}"#, "x".repeat(long as usize));
            append = append.event("Happened", 1, payload.as_bytes()).unwrap();
        }
    }
    commit
}
