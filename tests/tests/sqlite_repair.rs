//! Looking at a whole file, copying it while it is written to, and taking what is sound of a damaged one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use eventsourcing::error::{OpenError, StoreErrorKind};
use eventsourcing::store::sqlite::{Finding, Salvaged, Verified};
use eventsourcing::store::{Commit, StreamRead};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{Told, commits, events, log, place};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

const COMMITS: usize = 40;

fn all() -> Vec<Told> {
    commits().take(COMMITS).flat_map(|commit| events(&commit)).collect()
}

/// A closed store with some commits.
fn filled() -> (TempDir, PathBuf) {
    let (folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    for commit in commits().take(COMMITS) {
        store.blocking().commit(commit).unwrap();
    }
    (folder, path)
}

fn verify(path: &Path) -> Verified {
    SqliteStore::verify(path, |_| ControlFlow::Continue(())).unwrap()
}

fn salvage(path: &Path) -> (PathBuf, Salvaged) {
    let to = path.with_extension("salvaged");
    let _ = fs::remove_file(&to);
    let salvaged = SqliteStore::salvage(path, &to, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(verify(&to).findings, [], "what was salvaged is sound");
    assert_eq!(verify(&to).sound, salvaged.kept);
    (to, salvaged)
}

fn change(path: &Path, change: &str) {
    Connection::open(path).unwrap().execute_batch(change).unwrap();
}

const FLIP: &str = "UPDATE events SET body = CAST(body || ' ' AS BLOB) WHERE position = 5";

#[test]
fn a_sound_file_has_no_findings_and_is_salvaged_whole() {
    let (_folder, path) = filled();
    let verified = verify(&path);
    assert_eq!((verified.sound, verified.findings, verified.is_broken_off), (all().len() as u64, vec![], false));
    let (to, salvaged) = salvage(&path);
    assert_eq!((salvaged.kept, salvaged.findings, salvaged.left_out), (all().len() as u64, vec![], vec![]));
    let store = SqliteStore::open(to).unwrap();
    assert_eq!(log(&store), all());
    for commit in commits().take(COMMITS) {
        assert!(store.blocking().commit(commit).unwrap().repeated, "the ids of commits are taken along");
    }
    // An id is known also when what it comes with would go elsewhere.
    let mut last = Commit::with_id(commits().nth(COMMITS - 1).unwrap().id());
    last.append(StreamId::new("Elsewhere", Uuid::nil()), 0).unwrap().event("Happened", 1, b"{}").unwrap();
    assert!(store.blocking().commit(last).unwrap().repeated);
    assert!(!store.blocking().commit(commits().nth(COMMITS).unwrap()).unwrap().repeated);
}

#[test]
fn a_broken_chain_is_one_finding() {
    let (_folder, path) = filled();
    let link = "substr(body, 1, 4) || x'00000000' || substr(body, 9)";
    change(&path, &format!("UPDATE events SET body = CAST({link} AS BLOB) WHERE position = 5"));
    let findings = verify(&path).findings;
    assert!(matches!(&findings[..], [Finding::Damaged(place)] if place.position == 5), "{findings:?}");
}

#[test]
fn a_damaged_event_costs_what_comes_after_it_in_its_stream() {
    let (_folder, path) = filled();
    change(&path, FLIP);
    let damaged = &all()[4];
    let verified = verify(&path);
    assert!(
        matches!(&verified.findings[..], [Finding::Damaged(place)] if (place.position, &place.stream, place.version) == (5.into(), &damaged.0, damaged.1.into()))
    );
    assert_eq!(verified.sound, all().len() as u64 - 1);
    let (to, salvaged) = salvage(&path);
    let lost = |told: &&Told| told.0 == damaged.0 && told.1 >= damaged.1;
    let kept: Vec<Told> = all().iter().filter(|told| !lost(told)).cloned().collect();
    assert_eq!(log(&SqliteStore::open(to).unwrap()), kept);
    assert_eq!(salvaged.left_out.len(), all().iter().filter(lost).count() - 1);
    assert!(salvaged.left_out.iter().all(|place| place.stream == damaged.0 && place.version > damaged.1));
}

#[test]
fn a_hole_is_named_from_end_to_end() {
    let (_folder, path) = filled();
    change(&path, "DELETE FROM events WHERE position IN (3, 4, 9)");
    assert_eq!(
        verify(&path).findings,
        [Finding::Missing { first: 3.into(), last: 4.into() }, Finding::Missing { first: 9.into(), last: 9.into() }]
    );
    salvage(&path);
}

#[test]
fn a_lost_end_is_named() {
    let (_folder, path) = filled();
    let head = all().len() as u64;
    change(&path, &format!("DELETE FROM events WHERE position = {head}"));
    assert_eq!(verify(&path).findings, [Finding::Behind { recorded: head.into(), found: (head - 1).into() }]);
    let (_, salvaged) = salvage(&path);
    assert!(matches!(salvaged.findings[..], [Finding::Behind { .. }]), "{:?}", salvaged.findings);
}

#[test]
fn a_file_cut_in_half_is_not_opened_but_looked_at_and_salvaged() {
    let (_folder, path) = filled();
    let whole = fs::metadata(&path).unwrap().len();
    for part in [2, 3, 4] {
        let (_folder, path) = filled();
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(whole / 4 * part / 4096 * 4096 - 4096).unwrap();
        let error = SqliteStore::open(&path).unwrap_err();
        assert!(matches!(&error, OpenError::Store(error) if error.kind() == StoreErrorKind::Corrupt), "{error:?}");
        assert!(error.to_string().contains("SqliteStore::salvage"), "{error}");
        let verified = verify(&path);
        assert!(!verified.findings.is_empty());
        assert!(
            verified
                .findings
                .iter()
                .any(|finding| matches!(finding, Finding::Structure(text) if text.contains("page"))),
            "{verified:?}"
        );
        let (to, salvaged) = salvage(&path);
        let store = SqliteStore::open(to).unwrap();
        let all = all();
        assert!(log(&store).iter().all(|told| all.contains(told)), "nothing is made up");
        assert_eq!(salvaged.kept, log(&store).len() as u64);
    }
}

#[test]
fn a_backup_is_made_while_commits_go_on() {
    let (folder, path) = filled();
    let store = SqliteStore::open(&path).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut commits = commits().skip(COMMITS);
            let mut count = 0;
            while !done.load(Ordering::SeqCst) {
                store.blocking().commit(commits.next().unwrap()).unwrap();
                count += 1;
            }
            count
        });
        let mut last = 0;
        for round in 0..10 {
            let copy = folder.path().join(format!("copy {round}.db"));
            let head = store.backup(&copy).unwrap();
            assert!(head >= last);
            last = head.get();
            let verified = verify(&copy);
            assert_eq!((verified.sound, verified.findings), (head.get(), vec![]));
            let found = log(&SqliteStore::open(&copy).unwrap());
            let expected: Vec<Told> = commits().flat_map(|commit| events(&commit)).take(found.len()).collect();
            assert_eq!(found, expected, "a moment of the store");
        }
        done.store(true, Ordering::SeqCst);
        assert!(writer.join().unwrap() > 0, "commits went on");
    });
    assert_eq!(store.backup(&path).unwrap_err().kind(), StoreErrorKind::Unsupported, "there is a file");
    // What is left beside a copy that was deleted is of another log.
    let (_other_folder, other) = filled();
    let copy = folder.path().join("copy 0.db");
    fs::remove_file(&copy).unwrap();
    change(&other, "DELETE FROM events WHERE position > 3");
    let copied = SqliteStore::builder().accept_loss().open(&other).unwrap().backup(&copy).unwrap();
    assert_eq!(SqliteStore::open(&copy).unwrap().blocking().head().unwrap(), copied);
    assert_eq!(verify(&path).findings, []);
}

