//! Settling a WAL in doubt: what other processes have left in it, or a commit of this process that failed.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Transaction, TransactionBehavior, ffi};

use crate::error::OpenError;
use crate::store::sqlite::connection::identity::Identity;
use crate::store::sqlite::connection::side_files::{SideFiles, before_writing};
use crate::store::sqlite::connection::wal::sync::write_wal_again;
use crate::store::sqlite::connection::wal::{checkpoint, write_first_page};
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::open_error_of_write;
use crate::store::sqlite::settings::Settings;

/// Whether the outcomes of this process's commits are known when its file is opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcomes {
    Known,
    /// One of them may be stored or not.
    InDoubt,
}

/// Opens the side files for the writer of a file that was opened, and settles what is in doubt before anything is answered from it.
pub(crate) fn adopt(writer: &mut Writer, path: &Path, settings: &Settings) -> Result<(), OpenError> {
    let identity = Arc::new(Identity::new(path)?);
    adopt_with(writer, path, settings, identity, Outcomes::Known)
}

/// As [`adopt`], for a file that this store opens again.
pub(crate) fn adopt_again(
    writer: &mut Writer,
    path: &Path,
    settings: &Settings,
    identity: &Arc<Identity>,
    outcomes: Outcomes,
) -> Result<(), OpenError> {
    identity.renew()?;
    before_writing(path, settings).map_err(|error| open_error_of_write(path, error))?;
    adopt_with(writer, path, settings, Arc::clone(identity), outcomes)
}

fn adopt_with(
    writer: &mut Writer,
    path: &Path,
    settings: &Settings,
    identity: Arc<Identity>,
    outcomes: Outcomes,
) -> Result<(), OpenError> {
    let failed = |error| open_error_of_write(path, error);
    let files =
        SideFiles::open(path, settings, writer.tail.head(), &mut writer.reader.conn, identity).map_err(failed)?;
    let is_in_doubt = outcomes == Outcomes::InDoubt || files.is_in_doubt;
    writer.side_files = Some(files);
    if is_in_doubt { settle(writer).map_err(failed) } else { Ok(()) }
}

