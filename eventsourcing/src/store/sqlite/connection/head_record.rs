//! What is recorded of a file beside it, in `…-head`: how far its log has come, and which WAL belongs to it.
//!
//! A log that has lost its last events is as sound as one that never had them: its `-wal` file may be gone, or an older copy stand in its
//! place. Only what is kept elsewhere shows it. A claim is written after each commit, and not synced: the record may be behind the log,
//! which loses nothing but a bit of what it shows. Each claim is true by itself, whoever wrote it: a log that ends before any of
//! them has lost events.

mod claim;
mod foreign_wal;
mod lines;

use std::cmp::Reverse;
use std::fs::File;
use std::io;
use std::path::Path;

use rusqlite::Connection;
use uuid::Uuid;

use self::claim::Claim;
pub(crate) use self::claim::WalState;
pub(crate) use self::foreign_wal::check_wal;
#[cfg(fuzzing)]
pub(crate) use self::lines::reads_again;
use self::lines::{Doubt, Lines, NAME, doubt_line, line_of, place};
use crate::store::sqlite::connection::at;
use crate::store::sqlite::connection::new_file::open_beside;
use crate::store::sqlite::connection::side_files::beside;
use crate::store::sqlite::connection::wal_header::{Salts, WalHeader};
use crate::store::sqlite::error::LogMismatch;
use crate::store::sqlite::format::head::{self, Head};
use crate::stream::Position;

/// The record of a file, for the connection that writes.
#[derive(Debug)]
pub(crate) struct HeadRecord {
    /// None where it cannot be made.
    file: Option<File>,
    written: Option<Claim>,
}

impl HeadRecord {
    /// The record of a file; made, if there is none.
    pub(crate) fn open(path: &Path) -> Self {
        let file = open_beside(path, &beside(path, NAME));
        if let Err(error) = &file {
            tracing::warn!(path = %path.display(), %error, "no record of the head can be kept: lost events would not be noticed");
        }
        Self { file: file.ok(), written: None }
    }

    /// Makes it one of a log that has come so far, before the first commit. What may be lost, and is, is no longer claimed.
    pub(crate) fn begin(&mut self, path: &Path, head: Head, accept_loss: bool) -> rusqlite::Result<()> {
        let lines = Lines::read(path)?.unwrap_or_default();
        // Claims of processes that run are of this start of the system.
        let is_void = |claim: &Claim| {
            accept_loss || claim.may_be_lost() && (claim.head.position > head.position || !claim.start.is_nil())
        };
        let (void, held): (Vec<_>, Vec<_>) = lines.claims.into_iter().partition(|(_, claim)| is_void(claim));
        void.iter().for_each(|(line, _)| self.put(*line, &[0; claim::BYTES]));
        if held.is_empty() {
            self.keep(head, false, WalState::Fresh, false);
        }
        self.begin_wal(path)
    }

    /// Records that the WAL, if it is empty, may become any: to be called before it is written to, by who has the file open, so that
    /// nobody can delete it.
    pub(crate) fn begin_wal(&mut self, path: &Path) -> rusqlite::Result<()> {
        if !matches!(WalHeader::read(&beside(path, "-wal")), Ok(None)) {
            return Ok(());
        }
        let Some((line, claim)) = Lines::read(path)?.and_then(|lines| lines.highest()) else { return Ok(()) };
        if line == 0 || claim.wal == WalState::Fresh {
            return Ok(());
        }
        self.write(&Claim { wal: WalState::Fresh, ..claim });
        if claim.wal == WalState::CopyNeverOpened {
            self.sync();
        }
        Ok(())
    }

    /// Records how far the log has come by a commit, whether that commit's sync covers all before it, and in which WAL it is.
    /// `others_write` says whether another process has committed since this one last did.
    pub(crate) fn keep(&mut self, head: Head, is_synced: bool, wal: WalState, others_write: bool) {
        let claim = Claim { head, is_synced, start: claim::start_of_system(), wal };
        if self.written == Some(claim) {
            return;
        }
        debug_assert!(
            self.written.is_none_or(|written| written.head.position <= head.position),
            "a log that became shorter is not written to"
        );
        if others_write && self.has_later(head.position) {
            return;
        }
        self.write(&claim);
    }

    /// Whether another process has recorded more in the line of a position.
    fn has_later(&self, position: Position) -> bool {
        let mut bytes = [0; claim::BYTES];
        let read = self.file.as_ref().map(|file| at::read(file, &mut bytes, place(line_of(position))));
        matches!(read, Some(Ok(()))) && Claim::parse(&bytes).is_some_and(|claim| claim.head.position > position)
    }

    fn write(&mut self, claim: &Claim) {
        self.put(line_of(claim.head.position), &claim.bytes());
        self.written = Some(*claim);
    }

