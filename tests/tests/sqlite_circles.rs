//! Pages that are referred to more than once: SQLite gives their rows again and again, and every walk through a table must end all the same.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use eventsourcing::store::sqlite::Finding;
use eventsourcing::store::{Commit, LogRead, StoredEvent, StoredSnapshot, StreamRead};
use eventsourcing::{CommitId, SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{Told, log, place};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

const PAGE: usize = 4096;
/// So many that every table and index has more than one page.
const EVENTS: u64 = 600;

const TREES: [&str; 6] =
    ["events", "sqlite_autoindex_events_1", "names", "sqlite_autoindex_names_1", "commits", "snapshots"];

fn filled() -> (TempDir, PathBuf, Vec<Told>) {
    let (folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    for number in 0..EVENTS {
        let stream = StreamId::new("Account", Uuid::from_u128(number.into()));
        let mut commit = Commit::with_id(CommitId::named(&format!("{number}")));
        let name = format!("Happened{number}");
        commit.append(stream.clone(), 0).unwrap().event(name, 1, b"{\"a\":\"something that takes room\"}").unwrap();
        commit.add_snapshot(StoredSnapshot { stream, version: 1.into(), fingerprint: Uuid::nil(), state: vec![0; 20] });
        store.blocking().commit(commit).unwrap();
    }
    let stored = log(&store);
    drop(store);
    (folder, path, stored)
}

/// So many pages of references lead to the rows of a tree: SQLite follows up to 20.
const LEVELS: u32 = 15;

/// How the references of a tree are damaged.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// Every second one of the root leads to the root.
    Circle,
    /// All lead through pages that have several references each, to one and the same page: a row is given millions of times.
    Multiplied,
}

/// Writes where the references of a page lead to, as long as it is given.
fn refer(page: &mut [u8], mut to: impl FnMut(usize) -> Option<u32>) {
    let cells = usize::from(u16::from_be_bytes([page[3], page[4]]));
    assert!(matches!(page[0], 2 | 5) && cells > 1, "it has references");
    for cell in 0..cells {
        let at = usize::from(u16::from_be_bytes([page[12 + 2 * cell], page[13 + 2 * cell]]));
        if let Some(to) = to(cell) {
            page[at..at + 4].copy_from_slice(&to.to_be_bytes());
        }
    }
    if let Some(to) = to(1) {
        page[8..12].copy_from_slice(&to.to_be_bytes());
    }
}

fn damage(path: &Path, tree: &str, damage: Damage) {
    let conn = Connection::open(path).unwrap();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let root: u32 = conn.query_row(root, [tree], |row| row.get(0)).unwrap();
    drop(conn);
    let mut file = fs::read(path).unwrap();
    let at = (root as usize - 1) * PAGE;
    match damage {
        Damage::Circle => refer(&mut file[at..][..PAGE], |cell| (cell % 2 == 1).then_some(root)),
        Damage::Multiplied => {
            let pages = u32::try_from(file.len() / PAGE).unwrap();
            let (mut copy, mut first) = (file[at..][..PAGE].to_vec(), 0);
            for level in 1..=LEVELS {
                // The last level leads to the rows.
                refer(&mut copy, |_| (level < LEVELS).then_some(pages + level + 1));
                if level == LEVELS {
                    copy = file[at..][..PAGE].to_vec();
                }
                file.extend_from_slice(&copy);
                first = pages + 1;
            }
            refer(&mut file[at..][..PAGE], |_| Some(first));
            file[28..32].copy_from_slice(&(pages + LEVELS).to_be_bytes());
        }
    }
    fs::write(path, file).unwrap();
}

#[test]
fn every_walk_through_a_table_ends() {
    let (folder, path, stored) = filled();
    for (tree, how) in TREES.into_iter().flat_map(|tree| [(tree, Damage::Circle), (tree, Damage::Multiplied)]) {
        let copy = folder.path().join(format!("{tree}-{how:?}.db"));
        fs::copy(&path, &copy).unwrap();
        damage(&copy, tree, how);

        let verified = SqliteStore::verify(&copy, |_| ControlFlow::Continue(())).unwrap();
        assert!(!verified.findings.is_empty(), "{tree}");
        assert!(verified.sound <= EVENTS, "{tree}: no event is counted twice");

        let salvaged = folder.path().join(format!("{tree}-{how:?}-salvaged.db"));
        let kept = SqliteStore::salvage(&copy, &salvaged, |_| ControlFlow::Continue(())).unwrap();
        let salvaged = log(&SqliteStore::open(&salvaged).unwrap());
        assert_eq!(kept.kept, salvaged.len() as u64, "{tree}");
        assert!(salvaged.iter().all(|told| stored.contains(told)), "{tree}");
        if tree != "events" && tree != "names" {
            assert_eq!(salvaged, stored, "{tree}: the log itself is whole");
        }

        let Ok(store) = SqliteStore::open(&copy) else { continue };
        let (mut seen, mut after) = (0, 0);
        let mut count = |_: StoredEvent<'_>| {
            seen += 1;
            ControlFlow::Continue(())
        };
        while let Ok(page) = store.blocking().read_log(LogRead::after(after), &mut count) {
            if !page.more {
                break;
            }
            after = page.reached.get();
        }
        assert!(seen <= EVENTS, "{tree}");
        for number in 0..EVENTS {
            let stream = StreamId::new("Account", Uuid::from_u128(number.into()));
            let mut again = Commit::with_id(CommitId::named(&format!("{number}")));
            again.append(stream.clone(), 1).unwrap().event(format!("Other{number}"), 1, b"{}").unwrap();
            let _ = store.blocking().read_stream(StreamRead::new(stream), &mut |_| ControlFlow::Continue(()));
            assert!(store.blocking().commit(again).map_or(true, |committed| committed.repeated), "{tree}: {number}");
        }
    }
}

