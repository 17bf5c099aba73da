//! What is shown after the files of views were damaged, deleted, replaced or linked behind the back of their runner: what the events make, or an error that
//! says which file it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use eventsourcing::SqliteStore;
use eventsourcing::error::{OpenError, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::runner::ViewState;
use eventsourcing_tests::sqlite::files;
use eventsourcing_tests::tally::{self, Tally};
use fastrand::Rng;
use pollster::block_on;
use tempfile::TempDir;

use crate::serving::Serving;
use crate::{place, quiet};

/// How long it may take until it is known how a view is.
const DEADLINE: Duration = Duration::from_secs(20);

/// A store, and the files of views at some moments, as copies that can be put in place again.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) store: SqliteStore,
}

pub(crate) type Files = BTreeMap<PathBuf, Vec<u8>>;

impl World {
    pub(crate) fn new() -> Self {
        let (folder, path, _) = place();
        Self { folder, store: SqliteStore::open(path).unwrap() }
    }

    pub(crate) fn views(&self) -> PathBuf {
        self.folder.path().join("views")
    }

    /// Has a process follow so many commits, with a generation more than there are, and kills it.
    pub(crate) fn follow(&self, commits: std::ops::Range<u64>) -> Files {
        let mut process = Serving::start(&self.folder.path().join("store.db"), &self.views(), 200);
        assert_eq!((process.answer(), process.ask("run")), ("open".to_owned(), "done".to_owned()));
        for number in commits {
            tally::commit(&self.store, number);
            assert_eq!(process.ask("caught"), "ok");
        }
        assert_eq!(process.ask("caught"), "ok");
        drop(process);
        files(&self.views())
    }

    /// The same, but everything is closed.
    pub(crate) fn close(&self) -> Files {
        let views = Views::sqlite(self.views()).unwrap().with::<Tally>();
        let running = views.run(self.store.clone()).unwrap();
        block_on(views.caught_up()).unwrap();
        running.stop_blocking();
        drop(views);
        files(&self.views())
    }

    pub(crate) fn put(&self, files: &Files) {
        drop(fs::remove_dir_all(self.views()));
        fs::create_dir(self.views()).unwrap();
        for (path, content) in files {
            fs::write(path, content).unwrap();
        }
    }

    /// What is shown of the files that are there, before and after a runner was started.
    pub(crate) fn outcome(&self) -> Outcome {
        let (sender, receiver) = channel();
        let (store, folder) = (self.store.clone(), self.views());
        thread::spawn(move || sender.send(looked(&store, &folder)));
        receiver.recv_timeout(DEADLINE * 2).unwrap_or(Outcome::Hangs)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Right,
    Refused(String),
    Wrong(String),
    Hangs,
}

fn looked(store: &SqliteStore, folder: &Path) -> Outcome {
    let views = match Views::sqlite(folder) {
        Ok(views) => views.with::<Tally>(),
        Err(error) => return refused_open(&error),
    };
    let head = store.blocking().head().unwrap().get();
    match block_on(async { views.all::<Tally>().await }) {
        Ok(rows) => {
            // Where nothing is parked, each event is counted.
            let counted = rows.iter().map(|row| row.count().cast_unsigned()).sum::<u64>();
            let moments = if head < 100 { 0..=head } else { counted..=counted };
            if moments.into_iter().all(|events| tally::expected(store, events, false) != rows) {
                return Outcome::Wrong(format!("before: {rows:?}"));
            }
        }
        Err(ViewError::NotBuilt { .. }) => {}
        Err(error) => drop(refused(&error)),
    }
    let running = views.run(store.clone()).unwrap();
    if let Err(error) = block_on(views.caught_up_within(DEADLINE)) {
        let status = views.status();
        let state = status.first().map(|one| one.state.clone());
        return match (error, state) {
            (ViewError::TimedOut { .. }, Some(ViewState::Retrying { why, .. })) => {
                Outcome::Refused(format!("retrying {why}"))
            }
            // Such a writer was never there: of a file of rows, a bit can say so.
            (ViewError::TimedOut { .. }, Some(ViewState::Standby)) => Outcome::Refused("stands by".to_owned()),
            (ViewError::TimedOut { .. }, _) => Outcome::Hangs,
            (error, _) => refused(&error),
        };
    }
    let outcome = match block_on(async { views.all::<Tally>().await }) {
        Ok(rows) if rows == tally::expected(store, head, false) => Outcome::Right,
        Ok(rows) => Outcome::Wrong(format!("{rows:?}")),
        Err(error) => refused(&error),
    };
    running.stop_blocking();
    outcome
}

fn refused(error: &ViewError) -> Outcome {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    Outcome::Refused(causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}")))
}

fn refused_open(error: &OpenError) -> Outcome {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    Outcome::Refused(causes.fold(format!("open: {error}"), |said, cause| format!("{said}: {cause}")))
}

impl World {
    /// That what is shown of the files that are there is right, or refused by an error after whose way out it is. Says whether it was refused.
    pub(crate) fn assert_right_or_refused(&self, what: &str) -> bool {
        let outcome = self.outcome();
        if outcome == Outcome::Right {
            return false;
        }
        let Outcome::Refused(text) = &outcome else { panic!("{what}: {outcome:?}") };
        let file = ["views.db", "Tally-1.db"].into_iter().find(|file| text.contains(file));
        let is_of_view = text.contains("row of the view `Tally` cannot be read");
        assert!(file.is_some() || is_of_view, "{what}: {text}");
        self.remove(file.unwrap_or("Tally-1.db"));
        assert_eq!(self.outcome(), Outcome::Right, "{what}: {text}");
        true
    }

