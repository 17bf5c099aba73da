//! `events.lock`: written, shown and checked; and samples of what was released, read and folded.

mod golden;
mod releases;
mod written;

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use eventsourcing::application::FromStore;
use eventsourcing::testing::history::{events_lock, golden_payloads};

use crate::releases::{Careless, First, Instances, Opaque, Second, Stocked, TwoOfAName, Unique, UniqueRenamed};

/// What this process is to do when it is started as a child: which release, and which lock.
const RELEASE: &str = "RELEASE_UNDER_TEST";
const LOCK: &str = "LOCK_UNDER_TEST";

/// The two tests that `history_tests!` writes, over a lock elsewhere; as a test of this process it does nothing.
#[test]
fn child() {
    let Ok(release) = env::var(RELEASE) else { return };
    let histories = match &*release {
        "first" => First::aggregate_schemas(),
        "second" => Second::aggregate_schemas(),
        "careless" => Careless::aggregate_schemas(),
        "opaque" => Opaque::aggregate_schemas(),
        "instances" => Instances::aggregate_schemas(),
        "stocked" => Stocked::aggregate_schemas(),
        "two of a name" => TwoOfAName::aggregate_schemas(),
        "unique" => Unique::aggregate_schemas(),
        "unique renamed" => UniqueRenamed::aggregate_schemas(),
        other => panic!("no release {other}"),
    };
    let path = env::var(LOCK).unwrap();
    events_lock(&histories, &path);
    golden_payloads(&histories, &path);
}

/// Runs both tests as another release would, asked to do this.
pub(crate) fn run(release: &str, lock: &Path, asked: Option<&str>) -> Output {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "child"]).env(RELEASE, release).env(LOCK, lock).env_remove("EVENTS_LOCK");
    child.envs(asked.map(|asked| ("EVENTS_LOCK", asked))).output().unwrap()
}

/// Everything that was shown.
pub(crate) fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

#[track_caller]
pub(crate) fn passes(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

#[track_caller]
pub(crate) fn fails(output: &Output) -> String {
    assert!(!output.status.success(), "{}", said(output));
    said(output)
}

/// A folder with the lock of the first release.
pub(crate) fn released() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("events.lock");
    passes(&run("first", &lock, Some("write")));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left there");
    (folder, lock)
}
