//! The bytes of a `-head` file, in lines of 64.
//!
//! | line | |
//! |---|---|
//! | 0 | the record of an older release, which knows only this place: 33 bytes |
//! | 1 | that a sync has failed, and what it should have kept is in doubt |
//! | 2 to 32 | claims: position, chain, whether it is synced, state of the WAL, start of the system, its salts, CRC-32 |
//!
//! A line is within one sector and one page, so that it is written whole but for a loss of power. A claim's line follows from its
//! position, so that a process that is slow to record does not write over what another has recorded since. There is a
//! prime number of them: commits of whatever number of events go through all.

use std::io::{self, Read};
use std::path::Path;

use rusqlite::ffi;
use uuid::Uuid;

use crate::store::sqlite::connection::side_files::head_record::claim::{self, Claim, checked, seal};
use crate::store::sqlite::os::descriptors;
use crate::store::sqlite::os::side_file::{HEAD, beside};
use crate::stream::Position;

const LINE: usize = 64;
pub(crate) const DOUBT: usize = 1;
const FIRST_CLAIM: usize = 2;
const CLAIMS: u64 = 31;

/// That a sync has failed: what it should have kept may be in the memory of the system only, while the system calls it kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FailedSync {
    pub(crate) start: Uuid,
    /// Which failure it is: one process does not clear the doubt of another.
    pub(crate) id: Uuid,
}

/// All that a record says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Each with the line it stands in.
    pub(crate) claims: Vec<(usize, Claim)>,
    pub(crate) doubt: Option<FailedSync>,
}

/// The line of a claim.
pub(crate) fn line_of(position: Position) -> usize {
    FIRST_CLAIM + usize::try_from(position.get() % CLAIMS).unwrap_or(0)
}

/// Where a line begins, in bytes.
pub(crate) const fn offset(line: usize) -> u64 {
    (line * LINE) as u64
}

impl Lines {
    /// None if there is no record, or none that makes sense. That it cannot or may not be read is no reason to do without.
    pub(crate) fn read(path: &Path) -> rusqlite::Result<Option<Self>> {
        // Room for all lines, so that they are read at once.
        let mut bytes = Vec::with_capacity(8 << 10);
        let file = descriptors::open_to_read(&beside(path, HEAD));
        if let Err(error) = file.and_then(|file| file.take(1 << 16).read_to_end(&mut bytes)) {
            return if error.kind() == io::ErrorKind::NotFound { Ok(None) } else { Err(unreadable(path, &error)) };
        }
        let lines = Self::parse(&bytes);
        if lines.claims.is_empty() && bytes.iter().any(|byte| *byte != 0) && lines.doubt.is_none() {
            tracing::warn!(path = %path.display(), "the record of the head cannot be read: lost events would not be noticed");
            return Ok(None);
        }
        Ok(Some(lines))
    }

    /// A line that cannot be read is being written, or belongs to a machine that lost power meanwhile: the others say enough.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let claim = |(line, bytes): (usize, &[u8])| {
            let claim = match line {
                0 => Claim::parse_old(bytes),
                DOUBT => None,
                _ => Claim::parse(bytes).filter(|claim| line_of(claim.head.position) == line),
            };
            Some((line, claim?))
        };
        let lines = || bytes.chunks(LINE).enumerate();
        Self {
            claims: lines().filter_map(claim).collect(),
            doubt: lines().nth(DOUBT).and_then(|(_, line)| FailedSync::parse(line)),
        }
    }

    /// The claim that has come furthest; of two for one position, the one of an older release.
    pub(crate) fn highest(&self) -> Option<(usize, Claim)> {
        self.claims.iter().rev().max_by_key(|(_, claim)| claim.head.position).copied()
    }

    /// Whether what a failed sync should have kept is in doubt: the system that knows it still runs.
    pub(crate) fn doubt_of_this_start(&self) -> Option<FailedSync> {
        self.doubt.filter(|doubt| doubt.start == claim::start_of_system())
    }
}

impl FailedSync {
    const BYTES: usize = 36;

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (start, id) = checked(bytes.get(..Self::BYTES)?)?.split_at_checked(16)?;
        Some(Self { start: Uuid::from_slice(start).ok()?, id: Uuid::from_slice(id).ok()? })
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = [self.start.as_bytes().as_slice(), self.id.as_bytes(), &[0; 4]].concat();
        seal(&mut bytes);
        bytes
    }
}

/// Reported as SQLite reports its own.
fn unreadable(path: &Path, error: &io::Error) -> rusqlite::Error {
    let message = format!("`{}`: {error}", beside(path, HEAD).display());
    let is_denied = error.kind() == io::ErrorKind::PermissionDenied;
    let code = if is_denied { ffi::SQLITE_PERM } else { ffi::SQLITE_IOERR_READ };
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some(message))
}

#[cfg(fuzzing)]
pub(crate) fn reads_again(bytes: &[u8]) {
    let mut written = Vec::new();
    let read = Lines::parse(bytes);
    for (line, claim) in read.claims.iter().filter(|(line, _)| *line > DOUBT) {
        written.resize(line * LINE, 0);
        written.extend(claim.bytes());
    }
    let claims: Vec<_> = read.claims.into_iter().filter(|(line, _)| *line > DOUBT).collect();
    assert_eq!(Lines::parse(&written), Lines { claims, doubt: None });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::connection::wal::state::WalState;
    use crate::store::sqlite::format::head::Head;

    fn claim(position: Position) -> Claim {
        let head = Head { position, chain: 0 };
        Claim { head, is_synced: true, start: Uuid::nil(), wal: WalState::Fresh }
    }

    #[test]
    fn commits_of_any_size_go_through_all_lines() {
        for events in (1..200).filter(|events| events % CLAIMS != 0) {
            let mut lines: Vec<_> = (0..CLAIMS).map(|commit| line_of((commit * events).into())).collect();
            lines.sort_unstable();
            let all: Vec<_> = (FIRST_CLAIM..FIRST_CLAIM + 31).collect();
            assert_eq!(lines, all, "{events}");
        }
    }

    #[test]
    fn a_line_that_is_torn_hides_no_other() {
        let mut bytes = vec![0; LINE * 33];
        for position in [100, 101] {
            let place = line_of(position.into()) * LINE;
            bytes[place..place + claim::BYTES].copy_from_slice(&claim(position.into()).bytes());
        }
        let highest = |bytes: &[u8]| Lines::parse(bytes).highest().map(|(_, claim)| claim.head.position);
        assert_eq!(highest(&bytes), Some(101.into()));
        bytes[line_of(101.into()) * LINE + 3] ^= 1;
        assert_eq!(highest(&bytes), Some(100.into()));
        bytes.truncate(line_of(101.into()) * LINE + 5);
        assert_eq!(highest(&bytes), Some(100.into()), "cut");
        let copied = bytes[line_of(100.into()) * LINE..][..LINE].to_vec();
        bytes[3 * LINE..4 * LINE].copy_from_slice(&copied);
        assert_eq!(Lines::parse(&bytes).claims.len(), 1, "in another's line");
    }

    #[test]
    fn a_doubt_is_read_as_it_was_written() {
        let doubt = FailedSync { start: Uuid::from_u128(1), id: Uuid::from_u128(2) };
        let mut bytes = [vec![0; LINE], doubt.bytes()].concat();
        assert_eq!(Lines::parse(&bytes), Lines { claims: Vec::new(), doubt: Some(doubt) });
        bytes[LINE + 20] ^= 1;
        assert_eq!(Lines::parse(&bytes), Lines::default());
    }
}