    /// Records that a sync has failed, for a process that opens the file if this one does not settle it.
    pub(crate) fn doubt(&mut self) {
        let doubt = Doubt { start: claim::start_of_system(), id: Uuid::now_v7() };
        self.put(doubt_line(), &doubt.bytes());
    }

    /// Takes a doubt back that was there before the file was settled.
    pub(crate) fn settled(&mut self, path: &Path, doubt: Doubt) {
        if Lines::read(path).is_ok_and(|lines| lines.is_some_and(|lines| lines.doubt == Some(doubt))) {
            self.put(doubt_line(), &[0; claim::BYTES]);
        }
    }

    fn put(&self, line: usize, bytes: &[u8]) {
        let written = self.file.as_ref().map(|file| at::write(file, bytes, place(line)));
        if let Some(Err(error)) = written {
            tracing::warn!(%error, "the head was not recorded: events that are lost now would not be noticed");
        }
    }

    fn sync(&self) {
        if let Some(Err(error)) = self.file.as_ref().map(File::sync_all) {
            tracing::warn!(%error, "the record of the head was not synced: after a loss of power the file may be refused as a copy");
        }
    }
}

/// Records of a copy that it ends with this event, and has no WAL: also over what another store has left there.
pub(crate) fn keep_copy(path: &Path, head: Head) -> io::Result<()> {
    let file = open_beside(path, &beside(path, NAME))?;
    file.set_len(0)?;
    let (is_synced, start, wal) = (true, claim::start_of_system(), WalState::CopyNeverOpened);
    at::write(&file, &Claim { head, is_synced, start, wal }.bytes(), place(line_of(head.position)))?;
    file.sync_all()
}

/// As [`HeadRecord::begin_wal`], for a file that may have no record.
pub(crate) fn begin_wal(path: &Path) -> rusqlite::Result<()> {
    match Lines::read(path)? {
        Some(_) => HeadRecord::open(path).begin_wal(path),
        None => Ok(()),
    }
}

/// The salts of the WAL that were recorded last.
pub(crate) fn salts(path: &Path) -> rusqlite::Result<Option<Salts>> {
    Ok(Lines::read(path)?.and_then(|lines| match lines.highest()?.1.wal {
        WalState::Salts(salts) => Some(salts),
        WalState::Unknown | WalState::CopyNeverOpened | WalState::Fresh => None,
    }))
}

/// Whether a sync has failed under this start of the system, and nobody has settled it.
pub(crate) fn doubt(path: &Path) -> rusqlite::Result<Option<Doubt>> {
    Ok(Lines::read(path)?.and_then(|lines| lines.doubt_of_this_start()))
}

/// Holds a log against the record of its file. What the machine may have lost when it stopped, at a durability that allows it, is a warning
/// only.
pub(crate) fn check(conn: &Connection, path: &Path) -> Result<(), LogMismatch> {
    // Before the log: what is claimed is in it.
    let Some(lines) = Lines::read(path)? else { return Ok(()) };
    let found = head::position(conn)?;
    let (excused, held): (Vec<_>, Vec<_>) =
        lines.claims.iter().map(|(_, claim)| claim).partition(|claim| claim.may_be_lost());
    let furthest = |claims: &[&Claim]| claims.iter().map(|claim| claim.head.position).max().unwrap_or(0);
    if furthest(&held) > found {
        return Err(LogMismatch::Behind { recorded: furthest(&held), found });
    }
    if furthest(&excused) > found {
        let recorded = furthest(&excused);
        tracing::warn!(path = %path.display(), recorded, found, "the machine has stopped, and the last events were not synced: they are lost");
    }
    let mut heads: Vec<_> = held.iter().map(|claim| claim.head).filter(|head| head.position > 0).collect();
    heads.sort_unstable_by_key(|head| Reverse(head.position));
    for Head { position, chain } in heads {
        if head::chain_at(conn, position)? != chain {
            return Err(LogMismatch::Diverged { position });
        }
    }
    Ok(())
}

