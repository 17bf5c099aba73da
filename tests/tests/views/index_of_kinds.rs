//! Views that are built by the index of kinds which others have left in their folder: whatever has become of that, their rows are what a fold in memory
//! gives.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use eventsourcing::error::ViewError;
use eventsourcing::prelude::*;
use eventsourcing::store::{Commit, EventStore};
use eventsourcing::{SqliteStore, StreamId};
use pollster::block_on;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;
use uuid::Uuid;

use crate::kinds::{EVENTS, Oil, Openings};

/// The file of the index.
const INDEX: &str = "kinds.index";

/// One that cannot be read.
const UNREADABLE: (&str, u32, &str) = ("Oiled", 1, "{}");

/// The event of a kind.
fn event(kind: usize) -> (&'static str, u32, &'static str) {
    EVENTS.get(kind).copied().unwrap_or(UNREADABLE)
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// An event of this kind to a door.
    Event { door: u8, kind: usize },
    /// So many events that no view handles, of doors or of another aggregate.
    Noise { of_doors: bool, events: u8 },
}

/// What becomes of the index before the next views are built.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Nothing,
    Deleted,
    Damaged(u32),
    CutOff(u32),
    /// It is that of another store.
    OfOther,
    /// It is what it was before this part of the history.
    Older,
    /// It is written by a newer release.
    Newer,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0..3_u8, 0..=EVENTS.len()).prop_map(|(door, kind)| Step::Event { door, kind }),
        2 => (any::<bool>(), 1..=255_u8).prop_map(|(of_doors, events)| Step::Noise { of_doors, events }),
    ]
}

fn history() -> impl Strategy<Value = Vec<(Vec<Step>, Fate)>> {
    let fate = prop_oneof![
        4 => Just(Fate::Nothing),
        1 => Just(Fate::Deleted),
        3 => any::<u32>().prop_map(Fate::Damaged),
        2 => any::<u32>().prop_map(Fate::CutOff),
        1 => Just(Fate::OfOther),
        1 => Just(Fate::Older),
        1 => Just(Fate::Newer),
    ];
    prop::collection::vec((prop::collection::vec(step(), 0..20), fate), 1..6)
}

/// A log of doors and others.
struct History<S> {
    store: S,
    versions: BTreeMap<(&'static str, u8), u64>,
}

impl<S: EventStore + Clone> History<S> {
    fn of(store: S) -> Self {
        Self { store, versions: BTreeMap::new() }
    }

    fn store(&mut self, step: Step) {
        match step {
            Step::Event { door, kind } => self.append("Door", door, event(kind), 1),
            Step::Noise { of_doors: true, events } => self.append("Door", 9, event(4), events),
            Step::Noise { of_doors: false, events } => self.append("Window", 9, ("Closed", 1, "{}"), events),
        }
    }

    fn append(
        &mut self,
        aggregate: &'static str,
        number: u8,
        (name, version, payload): (&'static str, u32, &str),
        events: u8,
    ) {
        let (mut commit, before) = (Commit::new(), self.versions.entry((aggregate, number)).or_default());
        let stream = StreamId::new(aggregate, Uuid::from_u128(number.into()));
        let mut append = commit.append(stream, *before).unwrap();
        for _ in 0..events {
            append = append.event(name, version, payload.as_bytes()).unwrap();
        }
        *before += u64::from(events);
        block_on(self.store.commit(commit)).unwrap();
    }

    /// What views have when they have read all.
    fn build(&self, views: Views) -> Result<(Vec<Openings>, Vec<Oil>, usize), ViewError> {
        let views = views.with::<Openings>().with::<Oil>();
        let running = views.run(self.store.clone()).unwrap();
        let built = block_on(async {
            views.caught_up().await?;
            let (openings, oil) = (views.all::<Openings>().await?, views.all::<Oil>().await?);
            Ok((openings, oil, views.parked::<Oil>().await?.len()))
        });
        running.stop_blocking();
        built
    }

    /// That the views of a folder, new ones in a folder with this index, and one view alone have what those in memory have.
    fn check(&self, folder: &Path, index: Option<&[u8]>) -> Result<(), TestCaseError> {
        let expected = self.build(Views::memory()).unwrap();
        prop_assert_eq!(&self.build(Views::sqlite(folder).unwrap()).unwrap(), &expected, "those that follow");
        for builds in 0..2 {
            let (_place, new) = folder_with(index);
            if builds == 1 {
                // The other finds an index that this one has made longer.
                let views = Views::sqlite(&new).unwrap().with::<Oil>();
                let running = views.run(self.store.clone()).unwrap();
                block_on(views.caught_up()).unwrap();
                let oil = block_on(async { views.all::<Oil>().await }).unwrap();
                running.stop_blocking();
                prop_assert_eq!(&oil, &expected.1);
            }
            prop_assert_eq!(&self.build(Views::sqlite(&new).unwrap()).unwrap(), &expected, "{} builds before", builds);
        }
        Ok(())
    }
}

fn place() -> (TempDir, PathBuf) {
    let place = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let folder = place.path().join("views");
    fs::create_dir(&folder).unwrap();
    (place, folder)
}

fn folder_with(index: Option<&[u8]>) -> (TempDir, PathBuf) {
    let (place, folder) = place();
    if let Some(index) = index {
        fs::write(folder.join(INDEX), index).unwrap();
    }
    (place, folder)
}

/// What is found of an index.
fn befall(fate: Fate, index: &[u8], before: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    let mut index = index.to_vec();
    let at = |place: u32| usize::try_from(place).unwrap() % index.len().max(1);
    match fate {
        Fate::Nothing => {}
        Fate::Deleted => return None,
        Fate::Damaged(place) => {
            let at = at(place);
            index.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << (place % 8));
        }
        Fate::CutOff(place) => index.truncate(at(place)),
        Fate::OfOther => return Some(other.to_vec()),
        Fate::Older => return Some(before.to_vec()),
        Fate::Newer => index.get_mut(7).into_iter().for_each(|release| *release += 1),
    }
    Some(index)
}

fn check(parts: &[(Vec<Step>, Fate)]) -> Result<(), TestCaseError> {
    let mut history = History::of(MemoryStore::new());
    let mut other = History::of(MemoryStore::new());
    let ((_place, folder), (_other_place, others)) = (place(), place());
    for (steps, fate) in parts {
        let found = |folder: &Path| fs::read(folder.join(INDEX)).unwrap_or_default();
        let before = found(&folder);
        for &step in steps {
            history.store(step);
            // The same events at other places.
            other.store(Step::Noise { of_doors: false, events: 1 });
            other.store(step);
        }
        let expected = history.build(Views::memory()).unwrap();
        prop_assert_eq!(history.build(Views::sqlite(&folder).unwrap()).unwrap(), expected);
        other.build(Views::sqlite(&others).unwrap()).unwrap();
        let index = befall(*fate, &found(&folder), &before, &found(&others));
        match &index {
            Some(index) => fs::write(folder.join(INDEX), index).unwrap(),
            None => fs::remove_file(folder.join(INDEX)).unwrap_or_default(),
        }
        history.check(&folder, index.as_deref())?;
        if matches!(fate, Fate::Nothing) && !steps.is_empty() {
            prop_assert!(found(&folder).len() > before.len(), "it is made longer");
        }
    }
    Ok(())
}

#[test]
fn whatever_becomes_of_the_index_rows_are_what_a_fold_gives() {
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&history(), |parts| check(&parts)).unwrap();
}