/// The place in the file of each reference of the root of the table of events.
fn references(path: &Path) -> Vec<usize> {
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'events'";
    let root: u32 = Connection::open(path).unwrap().query_row(root, (), |row| row.get(0)).unwrap();
    let root = usize::try_from(root).unwrap();
    let (bytes, start) = (fs::read(path).unwrap(), (root - 1) * PAGE);
    let word = |at: usize| usize::from(u16::from_be_bytes([bytes[start + at], bytes[start + at + 1]]));
    assert_eq!(bytes[start], 5);
    (0..word(3)).map(|cell| start + word(12 + 2 * cell)).collect()
}

/// How many events are named by findings.
fn named(findings: &[Finding]) -> u64 {
    let named = |finding: &Finding| match finding {
        Finding::Damaged(_) => 1,
        Finding::Missing { first, last } => last.get() + 1 - first.get(),
        _ => 0,
    };
    findings.iter().map(named).sum()
}

#[test]
fn an_event_is_sound_or_lost_and_counts_once_wherever_its_page_is() {
    let (folder, path, stored) = filled();
    let (bytes, places) = (fs::read(&path).unwrap(), references(&path));
    let last = places.len() - 1;
    // In another order all are there; referred to twice, one page of events is not.
    for (from, to, all_are_there) in
        [(0, last, true), (last, 0, true), (0, 1, true), (0, last, false), (last, 0, false)]
    {
        let mut damaged = bytes.clone();
        damaged.copy_within(places[from]..places[from] + 4, places[to]);
        if all_are_there {
            damaged[places[from]..places[from] + 4].copy_from_slice(&bytes[places[to]..places[to] + 4]);
        }
        let copy = folder.path().join(format!("copy {from} {to} {all_are_there}.db"));
        fs::write(&copy, &damaged).unwrap();
        let verified = SqliteStore::verify(&copy, |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(verified.sound + named(&verified.findings), EVENTS, "{from} {to} {all_are_there}: {verified:?}");
        assert_eq!(verified.sound == EVENTS, all_are_there, "{verified:?}");
        let new = folder.path().join("new.db");
        let salvaged = SqliteStore::salvage(&copy, &new, |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(salvaged.kept, verified.sound, "each is of its own stream");
        let mut taken = log(&SqliteStore::open(&new).unwrap());
        taken.sort();
        let mut all = stored.clone();
        all.sort();
        assert!(if all_are_there { taken == all } else { taken.iter().all(|event| all.contains(event)) });
        assert!(SqliteStore::verify(&new, |_| ControlFlow::Continue(())).unwrap().findings.is_empty());
        fs::remove_file(&new).unwrap();
        fs::remove_file(folder.path().join("new.db-head")).unwrap();
    }
}
