//! What is recorded of a file beside it, in `…-head`: how far its log has come, and which WAL belongs to it.
//!
//! A log that has lost its last events is as sound as one that never had them: its `-wal` file may be gone, or an older copy stand in its
//! place. Only what is kept elsewhere shows it. A claim is written after each commit, and not synced: the record may be behind the log,
//! which loses nothing but a bit of what it shows. Each claim is true by itself, whichever process wrote it: a log that ends before any of
//! them has lost events.

mod claim;
mod foreign_wal;
mod lines;

use std::fs::File;
use std::io;
use std::path::Path;

use rusqlite::Connection;
use uuid::Uuid;

use self::claim::Claim;
pub(crate) use self::foreign_wal::check_wal;
#[cfg(fuzzing)]
pub(crate) use self::lines::reads_again;
use self::lines::{DOUBT, FailedSync, Lines, line_of, offset};
use crate::store::sqlite::connection::wal::header::{Salts, WalHeader};
use crate::store::sqlite::connection::wal::state::WalState;
use crate::store::sqlite::error::LogMismatch;
use crate::store::sqlite::format::head::{self, Head};
use crate::store::sqlite::os::new_file::open_beside;
use crate::store::sqlite::os::positioned_io;
use crate::store::sqlite::os::side_file::{HEAD, WAL, beside};
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
        let file = open_beside(path, &beside(path, HEAD));
        if let Err(error) = &file {
            tracing::warn!(path = %path.display(), %error, "no record of the head can be kept: lost events would not be noticed");
        }
        Self { file: file.ok(), written: None }
    }

    /// Makes it the record of a log that ends with this head, before the first commit. Claims of events that may be lost, and are, are removed.
    pub(crate) fn begin(&mut self, path: &Path, head: Head, accept_loss: bool) -> rusqlite::Result<()> {
        let lines = Lines::read(path)?.unwrap_or_default();
        // Claims of processes that run are of this start of the system.
        let is_void = |claim: &Claim| {
            accept_loss || claim.may_be_lost() && (claim.head.position > head.position || !claim.start.is_nil())
        };
        let (void, kept): (Vec<_>, Vec<_>) = lines.claims.into_iter().partition(|(_, claim)| is_void(claim));
        for (line, _) in void {
            self.put(line, &[0; claim::BYTES]);
        }
        if kept.is_empty() {
            self.keep(head, false, WalState::Fresh, false);
        }
        self.begin_wal(path)
    }

    /// Records that the WAL, if it is empty, may become any. To be called before the WAL is written to, while this process has the file open,
    /// so that no other process can delete it.
    pub(crate) fn begin_wal(&mut self, path: &Path) -> rusqlite::Result<()> {
        if !matches!(WalHeader::read(&beside(path, WAL)), Ok(None)) {
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
        let read = self.file.as_ref().map(|file| positioned_io::read(file, &mut bytes, offset(line_of(position))));
        matches!(read, Some(Ok(()))) && Claim::parse(&bytes).is_some_and(|claim| claim.head.position > position)
    }

    fn write(&mut self, claim: &Claim) {
        self.put(line_of(claim.head.position), &claim.bytes());
        self.written = Some(*claim);
    }

    /// Records that a sync has failed, for a process that opens the file if this one does not settle it.
    pub(crate) fn note_failed_sync(&mut self) {
        let doubt = FailedSync { start: claim::start_of_system(), id: Uuid::from_u128(fastrand::u128(..)) };
        self.put(DOUBT, &doubt.bytes());
    }

    /// Clears a doubt that was recorded before the file was settled.
    pub(crate) fn settled(&mut self, path: &Path, doubt: FailedSync) {
        if Lines::read(path).is_ok_and(|lines| lines.is_some_and(|lines| lines.doubt == Some(doubt))) {
            self.put(DOUBT, &[0; claim::BYTES]);
        }
    }

    fn put(&self, line: usize, bytes: &[u8]) {
        let written = self.file.as_ref().map(|file| positioned_io::write(file, bytes, offset(line)));
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
    let file = open_beside(path, &beside(path, HEAD))?;
    file.set_len(0)?;
    let (is_synced, start, wal) = (true, claim::start_of_system(), WalState::CopyNeverOpened);
    positioned_io::write(&file, &Claim { head, is_synced, start, wal }.bytes(), offset(line_of(head.position)))?;
    file.sync_all()
}

/// As [`HeadRecord::begin_wal`], for a file that may have no record.
pub(crate) fn begin_wal_if_recorded(path: &Path) -> rusqlite::Result<()> {
    match Lines::read(path)? {
        Some(_) => HeadRecord::open(path).begin_wal(path),
        None => Ok(()),
    }
}

/// The salts of the WAL that were recorded last.
pub(crate) fn recorded_salts(path: &Path) -> rusqlite::Result<Option<Salts>> {
    Ok(Lines::read(path)?.and_then(|lines| match lines.highest()?.1.wal {
        WalState::Salts(salts) => Some(salts),
        WalState::Unknown | WalState::CopyNeverOpened | WalState::Fresh => None,
    }))
}

/// The furthest position that is recorded, and whether all up to it is said to be synced.
#[cfg(test)]
pub(crate) fn recorded_furthest(path: &Path) -> Option<(Position, bool)> {
    Lines::read(path).unwrap()?.highest().map(|(_, claim)| (claim.head.position, claim.is_synced))
}

/// The sync that has failed under this start of the system, if one has and is not settled.
pub(crate) fn unsettled_sync(path: &Path) -> rusqlite::Result<Option<FailedSync>> {
    Ok(Lines::read(path)?.and_then(|lines| lines.doubt_of_this_start()))
}

/// Compares a log with the record of its file. What the machine may have lost when it stopped, at a durability that allows it, is a warning
/// only.
pub(crate) fn check(conn: &Connection, path: &Path) -> Result<(), LogMismatch> {
    // Before the log: what is claimed is in it.
    let Some(lines) = Lines::read(path)? else { return Ok(()) };
    let found = head::find_position(conn)?;
    let (excused, held): (Vec<_>, Vec<_>) =
        lines.claims.iter().map(|(_, claim)| claim).partition(|claim| claim.may_be_lost());
    let furthest = |claims: &[&Claim]| claims.iter().map(|claim| claim.head.position).max().unwrap_or_default();
    if furthest(&held) > found {
        return Err(LogMismatch::Behind { recorded: furthest(&held), found });
    }
    if furthest(&excused) > found {
        let recorded = furthest(&excused);
        tracing::warn!(path = %path.display(), %recorded, %found, "the machine has stopped, and the last events were not synced: they are lost");
    }
    // The furthest alone: its chain stands for all before it, and an older event that is damaged does not keep the file from being opened.
    let furthest = held.iter().map(|claim| claim.head).max_by_key(|head| head.position);
    match furthest.filter(|head| head.position > 0) {
        Some(Head { position, chain }) if head::read_chain_at(conn, position)? != chain => {
            Err(LogMismatch::Diverged { position })
        }
        Some(_) | None => Ok(()),
    }
}

/// The furthest position that is recorded and may not be lost; None if none is, or none that can be read.
pub(crate) fn recorded_position(path: &Path) -> rusqlite::Result<Option<Position>> {
    let held = |lines: Lines| {
        lines.claims.iter().filter(|(_, claim)| !claim.may_be_lost()).map(|(_, claim)| claim.head.position).max()
    };
    Ok(Lines::read(path)?.and_then(held))
}

#[cfg(test)]
mod tests;