    /// Removes a file with those that are beside it.
    fn remove(&self, file: &str) {
        for entry in fs::read_dir(self.views()).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name().to_str().unwrap().starts_with(file) {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    /// The files in their places, with this in the place of one.
    pub(crate) fn put_with(&self, files: &Files, file: &Path, content: &[u8]) {
        self.put(files);
        fs::write(file, content).unwrap();
    }
}

fn name(file: &Path) -> &str {
    file.file_name().unwrap().to_str().unwrap()
}

#[test]
fn a_file_that_was_removed_cut_set_back_or_replaced_is_refused_or_does_no_harm() {
    quiet();
    let world = World::new();
    let early = world.follow(1..5);
    let left = world.follow(5..12);
    world.put(&left);
    let closed = world.close();
    for (state, files) in [("left", &left), ("closed", &closed)] {
        for (file, content) in files {
            let what = |done: &str| format!("{state} {}: {done}", name(file));
            world.put(files);
            fs::remove_file(file).unwrap();
            world.assert_right_or_refused(&what("removed"));
            for len in [0, 1, content.len() / 2, content.len().saturating_sub(1)] {
                world.put_with(files, file, &content[..len.min(content.len())]);
                world.assert_right_or_refused(&what(&format!("cut to {len}")));
            }
            if let Some(older) = early.get(file) {
                world.put_with(files, file, older);
                world.assert_right_or_refused(&what("older"));
            }
            for (other, theirs) in files.iter().filter(|(other, _)| *other != file) {
                world.put_with(files, file, theirs);
                world.assert_right_or_refused(&what(&format!("as {}", name(other))));
            }
        }
    }
}

/// Some of the bits of a file that are in use; many if `VIEWS_KILL_ALL` is set.
fn bits(content: &[u8], rng: &mut Rng) -> Vec<usize> {
    let in_use = |bit: &usize| content[bit / 8] != 0;
    let mut bits: Vec<usize> = (0..content.len() * 8).filter(in_use).collect();
    rng.shuffle(&mut bits);
    bits.truncate(if std::env::var_os("VIEWS_KILL_ALL").is_some() { 5_000 } else { 12 });
    bits
}

/// Rows have no checksum of their own, so that a bit of a value is not missed: of the file of rows it is only shown that no one waits for ever.
#[test]
fn a_flipped_bit_is_refused_or_does_no_harm() {
    quiet();
    let seed = std::env::var("SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    let mut rng = Rng::with_seed(seed);
    let world = World::new();
    let left = world.follow(1..12);
    world.put(&left);
    let closed = world.close();
    let (mut refused, mut right) = (0, 0);
    for (state, files) in [("left", &left), ("closed", &closed)] {
        for (file, content) in files {
            for bit in bits(content, &mut rng) {
                let mut changed = content.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                world.put_with(files, file, &changed);
                if name(file) == "Tally-1.db" {
                    let outcome = world.outcome();
                    assert_ne!(outcome, Outcome::Hangs, "{seed}: {state} {bit}");
                    continue;
                }
                let is_refused = world.assert_right_or_refused(&format!("{seed}: {state} {} {bit}", name(file)));
                if is_refused { refused += 1 } else { right += 1 }
            }
        }
    }
    println!("seed {seed}: {refused} refused, {right} right");
}
