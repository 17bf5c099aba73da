use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use uuid::Uuid;

use super::*;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::commit::writing::Writing;
use crate::store::sqlite::connection::setup::end_wal_at_close;
use crate::store::sqlite::connection::sharing::{Share, Use};
use crate::store::sqlite::file::content::Purpose;
use crate::store::sqlite::file::look::Look;
use crate::store::sqlite::format::head;
use crate::store::{Commit, LogRead};
use crate::stream::StreamId;

const ADMISSION: Admission = Admission::NeedsNone;

/// Opens the store in a file, commits once, and closes it.
fn commit(path: &Path, version: u64) {
    let store = SqliteStore::open(path).unwrap();
    let mut commit = Commit::new();
    commit.append(StreamId::new("Account", Uuid::nil()), version).unwrap().event("Happened", 1, b"{}").unwrap();
    store.blocking().commit(commit).unwrap();
    store.close().unwrap();
}

fn opened(path: &Path, settings: Settings) -> ReadOnly {
    ReadOnly::open(DatabasePath::new(path).unwrap(), settings, Calls::new()).unwrap()
}

fn position(reader: &mut Reader) -> Result<u64, ReadFailure> {
    Ok(head::find_position(&reader.conn)?.get())
}

/// Whether a connection was marked before; it is from now on.
fn mark(reader: &Reader) -> rusqlite::Result<bool> {
    let conn = &reader.conn;
    let is_marked = conn.query_row("SELECT count(*) > 0 FROM temp.sqlite_schema", (), |row| row.get(0))?;
    conn.execute_batch("PRAGMA query_only = 0; COMMIT; CREATE TEMP TABLE IF NOT EXISTS mark (a); BEGIN")?;
    Ok(is_marked)
}

#[test]
fn what_is_not_of_one_moment_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    commit(&path, 0);
    let read_only = opened(&path, Settings::default());
    let mut tries = 0;
    let read = read_only.read(ADMISSION, |reader| {
        let before = position(reader)?;
        tries += 1;
        if tries < 4 {
            commit(&path, tries);
        }
        Ok((before, position(reader)?))
    });
    assert_eq!((tries, read.unwrap().unwrap()), (4, (4, 4)));
    let mut tries = 0;
    let failed = || rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_READONLY_RECOVERY), None);
    let read = read_only.read(ADMISSION, |reader| {
        tries += 1;
        if tries < 3 { Err(ReadFailure::Sqlite(failed())) } else { position(reader) }
    });
    assert_eq!((tries, read.unwrap().unwrap()), (3, 4), "nor without an index of the WAL");
}

#[test]
fn what_is_never_of_one_moment_is_not_given_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    commit(&path, 0);
    let settings = Settings { busy_deadline: Duration::ZERO, ..Settings::default() };
    let read_only = opened(&path, settings);
    let mut version = 0;
    let read = read_only.read(ADMISSION, |reader| {
        version += 1;
        commit(&path, version);
        position(reader)
    });
    let error = read.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("nothing is given out"), "{error}");
}

#[test]
fn a_connection_is_used_again_until_the_file_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    commit(&path, 0);
    let read_only = opened(&path, Settings::default());
    let is_marked = || read_only.read(ADMISSION, |reader| Ok(mark(reader)?)).unwrap().unwrap();
    assert_eq!([is_marked(), is_marked(), is_marked()], [false, true, true]);
    commit(&path, 1);
    assert_eq!([is_marked(), is_marked()], [false, true]);
}

#[test]
fn a_page_that_is_read_again_is_visited_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    commit(&path, 0);
    let store = SqliteStore::builder().read_only().open(&path).unwrap();
    let engine = &store.shared.engine;
    for only_decodes in [false, true] {
        for admission in [Admission::Waits(Length::Long), Admission::NeedsNone] {
            let tries = std::cell::Cell::new(0);
            let mut seen = Vec::new();
            let visit = &mut |event: crate::store::StoredEvent<'_>| {
                seen.push(event.position.get());
                ControlFlow::Continue(())
            };
            let head = store.blocking().head().unwrap().get();
            let page = engine.read_page(
                admission,
                only_decodes,
                |event| event.position,
                visit,
                |reader, visit| {
                    let page = crate::store::sqlite::read::log::read_page(reader, &LogRead::after(0), visit);
                    tries.set(tries.get() + 1);
                    if tries.get() == 1 {
                        commit(&path, head);
                    }
                    page
                },
            );
            assert_eq!((tries.get(), page.unwrap().reached.get()), (2, head + 1));
            assert_eq!(seen, (1..=head + 1).collect::<Vec<_>>());
        }
    }
}

