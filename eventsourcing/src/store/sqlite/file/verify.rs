//! Looking at all of a file.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::Connection;

use crate::error::{OpenError, Place};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::connection::head_record;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::error::{LogMismatch, open_error};
use crate::store::sqlite::file::look::Look;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::format::body::{Seal, chain};
use crate::store::sqlite::format::head;
use crate::store::sqlite::format::names::Names;
use crate::store::sqlite::format::numbers::{self, to_sql_or_end};
use crate::store::sqlite::format::row::{Found, Owner};
use crate::stream::{Position, StreamId};

/// The same columns as a page of the log, and the position.
const ALL: &str = "SELECT version, body, stream, position FROM events WHERE position > ?1 ORDER BY position";

/// How often a file is looked at that is changed meanwhile. From the second time on it is in use, and others cannot disturb the look.
const LOOKS: usize = 4;

/// How far [`SqliteStore::verify`] has come, or [`SqliteStore::salvage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The position that was looked at last.
    pub reached: Position,
    /// The position of the last event.
    pub head: Position,
}

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

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// An event is not what was stored.
    Damaged(Place),
    /// Events are not there.
    Missing {
        /// The position of the first of them.
        first: Position,
        /// The position of the last of them.
        last: Position,
    },
    /// The log ends before what was recorded beside it: its last events are lost.
    Behind {
        /// The position of the last event that was in it.
        recorded: Position,
        /// The position of the last event that is in it.
        found: Position,
    },
    /// Another event stands where one was recorded.
    Diverged {
        /// Its position.
        position: Position,
    },
    /// The `-wal` beside the file is that of another: it was left out, and all else is of the file alone.
    ForeignWal,
    /// SQLite found the pages of the file damaged; this is what it says, with the number of the page.
    Structure(String),
}

