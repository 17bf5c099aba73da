use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization, TransactionOperation};
use uuid::Uuid;

use super::*;
use crate::error::{CommitError, StoreErrorKind};
use crate::store::LogRead;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::commit::settle::adopt;
use crate::store::sqlite::commit::writing::Writing;
use crate::store::sqlite::connection::side_files::turn::Turn;
use crate::store::sqlite::file::open::{open_file, open_in_memory, reopen_file};
use crate::store::sqlite::format::head::{self, Head};
use crate::store::sqlite::read::log;
use crate::store::sqlite::settings::Settings;
use crate::stream::{CommitId, StreamId};

fn append(mut commit: Commit, stream: u128, expected: u64, name: &'static str) -> Commit {
    let stream = StreamId::new("Account", Uuid::from_u128(stream));
    commit.append(stream, expected).unwrap().event(name, 1, b"{}").unwrap();
    commit
}

#[test]
fn interned_names_are_rolled_back_with_their_group() {
    let mut writer = open_in_memory().unwrap();
    let new = |stream, name| append(Commit::new(), stream, 0, name);
    store_commits(&mut writer, &[&new(1, "Old")], 0).unwrap();
    let conflicts = append(new(3, "Old"), 1, 5, "Old");
    let fails = append(Commit::with_id(CommitId::named("given")), 5, 0, "Old");
    writer.reader.conn.execute_batch("ALTER TABLE commits RENAME TO hidden").unwrap();
    assert!(store_commits(&mut writer, &[&new(2, "New"), &conflicts, &new(4, "New"), &fails], 0).is_err());

    for commit in [new(6, "Newer"), new(7, "New")] {
        store_commits(&mut writer, &[&commit], 0).unwrap();
    }
    let mut names = Vec::new();
    let visit = &mut |event: crate::store::StoredEvent<'_>| {
        names.push(event.name.to_owned());
        ControlFlow::Continue(())
    };
    let page = log::read_page(&mut writer.reader, &LogRead::after(0), visit);
    assert!(page.is_ok(), "{page:?}");
    assert_eq!(names, ["Old", "Newer", "New"]);
}

#[test]
fn damage_is_what_is_reported_when_the_transaction_cannot_be_rolled_back_either() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    for stream in 1..3 {
        store.blocking().commit(append(Commit::new(), stream, 0, "Opened")).unwrap();
    }
    Connection::open(&path).unwrap().execute_batch("DELETE FROM events WHERE position = 2").unwrap();
    let with_writing = |work: fn(&mut Writing) -> bool| store.shared.engine.committer().unwrap().with_lead(work);
    with_writing(|writing| {
        let deny_rollback = |context: AuthContext<'_>| {
            let rollback = AuthAction::Transaction { operation: TransactionOperation::Rollback };
            if context.action == rollback { Authorization::Deny } else { Authorization::Allow }
        };
        writing.open().unwrap().reader.conn.authorizer(Some(deny_rollback)).is_ok()
    });
    let refused = store.blocking().commit(append(Commit::new(), 3, 0, "Opened"));
    let Err(CommitError::Store(error)) = refused else { panic!("{refused:?}") };
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
    assert!(with_writing(|writing| writing.is_given_up()), "its transaction is still open");
}

#[test]
fn a_connection_goes_on_from_what_another_has_stored() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let (path, mut one) = open_file(&folder.path().join("store.db"), &settings).unwrap();
    let mut other = Writer::new(reopen_file(&path, &settings).unwrap(), Head::default());
    let places = |writer: &mut Writer, group: &[&Commit]| {
        let stored = store_commits(writer, group, 0).unwrap().into_iter();
        stored
            .map(|stored| stored.ok().map(|done| (done.first.get(), done.last.get(), done.repeated)))
            .collect::<Vec<_>>()
    };
    let new = |stream| append(Commit::new(), stream, 0, "Opened");
    let stored = |position| Some((position, position, false));
    assert_eq!(places(&mut one, &[&new(1)]), [stored(1)]);
    assert_eq!(places(&mut other, &[&new(2), &new(3)]), [stored(2), stored(3)]);
    assert_eq!(places(&mut one, &[&new(2), &new(4)]), [None, stored(4)], "after a conflict");
    assert_eq!(places(&mut other, &[&Commit::new()]), [Some((5, 4, false))], "an empty one");
    let commit = new(5);
    assert_eq!(places(&mut other, &[&commit]), [stored(5)]);
    assert_eq!(places(&mut one, &[&commit, &new(6)]), [Some((5, 5, true)), stored(6)], "a repetition");
    let mut last = 0;
    let visit = &mut |event: crate::store::StoredEvent<'_>| {
        last = event.position.get();
        ControlFlow::Continue(())
    };
    let page = log::read_page(&mut other.reader, &LogRead::after(0), visit);
    assert!(page.is_ok(), "each has the seal of its place: {page:?}");
    assert_eq!(last, 6);
}