/// What `cp` makes of a file in use may be anything, but it is never taken for sound if it is not.
#[test]
fn a_copy_by_other_means_is_found_out() {
    let (folder, path) = filled();
    let store = SqliteStore::open(&path).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for commit in commits().skip(COMMITS).take_while(|_| !done.load(Ordering::SeqCst)) {
                store.blocking().commit(commit).unwrap();
            }
        });
        for round in 0..20 {
            let copy = folder.path().join(format!("copy {round}.db"));
            fs::copy(&path, &copy).unwrap();
            let Ok(verified) = SqliteStore::verify(&copy, |_| ControlFlow::Continue(())) else { continue };
            if verified.findings.is_empty()
                && let Ok(store) = SqliteStore::open(&copy)
            {
                let found = log(&store);
                let expected: Vec<Told> = commits().flat_map(|commit| events(&commit)).take(found.len()).collect();
                assert_eq!(found, expected);
            }
        }
        done.store(true, Ordering::SeqCst);
    });
}

#[test]
fn looking_can_be_broken_off() {
    let (_folder, path) = filled();
    let verified = SqliteStore::verify(&path, |_| ControlFlow::Break(())).unwrap();
    assert!(verified.is_broken_off);
}

#[test]
fn what_is_salvaged_of_a_file_goes_to_no_file_that_is_there() {
    let (_folder, path) = filled();
    let error = SqliteStore::salvage(&path, &path, |_| ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().contains("where there is none"), "{error}");
    let nobody = path.with_file_name("nobody.db");
    assert!(SqliteStore::verify(&nobody, |_| ControlFlow::Continue(())).is_err());
    assert!(!nobody.exists());
    let store = SqliteStore::open(&path).unwrap();
    let stream = all()[0].0.clone();
    store.blocking().read_stream(StreamRead::new(stream), &mut |_| ControlFlow::Continue(())).unwrap();
}