/// What a process leaves that is killed: a `-wal` and a `-shm`.
fn leave_wal(path: &Path) {
    let conn = rusqlite::Connection::open(path).unwrap();
    conn.execute_batch("PRAGMA user_version = 4").unwrap();
    end_wal_at_close(&conn, false);
}

#[test]
fn a_writer_that_opens_the_file_again_writes_beside_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    commit(&path, 0);
    leave_wal(&path);
    let read_only = opened(&path, Settings::default());
    let writer = SqliteStore::open(&path).unwrap();
    // As after a fault: its only connection is closed.
    writer.shared.engine.committer().unwrap().with_lead(Writing::give_up);
    assert_eq!(read_only.read(ADMISSION, position).unwrap().unwrap(), 1);
    let mut again = Commit::new();
    again.append(StreamId::new("Account", Uuid::nil()), 1).unwrap().event("Happened", 1, b"{}").unwrap();
    writer.blocking().commit(again).unwrap();
    assert_eq!(read_only.read(ADMISSION, position).unwrap().unwrap(), 2);
}

#[test]
fn a_connection_in_use_makes_way_for_a_writer_when_it_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    commit(&path, 0);
    leave_wal(&path);
    let read_only = opened(&path, Settings::default());
    let opening = || drop(Share::begin(&path, Use::Opening, Duration::from_secs(60)).unwrap());
    thread::scope(|scope| {
        let first = read_only.read(ADMISSION, |reader| {
            scope.spawn(opening);
            // Since the writer waits, no other reader may begin.
            while Share::begin(&path, Use::Reading, Duration::ZERO).is_some() {
                thread::yield_now();
            }
            Ok(mark(reader)?)
        });
        let second = read_only.read(ADMISSION, |reader| Ok(mark(reader)?));
        assert_eq!((first.unwrap().unwrap(), second.unwrap().unwrap()), (false, false), "another connection");
    });
}

#[test]
fn the_first_error_of_a_read_is_the_one_that_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    commit(&path, 0);
    let read_only = opened(&path, Settings::default());
    let read = read_only.read(ADMISSION, |reader| {
        // As SQLite does after it: it ends the transaction.
        reader.conn.execute_batch("ROLLBACK")?;
        Err::<(), _>(ReadFailure::Sqlite(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_READ), None)))
    });
    let Err(ReadFailure::Sqlite(error)) = read.unwrap() else { panic!("it was read") };
    assert_eq!(primary_code(&error), ffi::SQLITE_IOERR, "{error}");
}

#[test]
fn another_store_that_was_written_over_the_file_is_not_read_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let [path, other] = ["store.db", "other.db"].map(|name| folder.path().join(name));
    commit(&path, 0);
    (0..2).for_each(|version| commit(&other, version));
    let read_only = opened(&path, Settings::default());
    let bytes = std::fs::read(&other).unwrap();
    // Its record would show that the log is another one.
    std::fs::remove_file(folder.path().join("store.db-head")).unwrap();
    // The same file, for the system.
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().write_all(&bytes).unwrap();
    let error = read_only.read(ADMISSION, position).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Closed);
    assert!(error.to_string().contains("overwritten with another store"), "{error}");
    assert_eq!(opened(&path, Settings::default()).read(ADMISSION, position).unwrap().unwrap(), 2, "as it says");
}

#[test]
fn a_store_for_writing_that_was_closed_is_no_company_though_it_has_handles() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    commit(&path, 0);
    for is_damaged in [false, true] {
        let writer = SqliteStore::open(&path).unwrap();
        if is_damaged {
            writer.shared.engine.committer().unwrap().stop(&StoreError::new(StoreErrorKind::Corrupt, "damaged"));
        }
        let handle = writer.clone();
        assert_eq!(Share::begin(&path, Use::Reading, Duration::ZERO).unwrap().how(), Use::ReadingBesideWriter);
        assert_eq!(writer.close().is_err(), is_damaged);
        assert_eq!(Share::begin(&path, Use::Reading, Duration::ZERO).unwrap().how(), Use::Reading);
        drop(handle);
    }
}

#[test]
fn a_writer_waits_for_a_look_that_has_the_index_from_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    commit(&path, 0);
    leave_wal(&path);
    let read_only = opened(&path, Settings::default());
    let mut look = None;
    let read = read_only.read(ADMISSION, |reader| {
        look = Some(Look::open(&DatabasePath::new(&path).unwrap(), Purpose::Repair).unwrap());
        position(reader)
    });
    assert_eq!(read.unwrap().unwrap(), 1);
    read_only.close();
    thread::scope(|scope| {
        let writer = scope.spawn(|| commit(&path, 1));
        thread::sleep(Duration::from_millis(50));
        drop(look);
        writer.join().unwrap();
    });
    assert_eq!(read_only.read(ADMISSION, position).unwrap().unwrap(), 2);
}
