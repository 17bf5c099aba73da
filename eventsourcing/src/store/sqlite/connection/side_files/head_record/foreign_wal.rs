//! Whether a `-wal` file belongs to the file that it lies beside.
//!
//! SQLite replays into the file any WAL whose checksums fit, even one that was left of another file, where a copy was put in the original's place.
//! The record holds what is known of the WAL that belongs to the file. It is not synced, so that after a loss of power it may be older than the
//! WAL; then nothing is refused. Only that a copy has no WAL is synced, both when the copy is made and when it no longer holds.

use std::fs;
use std::path::Path;

use crate::store::sqlite::connection::side_files::head_record::claim::Claim;
use crate::store::sqlite::connection::side_files::head_record::lines::Lines;
use crate::store::sqlite::connection::wal::header::WalHeader;
use crate::store::sqlite::connection::wal::state::WalState;
use crate::store::sqlite::os::side_file::{WAL, beside};

/// That a `-wal` file does not belong to the file it lies beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ForeignWal;

/// Other processes may commit and record between two looks; so often at most it is looked again.
const LOOKS: usize = 16;

/// Compares the WAL of a file with its record. Nothing is changed, and SQLite need not have seen the file.
pub(crate) fn check_wal(path: &Path) -> Result<(), ForeignWal> {
    let read = || Lines::read(path).ok().flatten().unwrap_or_default();
    let mut before = read();
    for _ in 0..LOOKS {
        let Some((_, claim)) = before.highest() else { return Ok(()) };
        // Read after the record: a process records `Fresh` before it starts a WAL.
        if belongs(&claim, &beside(path, WAL)) {
            return Ok(());
        }
        let after = read();
        if after == before {
            return Err(ForeignWal);
        }
        before = after;
    }
    // It is in use: those who use it have judged it.
    Ok(())
}

fn belongs(claim: &Claim, wal: &Path) -> bool {
    match claim.wal {
        WalState::CopyNeverOpened => !fs::metadata(wal).is_ok_and(|wal| wal.len() > 0),
        WalState::Salts(recorded) if claim.is_of_this_start() => match WalHeader::read(wal) {
            // A process that joins others knows of no generation before its first commit, and draws salts when that commit begins one.
            Ok(Some(header)) => header.sequence == 0 || header.salts.can_follow(recorded),
            // SQLite takes nothing from one without a header, and says itself what it cannot read.
            Ok(None) | Err(_) => true,
        },
        WalState::Unknown | WalState::Fresh | WalState::Salts(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use rusqlite::Connection;
    use uuid::Uuid;

    use super::*;
    use crate::store::sqlite::connection::side_files::head_record::{HeadRecord, keep_copy};
    use crate::store::sqlite::connection::wal::header::Salts;
    use crate::store::sqlite::format::head::Head;
    use crate::stream::Position;

    const HEAD: Head = Head { position: Position::new(7), chain: 8 };

    fn with_wal() -> (tempfile::TempDir, PathBuf, Connection, Salts) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let conn = Connection::open(&path).unwrap();
        // The second generation: its salts follow those of the first.
        conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a)").unwrap();
        conn.query_row("PRAGMA wal_checkpoint(RESTART)", (), |_| Ok(())).unwrap();
        conn.execute_batch("INSERT INTO t VALUES (1)").unwrap();
        let header = WalHeader::read(&beside(&path, "-wal")).unwrap().unwrap();
        (folder, path, conn, header.salts)
    }

    #[test]
    fn a_wal_that_cannot_have_followed_the_recorded_one_is_refused() {
        let (_folder, path, _conn, salts) = with_wal();
        let earlier = Salts { first: salts.first.wrapping_sub(3), second: 1 };
        let later = Salts { first: salts.first.wrapping_add(1), second: 1 };
        let other = Salts { first: salts.first, second: salts.second ^ 1 };
        for (recorded, is_refused) in [(salts, false), (earlier, false), (later, true), (other, true)] {
            HeadRecord::open(&path).keep(HEAD, true, WalState::Salts(recorded), false);
            assert_eq!(check_wal(&path).is_err(), is_refused, "{recorded:?} {salts:?}");
        }
        let lines = Lines::read(&path).unwrap().unwrap();
        let stale = Claim { start: Uuid::from_u128(1), ..lines.highest().unwrap().1 };
        HeadRecord::open(&path).write(&stale);
        assert_eq!(check_wal(&path), Ok(()), "of another start of the system the record may be older than the WAL");
        HeadRecord::open(&path).keep(HEAD, true, WalState::Fresh, false);
        assert_eq!(check_wal(&path), Ok(()));
    }

    #[test]
    fn a_wal_that_a_joining_process_has_begun_is_its_own() {
        let (_folder, path, conn, recorded) = with_wal();
        let joining = Connection::open(&path).unwrap();
        joining.query_row("SELECT count(*) FROM t", (), |_| Ok(())).unwrap();
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).unwrap();
        joining.execute_batch("INSERT INTO t VALUES (2)").unwrap();
        let header = WalHeader::read(&beside(&path, "-wal")).unwrap().unwrap();
        assert!(!header.salts.can_follow(recorded), "both salts were drawn: {header:?} after {recorded:?}");
        HeadRecord::open(&path).keep(HEAD, true, WalState::Salts(recorded), false);
        assert_eq!(check_wal(&path), Ok(()));
    }

    #[test]
    fn a_copy_that_was_never_opened_has_no_wal() {
        let (_folder, path, conn, _) = with_wal();
        keep_copy(&path, HEAD).unwrap();
        assert_eq!(check_wal(&path), Err(ForeignWal));
        let lines = Lines::read(&path).unwrap().unwrap();
        let old = Claim { start: Uuid::from_u128(1), ..lines.highest().unwrap().1 };
        HeadRecord::open(&path).write(&old);
        assert!(check_wal(&path).is_err(), "nor after the machine has stopped");
        drop(conn);
        assert_eq!(check_wal(&path), Ok(()));
    }
}