#[test]
fn what_is_unknown_stops_a_view_that_is_built_by_the_index() {
    for unknown in [("Locked", 1, "{}"), ("Oiled", 2, r#"{"drops":2}"#)] {
        let mut history = History::of(MemoryStore::new());
        let (_place, folder) = place();
        history.append("Door", 1, unknown, 1);
        (0..9).for_each(|_| history.store(Step::Noise { of_doors: true, events: 60 }));
        // A view of another aggregate knows nothing of it, and makes the index.
        index_by_others(&history.store, &folder);
        let stopped = history.build(Views::sqlite(&folder).unwrap()).unwrap_err();
        let in_memory = history.build(Views::memory()).unwrap_err();
        assert_eq!(stopped.to_string(), in_memory.to_string());
    }
}

/// Has the index made by a view of other events.
fn index_by_others<S: EventStore + Clone>(store: &S, folder: &Path) {
    let views = Views::sqlite(folder).unwrap().with::<crate::domain::Wallet>();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    assert!(fs::metadata(folder.join(INDEX)).unwrap().len() > 0);
}

#[test]
fn a_log_that_was_restored_and_has_gone_another_way_is_read_from_its_beginning() {
    let (place, folder) = place();
    let (path, backup) = (place.path().join("store.db"), place.path().join("backup.db"));
    let noise = Step::Noise { of_doors: false, events: 50 };
    let event = |kind| Step::Event { door: 1, kind };
    let mut history = History::of(SqliteStore::open(&path).unwrap());
    for step in [noise, event(1), noise] {
        history.store(step);
    }
    history.store.backup(&backup).unwrap();
    let versions = history.versions.clone();
    for step in [event(7), noise, event(1), noise, noise] {
        history.store(step);
    }
    index_by_others(&history.store, &folder);
    drop(history);

    for steps in [&[][..], &[noise, event(1), event(1), event(7), noise, noise, noise][..]] {
        let other = place.path().join(format!("{}.db", steps.len()));
        fs::copy(&backup, &other).unwrap();
        let mut history = History { store: SqliteStore::open(&other).unwrap(), versions: versions.clone() };
        for step in steps {
            history.store(*step);
        }
        let index = fs::read(folder.join(INDEX)).unwrap();
        let (_new_place, new) = folder_with(Some(&index));
        assert_eq!(history.build(Views::sqlite(&new).unwrap()).unwrap(), history.build(Views::memory()).unwrap());
        assert_ne!(fs::read(new.join(INDEX)).unwrap(), index, "it is made again");
    }
}

#[test]
fn an_index_that_cannot_be_written_keeps_no_view_from_going_on() {
    let mut history = History::of(MemoryStore::new());
    history.store(Step::Noise { of_doors: false, events: 50 });
    history.store(Step::Event { door: 1, kind: 1 });
    let expected = history.build(Views::memory()).unwrap();
    // As one has it that was stopped while it wrote.
    let (_place, folder) = place();
    let lock = File::create(folder.join("kinds.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(history.build(Views::sqlite(&folder).unwrap()).unwrap(), expected);
    assert!(!folder.join(INDEX).exists());
    drop(lock);
    for what in [INDEX, "kinds.lock"] {
        let (_place, folder) = place();
        fs::create_dir(folder.join(what)).unwrap();
        assert_eq!(history.build(Views::sqlite(&folder).unwrap()).unwrap(), expected, "{what}");
    }
}
