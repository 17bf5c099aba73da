//! A file with something in each table, and what is to come back of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use eventsourcing::store::{Commit, StoredSnapshot};
use eventsourcing::{CommitId, SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{beside, place};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const PAGE: usize = 4096;

const NAMES: [&str; 3] = ["Opened", "Changed", "Closed"];

/// A place for files that need not last.
pub(crate) fn fast_place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let path = folder.path().join("store.db");
    (folder, path)
}

pub(crate) fn stream(number: usize) -> StreamId {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, &number.to_le_bytes());
    StreamId::new(if number.is_multiple_of(2) { "Account" } else { "Transfer" }, id)
}

/// A commit whose id came from outside, and where it is.
pub(crate) struct Given {
    pub(crate) commit: Commit,
    pub(crate) first: u64,
    pub(crate) last: u64,
}

pub(crate) struct Filled {
    file: Vec<u8>,
    head: Vec<u8>,
    /// The payloads of each stream.
    pub(crate) streams: Vec<(StreamId, Vec<Vec<u8>>)>,
    pub(crate) given: Vec<Given>,
    pub(crate) snapshots: Vec<StoredSnapshot>,
}

impl Filled {
    /// So many streams, appended to in turn in so many rounds at most.
    pub(crate) fn new(streams: usize, rounds: usize) -> Self {
        let (_folder, path) = place();
        let store = SqliteStore::open(&path).unwrap();
        let streams: Vec<_> = (0..streams).map(|number| (stream(number), Vec::new())).collect();
        let mut filled = Self { file: Vec::new(), head: Vec::new(), streams, given: Vec::new(), snapshots: Vec::new() };
        for round in 0..rounds {
            for number in 0..filled.streams.len() {
                // Some streams are shorter than others.
                if round < 2 || number % rounds >= round {
                    filled.append(&store, number, round);
                }
            }
        }
        drop(store);
        [filled.file, filled.head] = ["", "-head"].map(|what| fs::read(beside(&path, what)).unwrap());
        filled
    }

    fn append(&mut self, store: &SqliteStore, number: usize, round: usize) {
        let is_given = (number + round).is_multiple_of(2);
        let id = CommitId::named(&format!("{number} {round}"));
        let mut commit = if is_given { Commit::with_id(id) } else { Commit::new() };
        let (stream, payloads) = &mut self.streams[number];
        let mut append = commit.append(stream.clone(), payloads.len() as u64).unwrap();
        for event in 0..=round % 2 {
            let payload = format!(r#"{{"stream":{number},"round":{round},"event":{event}}}"#).into_bytes();
            append = append.event(NAMES[round % NAMES.len()], 1, &payload).unwrap();
            payloads.push(payload);
        }
        if round == 1 && number < 3 {
            let (version, fingerprint) = (payloads.len() as u64, Uuid::from_u128(7));
            let state = format!("the state of stream {number}").into_bytes();
            let snapshot = StoredSnapshot { stream: stream.clone(), version: version.into(), fingerprint, state };
            commit.add_snapshot(snapshot.clone());
            self.snapshots.push(snapshot);
        }
        let committed = store.blocking().commit(commit.clone()).unwrap();
        if is_given {
            self.given.push(Given { commit, first: committed.first.get(), last: committed.last.get() });
        }
    }

    /// Writes the file, with one bit flipped, in the place of another.
    pub(crate) fn write(&self, path: &Path, flipped: Option<usize>) {
        let mut file = self.file.clone();
        if let Some(bit) = flipped {
            file[bit / 8] ^= 1 << (bit % 8);
        }
        for what in ["-wal", "-shm"] {
            let _ = fs::remove_file(beside(path, what));
        }
        fs::write(path, file).unwrap();
        fs::write(beside(path, "-head"), &self.head).unwrap();
    }

    /// The pages of each table and index.
    pub(crate) fn pages(&self) -> BTreeMap<String, Vec<u32>> {
        let (_folder, path) = fast_place();
        self.write(&path, None);
        let conn = Connection::open(&path).unwrap();
        let mut statement = conn.prepare("SELECT name, pageno FROM dbstat ORDER BY name, pageno").unwrap();
        let mut pages: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap() {
            let (name, page) = row.unwrap();
            pages.entry(name).or_default().push(page);
        }
        pages
    }

    /// The bits of a page that are in use: its header, the places of its cells, and the cells. With it, whether there are pages below it.
    pub(crate) fn used_bits(&self, page: u32) -> (bool, Vec<usize>) {
        let start = (page as usize - 1) * PAGE;
        let header = start + if page == 1 { 100 } else { 0 };
        let number = |at: usize| usize::from(u16::from_be_bytes([self.file[at], self.file[at + 1]]));
        let is_upper = matches!(self.file[header], 2 | 5);
        let fixed = if is_upper { 12 } else { 8 };
        let front = start..header + fixed + 2 * number(header + 3);
        let cells = start + number(header + 5)..start + PAGE;
        (is_upper, front.chain(cells).flat_map(|byte| byte * 8..byte * 8 + 8).collect())
    }
}