/// Makes what is in the file certain after a sync or a commit that failed.
///
/// First all of the WAL is written once more: the system may have forgotten what it could not sync, and call the next sync a success. Then
/// all of it is taken into the file, and then it is restarted with the first page, as it is. With that, what the failed commit has left
/// behind its end is dead, where a recovery would find it later, and so is what is in the file now: of an old WAL that the disk has only in
/// part, a recovery would replay old pages into the file, over newer ones.
pub(crate) fn settle(writer: &mut Writer) -> rusqlite::Result<()> {
    let Writer { reader, side_files, .. } = writer;
    let Some(files) = side_files else { return Ok(()) };
    let (conn, path) = (&reader.conn, files.path.clone());
    files.settle(|| {
        let alone = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
        write_wal_again(&path)?;
        alone.rollback()?;
        if !checkpoint(conn, "RESTART")? {
            return Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None));
        }
        write_first_page(conn, None).map(drop)
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;
    use crate::store::Commit;
    use crate::store::sqlite::commit::transaction::store_commits;
    use crate::store::sqlite::connection::side_files::head_record::recorded_furthest;
    use crate::store::sqlite::connection::wal::header::WalHeader;
    use crate::store::sqlite::file::open::{open_file, reopen_file};
    use crate::store::sqlite::format::schema::SCHEMA;
    use crate::store::sqlite::os::side_file::beside;
    use crate::store::sqlite::settings::Durability;
    use crate::stream::StreamId;

    fn open(path: &Path, settings: &Settings) -> Writer {
        let (path, mut writer) = open_file(path, settings).unwrap();
        adopt(&mut writer, &path, settings).unwrap();
        writer
    }

    fn store(writer: &mut Writer, stream: u128) -> bool {
        let mut commit = Commit::new();
        let stream = StreamId::new("Account", uuid::Uuid::from_u128(stream));
        commit.append(stream, 0).unwrap().event("Opened", 1, b"{}").unwrap();
        store_commits(writer, &[&commit], 5).unwrap()[0].is_ok()
    }

    fn stored(settings: &Settings) -> (tempfile::TempDir, PathBuf, Writer) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let mut writer = open(&path, settings);
        assert!(store(&mut writer, 1));
        (folder, path, writer)
    }

    #[test]
    fn what_is_in_the_file_is_settled_and_the_old_wal_is_dead() {
        let (_folder, path, mut writer) = stored(&Settings::default());
        let salts = || WalHeader::read(&beside(&path, "-wal")).unwrap().unwrap().salts;
        let before = salts();
        settle(&mut writer).unwrap();
        assert!(salts() != before && salts().can_follow(before), "its frames are of another generation");
        let schema = |writer: &Writer| {
            writer.reader.conn.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap()
        };
        writer.reader.conn.pragma_update(None, "user_version", SCHEMA + 1).unwrap();
        settle(&mut writer).unwrap();
        assert_eq!(schema(&writer), SCHEMA + 1, "a newer release was there meanwhile");
    }

    #[test]
    fn what_others_read_keeps_the_doubt() {
        let settings = Settings { busy_deadline: Duration::from_millis(20), ..Settings::default() };
        let (_folder, path, mut writer) = stored(&settings);
        let reader = reopen_file(&path, &settings).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM events").unwrap();
        for _ in 0..2 {
            writer.side_files.as_mut().unwrap().is_in_doubt = true;
            assert!(settle(&mut writer).is_err(), "not all could be taken into the file");
            assert!(writer.side_files.as_ref().unwrap().is_in_doubt);
        }
        reader.execute_batch("ROLLBACK").unwrap();
        settle(&mut writer).unwrap();
        assert!(!writer.side_files.as_ref().unwrap().is_in_doubt);
    }

    #[test]
    fn a_doubt_that_another_process_has_left_is_settled_when_the_file_is_opened() {
        for durability in [Durability::Full, Durability::Normal] {
            let settings = Settings { durability, ..Settings::default() };
            let (_folder, path, mut writer) = stored(&settings);
            let failed = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_FSYNC), None);
            writer.side_files.as_mut().unwrap().failed(&failed);
            writer.close().unwrap();
            let before =
                WalHeader::read(&beside(&path, "-wal")).unwrap().expect("a WAL in doubt is left as it is").salts;
            let writer = open(&path, &settings);
            let salts = WalHeader::read(&beside(&path, "-wal")).unwrap().unwrap().salts;
            assert!(salts != before, "it was restarted");
            writer.close().unwrap();
            assert!(!beside(&path, "-wal").exists(), "and is ended as always");
        }
    }

    #[test]
    fn what_another_process_has_not_synced_is_not_recorded_as_synced() {
        let folder = tempfile::tempdir().unwrap();
        let (path, full) = (folder.path().join("store.db"), Settings::default());
        let normal = Settings { durability: Durability::Normal, ..full.clone() };
        let mut unsynced = open(&path, &normal);
        assert!(store(&mut unsynced, 1));
        let mut synced = open(&path, &full);
        assert_eq!(recorded_furthest(&path), Some((1.into(), false)), "opened");
        assert!(store(&mut unsynced, 2));
        assert!(!store(&mut synced, 2));
        assert_eq!(recorded_furthest(&path), Some((2.into(), false)), "a conflict");
        assert!(store(&mut synced, 3));
        assert_eq!(recorded_furthest(&path), Some((3.into(), true)), "its sync covers all before");
        assert!(store(&mut unsynced, 4));
        assert_eq!(recorded_furthest(&path), Some((4.into(), false)));
        std::fs::remove_file(beside(&path, "-head")).unwrap();
        drop(open(&path, &full));
        assert_eq!(recorded_furthest(&path), Some((4.into(), false)), "made again");
    }
}