/// The furthest position that is recorded and may not be lost; None if none is, or none that can be read.
pub(crate) fn position(path: &Path) -> rusqlite::Result<Option<Position>> {
    let held = |lines: Lines| {
        lines.claims.iter().filter(|(_, claim)| !claim.may_be_lost()).map(|(_, claim)| claim.head.position).max()
    };
    Ok(Lines::read(path)?.and_then(held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use claim::start_of_system;

    const HEAD: Head = Head { position: 7, chain: 8 };

    fn place_of_a_store() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        std::fs::write(&path, b"").unwrap();
        (folder, path)
    }

    #[test]
    fn what_was_not_synced_may_go_when_the_machine_stops_and_only_then() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("CREATE TABLE events (position INTEGER PRIMARY KEY, body BLOB)").unwrap();
        let now = start_of_system();
        for (is_synced, start, is_allowed) in [
            (true, Uuid::from_u128(1), false),
            (true, now, false),
            (false, Uuid::from_u128(1), true),
            (false, now, now.is_nil()),
        ] {
            let (_folder, path) = place_of_a_store();
            let claim = Claim { head: HEAD, is_synced, start, wal: WalState::Fresh };
            HeadRecord::open(&path).write(&claim);
            let checked = check(&conn, &path);
            assert_eq!(checked.is_ok(), is_allowed, "{claim:?}: {checked:?}");
            assert_eq!(position(&path).unwrap(), (!is_allowed).then_some(7));
        }
    }

    #[test]
    fn a_log_that_ends_before_any_claim_has_lost_events() {
        let (_folder, path) = place_of_a_store();
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("CREATE TABLE events (position INTEGER PRIMARY KEY, body BLOB)").unwrap();
        let mut record = HeadRecord::open(&path);
        record.write(&Claim { head: HEAD, is_synced: true, start: Uuid::from_u128(1), wal: WalState::Fresh });
        record.write(&Claim {
            head: Head { position: 9, ..HEAD },
            is_synced: false,
            start: Uuid::from_u128(1),
            wal: WalState::Fresh,
        });
        let checked = check(&conn, &path);
        assert!(
            matches!(checked, Err(LogMismatch::Behind { recorded: 7, found: 0 })),
            "the other may be lost: {checked:?}"
        );
    }

    #[test]
    fn a_process_that_is_slow_to_record_takes_nothing_back() {
        let (_folder, path) = place_of_a_store();
        let (mut fast, mut slow) = (HeadRecord::open(&path), HeadRecord::open(&path));
        let head = |position| Head { position, chain: 0 };
        for later in 1..100 {
            fast.keep(head(1000 + later), true, WalState::Fresh, true);
            slow.keep(head(1000), true, WalState::Fresh, true);
            assert_eq!(position(&path).unwrap(), Some(1000 + later));
            slow.written = None;
        }
    }

    #[test]
    fn a_loss_that_is_accepted_is_no_longer_claimed() {
        let (_folder, path) = place_of_a_store();
        let mut record = HeadRecord::open(&path);
        (1..=40).for_each(|position| record.keep(Head { position, chain: 0 }, true, WalState::Fresh, false));
        HeadRecord::open(&path).begin(&path, HEAD, false).unwrap();
        assert_eq!(position(&path).unwrap(), Some(40));
        HeadRecord::open(&path).begin(&path, HEAD, true).unwrap();
        assert_eq!(Lines::read(&path).unwrap().unwrap().claims.len(), 1);
        assert_eq!(position(&path).unwrap(), Some(7));
    }

    #[test]
    fn what_the_machine_has_lost_is_not_held_against_what_comes_in_its_place() {
        let (_folder, path) = place_of_a_store();
        let mut record = HeadRecord::open(&path);
        let lost = Claim {
            head: Head { position: 9, chain: 3 },
            is_synced: false,
            start: Uuid::from_u128(1),
            wal: WalState::Fresh,
        };
        record.write(&lost);
        HeadRecord::open(&path).begin(&path, HEAD, false).unwrap();
        let claims = Lines::read(&path).unwrap().unwrap().claims;
        assert_eq!(claims.iter().map(|(_, claim)| claim.head).collect::<Vec<_>>(), [HEAD]);
    }

    #[test]
    fn a_wal_that_is_about_to_begin_may_become_any() {
        let (_folder, path) = place_of_a_store();
        let salts = Salts { first: 1, second: 2 };
        let claim = Claim { head: HEAD, is_synced: true, start: Uuid::from_u128(1), wal: WalState::Salts(salts) };
        HeadRecord::open(&path).write(&claim);
        begin_wal(&path).unwrap();
        let fresh = Claim { wal: WalState::Fresh, ..claim };
        assert_eq!(Lines::read(&path).unwrap().unwrap().highest().unwrap().1, fresh, "all else is as it was");
    }

    #[test]
    fn a_doubt_is_taken_back_by_who_has_settled_it() {
        let (_folder, path) = place_of_a_store();
        let (mut one, mut other) = (HeadRecord::open(&path), HeadRecord::open(&path));
        assert_eq!(doubt(&path).unwrap(), None);
        one.doubt();
        let first = doubt(&path).unwrap().unwrap();
        other.doubt();
        one.settled(&path, first);
        let second = doubt(&path).unwrap().unwrap();
        assert_ne!(second, first, "another sync has failed meanwhile");
        other.settled(&path, second);
        assert_eq!(doubt(&path).unwrap(), None);
    }
}