#[test]
fn a_snapshot_sees_what_others_have_committed() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let (path, mut one) = open_file(&folder.path().join("store.db"), &settings).unwrap();
    adopt(&mut one, &path, &settings).unwrap();
    let mut other = Writer::new(reopen_file(&path, &settings).unwrap(), Head::default());
    store_commits(&mut other, &[&append(Commit::new(), 1, 0, "Opened")], 0).unwrap()[0].as_ref().unwrap();
    let stream = StreamId::new("Account", Uuid::from_u128(1));
    let kept = StoredSnapshot { stream, version: 1.into(), fingerprint: Uuid::nil(), state: Vec::new() };
    store_snapshot(&mut one, &kept).unwrap();
    assert_eq!(one.tail.head(), other.tail.head());
    let recorded = crate::store::sqlite::connection::side_files::head_record::recorded_position(&path).unwrap();
    assert_eq!(recorded, Some(1.into()), "it is synced with the snapshot");
    one.reader.conn.execute_batch("DROP TABLE snapshots").unwrap();
    store_commits(&mut other, &[&append(Commit::new(), 2, 0, "Opened")], 0).unwrap()[0].as_ref().unwrap();
    let before = one.tail.guess();
    store_snapshot(&mut one, &kept).unwrap_err();
    assert_eq!(one.tail, before);
}

#[test]
fn a_commit_waits_for_its_turn() {
    let folder = tempfile::tempdir().unwrap();
    let deadline = Duration::from_millis(30);
    let settings = Settings { busy_deadline: deadline, ..Settings::default() };
    let (path, mut writer) = open_file(&folder.path().join("store.db"), &settings).unwrap();
    adopt(&mut writer, &path, &settings).unwrap();
    let mut others = Turn::open(&path, deadline);
    let taken = others.take();
    let since = Instant::now();
    store_commits(&mut writer, &[&append(Commit::new(), 1, 0, "Opened")], 0).unwrap();
    assert!(since.elapsed() >= deadline / 2);
    drop(taken);
}

#[test]
fn a_commit_waits_no_longer_than_its_deadline_in_all() {
    let folder = tempfile::tempdir().unwrap();
    let deadline = Duration::from_secs(1);
    let settings = Settings { busy_deadline: deadline, ..Settings::default() };
    let (path, mut writer) = open_file(&folder.path().join("store.db"), &settings).unwrap();
    adopt(&mut writer, &path, &settings).unwrap();
    let (mut others, writing) = (Turn::open(&path, deadline), reopen_file(&path, &settings).unwrap());
    let _taken = others.take();
    writing.execute_batch("BEGIN IMMEDIATE").unwrap();
    let since = Instant::now();
    let refused = store_commits(&mut writer, &[&append(Commit::new(), 1, 0, "Opened")], 0);
    assert!(matches!(refused, Err(CommitFailure::NotBegun(_))), "{refused:?}");
    let waited = since.elapsed();
    assert!(waited >= deadline && waited < deadline * 7 / 5, "for the turn and for the lock: {waited:?}");
}

#[test]
fn a_commit_that_conflicts_in_a_group_leaves_nothing_and_the_others_are_stored() {
    let mut writer = open_in_memory().unwrap();
    let new = |stream| append(Commit::new(), stream, 0, "Opened");
    let conflicts = append(new(2), 1, 5, "Changed");
    let stored = store_commits(&mut writer, &[&new(1), &conflicts, &new(3)], 0).unwrap();
    let positions: Vec<_> = stored.iter().map(|stored| stored.as_ref().ok().map(|done| done.last.get())).collect();
    assert_eq!(positions, [Some(1), None, Some(2)]);
    let mut streams = Vec::new();
    let visit = &mut |event: crate::store::StoredEvent<'_>| {
        streams.push(event.stream.id().as_u128());
        ControlFlow::Continue(())
    };
    log::read_page(&mut writer.reader, &LogRead::after(0), visit).unwrap();
    assert_eq!(streams, [1, 3]);
}

