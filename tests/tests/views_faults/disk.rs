//! Disks that are full or take no writes for a while, as their process runs, and are well again: what is shown goes on being read, and the view goes on
//! by itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use eventsourcing::SqliteStore;
use eventsourcing::error::ViewError;
use eventsourcing_tests::tally::{self, Tally};
use pollster::block_on;

use crate::files::made;
use crate::serving::Serving;
use crate::{assert_right, open, place, stopped, wait_until};

/// Commits, counted.
struct Commits {
    store: SqliteStore,
    number: u64,
}

impl Commits {
    fn to(path: &Path) -> Self {
        Self { store: SqliteStore::open(path).unwrap(), number: 0 }
    }

    fn add(&mut self, count: u64) {
        (0..count).for_each(|_| {
            self.number += 1;
            tally::commit(&self.store, self.number);
        });
    }
}

/// Every name that a file of this generation of the view may have.
fn names(folder: &Path, generation: u64) -> Vec<PathBuf> {
    let ends = [".db", ".db-wal", ".db-shm", ".db-journal", ".lock"];
    ends.iter().map(|end| folder.join(format!("Tally-{generation}{end}"))).collect()
}

#[test]
fn on_a_full_disk_rows_are_read_and_the_view_goes_on_when_there_is_space() {
    let (_folder, path, folder) = place();
    let mut commits = Commits::to(&path);
    let mut process = Serving::on_small_disk(&path, &folder, 60_000, 4 << 20);
    assert_eq!((process.answer(), process.ask("run")), ("open".to_owned(), "done".to_owned()));
    for round in 0..3 {
        commits.add(20);
        assert_eq!(process.ask("caught"), "ok");
        assert_eq!(process.ask("fill"), "done");
        // The WAL may have space left that it has had before.
        let state = loop {
            commits.add(20);
            let state = process.ask("state");
            if state.starts_with("Retrying") {
                break state;
            }
            assert!(commits.number < 20_000, "{state}");
        };
        assert!(state.contains("Tally-") && state.contains("no space is left: make space"), "{round}: {state}");
        assert_eq!(process.ask("whole"), "true", "{round}");
        // What is asked for meanwhile is refused and leaves nothing behind, or is done later.
        let rebuilt = process.ask("rebuild");
        assert!(rebuilt == "done" || rebuilt.contains("views.db") && rebuilt.contains("make space"), "{rebuilt}");
        let opened = process.ask("open");
        assert!(opened == "ok" || opened.contains("views.db"), "{opened}");
        assert_eq!(process.ask("free"), "done");
        assert_eq!((process.ask("caught"), process.ask("right")), ("ok".to_owned(), "true".to_owned()));
        assert_eq!((process.ask("open"), process.ask("rebuild")), ("ok".to_owned(), "done".to_owned()));
        process.wait("generation", &(round + 2).to_string());
        assert_eq!((process.ask("caught"), process.ask("right")), ("ok".to_owned(), "true".to_owned()));
    }
}

#[test]
fn while_a_disk_takes_no_writes_rows_are_read_and_the_view_goes_on_when_it_does() {
    let (_folder, path, folder) = place();
    let mut commits = Commits::to(&path);
    let mut process = Serving::start(&path, &folder, 60_000);
    assert_eq!((process.answer(), process.ask("run")), ("open".to_owned(), "done".to_owned()));
    commits.add(10);
    assert_eq!(process.ask("caught"), "ok");
    let writes = "pwrite64,ftruncate,fsync,fdatasync";
    // Reads that fail are said to be damage by SQLite.
    for error in ["EROFS", "EIO", "ENOSPC", "EDQUOT"] {
        let count = process.ask("count");
        let failing = process.failing(writes, error, &names(&folder, 1));
        commits.add(10);
        process.wait("state", "Retrying");
        let state = process.ask("state");
        assert!(state.contains("Tally-1.db"), "{error}: {state}");
        assert_eq!(process.ask("count"), count, "{error}");
        drop(failing);
        assert_eq!((process.ask("caught"), process.ask("right")), ("ok".to_owned(), "true".to_owned()), "{error}");
    }
}

#[test]
fn a_generation_that_cannot_be_made_is_made_when_the_folder_may_be_written_again() {
    let (_outer, path, folder) = place();
    fs::create_dir(&folder).unwrap();
    let mut commits = Commits::to(&path);
    let permit = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let outer = path.parent().unwrap();
    for path in [outer, &folder]
        .into_iter()
        .map(Path::to_owned)
        .chain(fs::read_dir(outer).unwrap().map(|file| file.unwrap().path()))
    {
        permit(&path, 0o777);
    }
    let mut process = Serving::by_other_user(&path, &folder, 60_000);
    assert_eq!((process.answer(), process.ask("run")), ("open".to_owned(), "done".to_owned()));
    commits.add(4);
    assert_eq!(process.ask("caught"), "ok");
    permit(&folder, 0o555);
    // Files that are open are written all the same.
    assert_eq!(process.ask("rebuild"), "done");
    commits.add(4);
    assert_eq!((process.ask("caught"), process.ask("right")), ("ok".to_owned(), "true".to_owned()));
    assert_eq!(process.ask("generation"), "1");
    permit(&folder, 0o777);
    process.wait("generation", "2");
    assert_eq!((process.ask("caught"), process.ask("right")), ("ok".to_owned(), "true".to_owned()));
}

#[test]
fn a_folder_that_is_removed_or_moved_while_it_is_used_stops_its_views_which_are_made_again_elsewhere_or_go_on_there() {
    for is_moved in [false, true] {
        let (_folder, folder, store) = made(3);
        let views = open(&folder).lease(std::time::Duration::from_millis(100));
        let running = views.run(store.clone()).unwrap();
        block_on(views.caught_up()).unwrap();
        let moved = folder.with_file_name("moved");
        if is_moved {
            fs::rename(&folder, &moved).unwrap();
        } else {
            fs::remove_dir_all(&folder).unwrap();
        }
        wait_until("it stops", || stopped(&views).is_some());
        let waited = block_on(views.caught_up());
        assert!(matches!(waited, Err(ViewError::Stopped { .. } | ViewError::FileGone { .. })), "{waited:?}");
        wait_until("it is said to readers", || {
            matches!(block_on(async { views.all::<Tally>().await }), Err(ViewError::FileGone { .. }))
        });
        let (rebuilt, swapped) = (block_on(views.rebuild::<Tally>()), block_on(views.swap_back::<Tally>()));
        assert!(matches!(rebuilt, Err(ViewError::FileGone { .. })), "{rebuilt:?}");
        assert!(matches!(swapped, Err(ViewError::FileGone { .. })), "{swapped:?}");
        running.stop_blocking();
        assert!(!folder.exists(), "nothing is made in its place");
        tally::commit(&store, 4);
        assert_right(&store, &open(&folder));
        if is_moved {
            assert_right(&store, &open(&moved));
        }
    }
}