impl SqliteStore {
    /// Looks at all of a file: its pages, each event with its checksum and its place in the chain, and how far it has come. `progress` is
    /// called now and then, and may break it off.
    ///
    /// It reads as it goes and keeps nothing but what it finds, and leaves the file and all beside it as they are, byte for byte. The file may be
    /// in use, and may stand where nothing can be written. If it was closed and somebody opens it meanwhile, all is looked at once more.
    ///
    /// A file that a process has left without closing it, with a `-wal`, is locked until the end: whoever opens it meanwhile waits.
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
    /// [`OpenError`] if the file is none of a store, or not of this release's schema.
    pub fn verify(
        path: impl AsRef<Path>,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Verified, OpenError> {
        let path = DatabasePath::new(path.as_ref())?;
        for _ in 0..LOOKS {
            let mut look = Look::at(&path, true)?;
            let verified = verified(&mut look, &path, &mut progress)?;
            if verified.is_broken_off || !look.is_outdated() {
                return Ok(verified);
            }
        }
        Err(OpenError::in_use(&path, "it was changed whenever it was looked at"))
    }
}

fn verified(
    look: &mut Look,
    path: &DatabasePath,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Verified, OpenError> {
    let end = head_record::check(&look.reader.conn, path);
    look.begin()?;
    let reader = &mut look.reader;
    let mut verified = Verified { sound: 0, findings: structure(&reader.conn, path), is_broken_off: false };
    if look.is_wal_foreign {
        verified.findings.push(Finding::ForeignWal);
    }
    match end {
        Err(LogMismatch::Behind { recorded, found }) => verified.findings.push(Finding::Behind { recorded, found }),
        Err(LogMismatch::Diverged { position }) => verified.findings.push(Finding::Diverged { position }),
        // What cannot be read is found below.
        Ok(()) | Err(LogMismatch::Sqlite(_) | LogMismatch::Unreadable { .. }) => {}
    }
    let mut each = |seen: Seen<'_>| match seen {
        Seen::Sound { .. } => verified.sound += 1,
        Seen::Wrong(finding) => finding.add_to(&mut verified.findings),
    };
    let flow = self::look(reader, &mut each, progress).map_err(|error| open_error(path, error))?;
    verified.is_broken_off = flow.is_break();
    Ok(verified)
}

impl Finding {
    /// Adds it to others; events that are missing one after the other are one finding.
    pub(crate) fn add_to(self, findings: &mut Vec<Self>) {
        match (findings.last_mut(), &self) {
            (Some(Self::Missing { last, .. }), Self::Missing { first, last: end }) if *last + 1 == *first => {
                *last = *end;
            }
            _ => findings.push(self),
        }
    }
}

/// What SQLite finds wrong with the pages.
fn structure(conn: &Connection, path: &Path) -> Vec<Finding> {
    let check = || {
        let mut statement = conn.prepare("PRAGMA integrity_check(100)")?;
        let findings = statement.query_map((), |row| row.get::<_, String>(0))?;
        findings.collect::<rusqlite::Result<Vec<_>>>()
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

/// One thing that was seen in the log.
pub(crate) enum Seen<'a> {
    Sound { event: crate::store::StoredEvent<'a>, body: &'a [u8] },
    Wrong(Finding),
}

/// The most positions that are passed over at once where pages cannot be read.
const LEAP: u64 = 1 << 20;

/// Looks at each event, past all that is wrong.
pub(crate) fn look(
    reader: &mut Reader,
    each: &mut dyn FnMut(Seen<'_>),
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> rusqlite::Result<ControlFlow<()>> {
    let Reader { conn, names } = reader;
    let head = head::position(conn).or_else(|_| last_by_index(conn))?;
    let (mut reached, mut chained, mut leap) = (0, Some(0), 1);
    while reached < head {
        let before = reached;
        match run(conn, names, &mut reached, &mut chained, head, each, progress) {
            Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
            Ok(ControlFlow::Continue(())) => break,
            // The page of the next event cannot be read: past it.
            Err(_) => {
                leap = if reached == before { (leap * 2).min(LEAP) } else { 1 };
                let last = reached.saturating_add(leap).min(head);
                each(Seen::Wrong(Finding::Missing { first: reached + 1, last }));
                (reached, chained) = (last, None);
            }
        }
    }
    if reached < head {
        each(Seen::Wrong(Finding::Missing { first: reached + 1, last: head }));
    }
    Ok(progress(Progress { reached: head, head }))
}

/// The last position as an index of another order knows it, where the log itself cannot be read to its end.
fn last_by_index(conn: &Connection) -> rusqlite::Result<Position> {
    conn.query_row("SELECT coalesce(max(position), 0) FROM events INDEXED BY sqlite_autoindex_events_1", (), |row| {
        row.get(0).and_then(numbers::from_sql)
    })
}

fn run(
    conn: &Connection,
    names: &mut Names,
    reached: &mut Position,
    chained: &mut Option<u32>,
    head: Position,
    each: &mut dyn FnMut(Seen<'_>),
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> rusqlite::Result<ControlFlow<()>> {
    let mut statement = conn.prepare_cached(ALL)?;
    let mut rows = statement.query([to_sql_or_end(*reached)])?;
    while let Some(row) = rows.next()? {
        let position = row.get(3).and_then(numbers::from_sql)?;
        if position > *reached + 1 {
            each(Seen::Wrong(Finding::Missing { first: *reached + 1, last: position - 1 }));
            *chained = None;
        }
        let (found, owner) = (Found::in_log(row, position), Owner::of(row));
        names.look_up(conn, owner.aggregate)?;
        names.look_up(conn, found.name)?;
        let stream = owner.stream(names);
        *reached = position;
        let seal = found.body.and_then(Seal::take).map(|(seal, _)| seal);
        let is_chained =
            seal.is_some_and(|seal| chained.is_none_or(|before| chain(before, seal.checksum) == seal.chain));
        // After a broken link the next is judged by itself.
        *chained = seal.filter(|_| is_chained).map(|seal| seal.chain);
        match sound(&found, &owner, &stream, names).filter(|_| is_chained) {
            Some(event) => each(Seen::Sound { event, body: found.body.unwrap_or_default() }),
            None => each(Seen::Wrong(Finding::Damaged(Place { stream, version: found.version, position }))),
        }
        if position % 4096 == 0 && progress(Progress { reached: position, head }).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn sound<'r>(
    found: &Found<'r>,
    owner: &Owner,
    stream: &'r StreamId,
    names: &'r Names,
) -> Option<crate::store::StoredEvent<'r>> {
    owner.id?;
    found.sound(names.get(owner.aggregate?)?.checksum, stream, names.get(found.name?)?)
}