#[test]
fn what_comes_after_a_commit_of_a_group_is_stored_with_it_or_not_at_all() {
    let mut writer = open_in_memory().unwrap();
    let with_receipt = |mut commit: Commit| {
        let receipt = commit.receipt();
        (commit, receipt)
    };
    let after = |mut commit: Commit, receipt: &crate::store::Receipt| {
        commit.follow(receipt.clone());
        commit
    };
    let new = |stream| append(Commit::new(), stream, 0, "Opened");
    let (first, receipt) = with_receipt(new(1));
    let next = after(append(Commit::new(), 1, 1, "Next"), &receipt);
    let (conflicts, not_given) = with_receipt(append(Commit::new(), 1, 7, "Late"));
    let refused = after(append(Commit::new(), 1, 2, "Refused"), &not_given);
    let stored = store_commits(&mut writer, &[&first, &next, &conflicts, &refused, &new(2)], 0).unwrap();
    assert!(matches!(
        &*stored,
        [Ok(_), Ok(_), Err(CommitError::Conflict(_)), Err(CommitError::PrecedingNotStored), Ok(_)]
    ));
    assert!(receipt.is_stored() && !not_given.is_stored());

    let (lost, receipt) = with_receipt(new(3));
    let fails = append(Commit::with_id(CommitId::named("given")), 4, 0, "Old");
    writer.reader.conn.execute_batch("ALTER TABLE commits RENAME TO hidden").unwrap();
    assert!(store_commits(&mut writer, &[&lost, &fails], 0).is_err(), "the group fails");
    assert!(!receipt.is_stored());
    let refused = store_commits(&mut writer, &[&after(new(5), &receipt)], 0).unwrap();
    assert!(matches!(&*refused, [Err(CommitError::PrecedingNotStored)]), "also in a later transaction");
    assert!(store_commits(&mut writer, &[&lost, &after(new(5), &receipt)], 0).unwrap().iter().all(Result::is_ok));
    assert!(receipt.is_stored(), "sent again, it is stored");
}

/// A commit, and one that comes while it is written.
struct Late<'c> {
    commits: [&'c Commit; 2],
    is_whole: bool,
}

impl CommitSource for Late<'_> {
    fn get(&self, index: usize) -> Option<&Commit> {
        (index == 0 || self.is_whole).then(|| self.commits.get(index).copied())?
    }

    fn take_more(&mut self) {
        self.is_whole = true;
    }
}

#[test]
fn what_comes_late_shares_no_transaction_with_what_a_commit_wrote_before_its_conflict() {
    let mut writer = open_in_memory().unwrap();
    let new = |stream| append(Commit::new(), stream, 0, "Opened");
    let (conflicts, late) = (append(new(1), 2, 5, "Opened"), new(3));
    let stored = store_group(&mut writer, &mut Late { commits: [&conflicts, &late], is_whole: false }, || 0).unwrap();
    assert!(matches!(stored.as_slice(), [Err(CommitError::Conflict(_))]), "{stored:?}");
    assert_eq!(head::find_position(&writer.reader.conn).unwrap(), 0);

    let clock = std::cell::Cell::new(0);
    let now = || {
        clock.set(clock.get() + 1);
        clock.get()
    };
    let both = store_group(&mut writer, &mut Late { commits: [&new(1), &late], is_whole: false }, now).unwrap();
    assert!(matches!(both.as_slice(), [Ok(first), Ok(late)] if first.last == 1 && late.last == 2), "{both:?}");
    let mut recorded = Vec::new();
    let visit = &mut |event: crate::store::StoredEvent<'_>| {
        recorded.push(event.recorded_at);
        ControlFlow::Continue(())
    };
    assert!(log::read_page(&mut writer.reader, &LogRead::after(0), visit).is_ok());
    assert_eq!(recorded, [1, 2], "it may have been sent after the first was recorded");
}
