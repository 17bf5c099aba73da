//! Checking all of a file.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::Connection;

use crate::error::OpenError;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::connection::side_files::head_record;
use crate::store::sqlite::error::{LogMismatch, open_error};
use crate::store::sqlite::file::content::Purpose;
use crate::store::sqlite::file::look::Look;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::format::head;
use crate::store::sqlite::format::numbers;
use crate::store::sqlite::repair::check;
use crate::store::sqlite::repair::finding::Finding;
use crate::store::sqlite::repair::scan::{Progress, Scanned, scan};

/// What SQLite says of a page that is referred to more than once. It looks at the pages first and goes through the rows then, which may take
/// forever where there is such a page.
const SHARED_PAGE: &str = "2nd reference to page";

/// How often a file is looked at that is changed meanwhile. From the second time on it is in use, and others cannot disturb the look.
const LOOKS: usize = 4;

/// What [`SqliteStore::verify`] has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// How many events are sound.
    pub sound: u64,
    /// What is wrong, in the order in which it was found; empty for a file that is whole.
    pub findings: Vec<Finding>,
    /// Whether it was broken off.
    pub is_broken_off: bool,
}

impl SqliteStore {
    /// Checks a whole file: pages, each event's checksum and chain, its end against `-head`, the index of streams, links, names, commit ids and
    /// snapshots. `progress` is called now and then, and may break it off.
    ///
    /// It reads as it goes and keeps nothing but what it finds, and leaves the file and all beside it as they are, byte for byte. The file may be
    /// in use, and may stand where nothing can be written. If it was closed and another process opens it meanwhile, all is looked at once more.
    ///
    /// A file that a process has left without closing it, with a `-wal`, is locked until the end: a process that opens it meanwhile waits.
    ///
    /// ```
    /// # use std::ops::ControlFlow;
    /// use eventsourcing::SqliteStore;
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("bank.db");
    /// # drop(SqliteStore::open(&path)?);
    ///
    /// let verified = SqliteStore::verify(&path, |progress| {
    ///     eprintln!("{} of {}", progress.reached, progress.head);
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert!(verified.findings.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`] if the file is not a store, has an older or newer schema, or cannot be opened or locked; [`OpenError::InUse`] if it kept
    /// changing.
    pub fn verify(
        path: impl AsRef<Path>,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Verified, OpenError> {
        let path = DatabasePath::new(path.as_ref())?;
        for _ in 0..LOOKS {
            let mut look = Look::open(&path, Purpose::Repair)?;
            let verified = verify_once(&mut look, &path, &mut progress)?;
            if verified.is_broken_off || !look.is_outdated() {
                return Ok(verified);
            }
        }
        Err(OpenError::in_use(&path, "it was changed whenever it was looked at"))
    }
}

fn verify_once(
    look: &mut Look,
    path: &DatabasePath,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Verified, OpenError> {
    let end = check_end(look, path);
    look.begin()?;
    let reader = &mut look.reader;
    let mut verified = Verified { sound: 0, findings: check_structure(&reader.conn, path), is_broken_off: false };
    if look.is_wal_foreign {
        verified.findings.push(Finding::ForeignWal);
    }
    verified.findings.extend(end);
    let mut each = |seen: Scanned<'_>| match seen {
        Scanned::Sound { .. } => verified.sound += 1,
        Scanned::Wrong(finding) => finding.add_to(&mut verified.findings),
        Scanned::Found(position) => Finding::remove(&mut verified.findings, position),
    };
    let flow = scan(reader, &mut each, progress).map_err(|error| open_error(path, error))?;
    let head = head::find_position(&reader.conn).unwrap_or_default();
    let mut go_on = || progress(Progress { reached: head, head });
    verified.is_broken_off =
        flow.is_break() || check::check_tables(reader, &mut verified.findings, &mut go_on).is_break();
    Ok(verified)
}

/// What is wrong with the end of the log, by what is recorded beside the file.
pub(crate) fn check_end(look: &Look, path: &Path) -> Option<Finding> {
    match head_record::check(&look.reader.conn, path) {
        Err(LogMismatch::Behind { recorded, found }) => Some(Finding::Behind { recorded, found }),
        Err(LogMismatch::Diverged { position }) => Some(Finding::Diverged { position }),
        Err(LogMismatch::Sqlite(_)) => unreadable_record(path),
        // What of the log cannot be read is found by the scan.
        Ok(()) | Err(LogMismatch::Unreadable { .. }) => None,
    }
}

/// The finding of a record beside the file that cannot be read.
fn unreadable_record(path: &Path) -> Option<Finding> {
    let error = head_record::recorded_position(path).err()?;
    Some(Finding::Structure(format!("`-head` cannot be read: {error}")))
}

/// What SQLite finds wrong with the pages.
fn check_structure(conn: &Connection, path: &Path) -> Vec<Finding> {
    let check = || {
        let mut statement = conn.prepare("PRAGMA integrity_check(100)")?;
        let mut rows = statement.query(())?;
        let mut findings = Vec::new();
        while let Some(row) = rows.next()? {
            let finding: String = row.get(0)?;
            let is_walk_endless = finding.contains(SHARED_PAGE);
            findings.push(finding);
            if is_walk_endless {
                break;
            }
        }
        Ok::<_, rusqlite::Error>(findings)
    };
    match check() {
        Ok(findings) => findings.into_iter().filter(|finding| finding != "ok").map(Finding::Structure).collect(),
        Err(error) => {
            let page: u64 = conn
                .pragma_query_value(None, "page_size", |row| row.get(0))
                .and_then(numbers::from_sql)
                .unwrap_or(4096);
            let bytes = fs::metadata(path).map_or(0, |file| file.len());
            let whole = bytes / page.max(1);
            vec![Finding::Structure(format!(
                "{error}; the file has {bytes} bytes, and ends with page {whole} of {page} bytes"
            ))]
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::store::sqlite::os::side_file::beside;

    #[test]
    fn a_record_that_cannot_be_read_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        drop(SqliteStore::open(&path).unwrap());
        let record = beside(&path, "-head");
        fs::remove_file(&record).unwrap();
        fs::create_dir(&record).unwrap();
        let verified = SqliteStore::verify(&path, |_| ControlFlow::Continue(())).unwrap();
        let [Finding::Structure(what)] = &verified.findings[..] else { panic!("{verified:?}") };
        assert!(what.starts_with("`-head` cannot be read: "), "{what}");
    }
}
