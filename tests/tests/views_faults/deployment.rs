//! Two programs on one folder, of an old release and a new one: side by side, one after the other, and back to the old one, as the guide says of rebuilding
//! views.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use eventsourcing::SqliteStore;
use eventsourcing_tests::sqlite::commit_of;
use tempfile::TempDir;

use crate::place;
use crate::serving::Serving;

struct Deployment {
    _folder: TempDir,
    path: PathBuf,
    views: PathBuf,
    store: SqliteStore,
    commits: u64,
}

impl Deployment {
    fn new() -> Self {
        let (folder, path, views) = place();
        let store = SqliteStore::open(&path).unwrap();
        Self { _folder: folder, path, views, store, commits: 0 }
    }

    /// One event more for each of two streams.
    fn commit(&mut self) {
        self.store.blocking().commit(commit_of(self.commits, &[(0, self.commits, 1), (1, self.commits, 1)])).unwrap();
        self.commits += 1;
    }

    /// What a release shows of all.
    fn rows(&self, release: &str) -> String {
        let (count, last) = (self.commits, self.commits * 2);
        match release {
            "old" => format!("\"{count}, {count}\""),
            "new" => format!("\"{count} at {}, {count} at {last}\"", last - 1),
            _ => format!("\"{}, {}\"", count * 10, count * 10),
        }
    }

    fn gate(&self) -> PathBuf {
        self.views.with_file_name("gate")
    }

    fn start(&self, release: &str) -> Serving {
        let mut command = Command::new(env!("CARGO_BIN_EXE_views_release"));
        command.env("GATE", self.gate()).arg(release).arg(&self.path).arg(&self.views);
        let mut process = Serving::of(command, None);
        assert_eq!((process.answer(), process.ask("run")), ("open".to_owned(), "done".to_owned()));
        process
    }

    /// That a process shows all, and goes on doing so.
    fn assert_right(&mut self, process: &mut Serving, release: &str) {
        for _ in 0..2 {
            assert_eq!(process.ask("caught"), "()", "{release}");
            assert_eq!(process.ask("rows"), self.rows(release));
            self.commit();
        }
        assert_eq!(process.ask("caught"), "()", "{release}");
        assert_eq!(process.ask("rows"), self.rows(release));
    }

    fn file(&self, generation: u64) -> PathBuf {
        self.views.join(format!("Tally-{generation}.db"))
    }
}

#[test]
fn a_new_release_builds_its_rows_beside_an_old_one_that_goes_on() {
    for release in ["new", "same"] {
        let mut deployed = Deployment::new();
        deployed.commit();
        let mut old = deployed.start("old");
        deployed.assert_right(&mut old, "old");
        fs::write(deployed.gate(), "").unwrap();
        let mut new = deployed.start(release);
        for _ in 0..3 {
            deployed.commit();
            deployed.assert_right(&mut old, "old");
            let (shown, rows) = (new.ask("rows"), deployed.rows("old"));
            assert!(
                if release == "same" { shown == rows } else { shown.starts_with("NotBuilt") },
                "{release}: {shown}"
            );
        }
        fs::remove_file(deployed.gate()).unwrap();
        deployed.assert_right(&mut new, release);
        deployed.assert_right(&mut old, "old");
        deployed.assert_right(&mut new, release);
        assert_eq!(new.ask("generations"), "[(1, 1, false), (2, 2, true)]");
        assert_eq!(old.ask("remove 2"), "false", "it is shown");

        // More of each kind, and none of the first.
        drop(old);
        deployed.commit();
        let [mut old, mut second] = ["old", release].map(|release| deployed.start(release));
        drop(new);
        deployed.assert_right(&mut old, "old");
        deployed.assert_right(&mut second, release);

        // Back, for all of them, and forth.
        assert_eq!(second.ask("swap_back"), "true");
        deployed.assert_right(&mut old, "old");
        let (shown, rows) = (second.ask("rows"), deployed.rows("old"));
        assert!(if release == "same" { shown == rows } else { shown.starts_with("NotBuilt") }, "{release}: {shown}");
        assert_eq!(second.ask("swap"), "true");
        deployed.assert_right(&mut second, release);
        deployed.assert_right(&mut old, "old");
    }
}

#[test]
fn releases_that_run_one_after_the_other_go_on_with_their_own_rows_and_an_older_one_replaces_none_of_a_newer() {
    for release in ["new", "same"] {
        let mut deployed = Deployment::new();
        deployed.commit();
        for _ in 0..3 {
            for release in ["old", release] {
                let mut process = deployed.start(release);
                deployed.assert_right(&mut process, release);
                assert_eq!(process.ask("stop"), "done");
                deployed.commit();
            }
        }
        // While none uses it, and then while the old one does.
        for is_in_use in [true, false] {
            let mut deployed = Deployment::new();
            deployed.commit();
            let mut old = deployed.start("old");
            deployed.assert_right(&mut old, "old");
            let mut new = deployed.start(release);
            deployed.assert_right(&mut new, release);
            let mut old = Some(old).filter(|_| is_in_use);
            assert_eq!((new.ask("remove 1"), new.ask("remove 2")), ("true".to_owned(), "false".to_owned()));
            if let Some(old) = &mut old {
                old.wait("state", "[Stopped { why: View(NewerCode");
            }
            assert_eq!(deployed.file(1).exists(), is_in_use);
            drop(old);
            let mut old = deployed.start("old");
            let refused = old.ask("caught");
            let advice = "run the newer release, or show what this version has made again by `swap_back`";
            assert!(refused.starts_with("Stopped") || refused.contains(advice), "{refused}");
            assert!(old.ask("state").contains("NewerCode"));
            assert_eq!(old.ask("swap_back"), "false");
            deployed.assert_right(&mut new, release);
            assert_eq!(new.ask("generations"), "[(2, 2, true)]");
        }
    }
}
