//! A scan of all events of a log, which skips what is damaged.

use std::ops::ControlFlow;

use rusqlite::{Connection, Row, ffi};

use crate::error::EventLocation;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::error::meaning::{NOT_OF_SQLITE, extended_code, primary_code};
use crate::store::sqlite::format::ascent::Ascent;
use crate::store::sqlite::format::body::{Seal, chain};
use crate::store::sqlite::format::head;
use crate::store::sqlite::format::names::Names;
use crate::store::sqlite::format::numbers::{self, to_sql_or_end};
use crate::store::sqlite::format::row::{FoundRow, Owner};
use crate::store::sqlite::repair::check::LostEvents;
use crate::store::sqlite::repair::finding::Finding;
use crate::stream::{Position, StreamId};

/// The same columns as a page of the log, and the position.
const ALL: &str = "SELECT version, body, stream_key, position FROM events WHERE position > ?1 ORDER BY position";
const INDEX: &str = "SELECT stream_key, version, position FROM events INDEXED BY sqlite_autoindex_events_1 ORDER BY stream_key, version";

/// How far [`SqliteStore::verify`](crate::SqliteStore::verify) has come, or [`SqliteStore::salvage`](crate::SqliteStore::salvage).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The position that was looked at last.
    pub reached: Position,
    /// The position of the last event.
    pub head: Position,
}

/// One thing that was seen in the log.
pub(crate) enum Scanned<'a> {
    Sound {
        event: crate::store::StoredEvent<'a>,
        body: &'a [u8],
    },
    Wrong(Finding),
    /// The event at this position was found to be wrong before, and is sound elsewhere in the table; it comes next.
    Found(Position),
}

/// The most positions that are skipped at once where pages cannot be read.
const LEAP: u64 = 1 << 20;

/// Looks at each event, past all that is wrong.
pub(crate) fn scan(
    reader: &mut Reader,
    each: &mut dyn FnMut(Scanned<'_>),
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> rusqlite::Result<ControlFlow<()>> {
    let Reader { conn, names } = reader;
    let by_index = |error| if is_of_file(&error) { last_by_index(conn) } else { Err(error) };
    let head = head::find_position(conn).or_else(by_index)?;
    let mut scan = Scan {
        reached: Position::default(),
        head,
        chained: Some(0),
        lost: LostEvents::default(),
        ascent: Ascent::default(),
        each,
        progress,
    };
    let mut leap = 1;
    while scan.reached < head {
        let before = scan.reached;
        match scan.run(conn, names) {
            Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
            Ok(ControlFlow::Continue(())) => break,
            Err(error) if !is_of_file(&error) => return Err(error),
            // The page of the next event cannot be read: past it.
            Err(_) => {
                leap = if scan.reached == before { (leap * 2).min(LEAP) } else { 1 };
                scan.miss(scan.reached.saturating_add(leap).min(head));
            }
        }
    }
    if scan.reached < head {
        scan.miss(head);
    }
    Ok((scan.progress)(Progress { reached: head, head }))
}

/// Whether an error is that of a page that cannot be read, or of a value that makes no sense. All others say nothing of what is in the file.
fn is_of_file(error: &rusqlite::Error) -> bool {
    match primary_code(error) {
        ffi::SQLITE_IOERR => extended_code(error) != Some(ffi::SQLITE_IOERR_NOMEM),
        code => matches!(code, ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB | NOT_OF_SQLITE),
    }
}

/// The last position as an index of another order knows it, where the log itself cannot be read to its end.
fn last_by_index(conn: &Connection) -> rusqlite::Result<Position> {
    let mut statement = conn.prepare(INDEX)?;
    let mut rows = statement.query(())?;
    let (mut last, mut ascent, mut before) = (Position::default(), Ascent::default(), None);
    while let Some(row) = rows.next()? {
        let entry = (row.get_ref(0)?.as_blob().unwrap_or_default().to_vec(), row.get::<_, i64>(1)?);
        ascent.step(before.as_ref() < Some(&entry))?;
        before = Some(entry);
        last = last.max(row.get(2).and_then(numbers::from_sql)?);
    }
    Ok(last)
}

/// A scan, as far as it has come.
struct Scan<'a> {
    reached: Position,
    head: Position,
    /// The chain up to there, if it is known.
    chained: Option<u32>,
    /// The events up to there that are not sound.
    lost: LostEvents,
    ascent: Ascent,
    each: &'a mut dyn FnMut(Scanned<'_>),
    progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
}

impl Scan<'_> {
    /// Looks at what comes after the last event that was reached, until something cannot be read.
    fn run(&mut self, conn: &Connection, names: &mut Names) -> rusqlite::Result<ControlFlow<()>> {
        let mut statement = conn.prepare_cached(ALL)?;
        let mut rows = statement.query([to_sql_or_end(self.reached)])?;
        let mut before = self.reached;
        while let Some(row) = rows.next()? {
            let position: Position = row.get(3).and_then(numbers::from_sql)?;
            self.ascent.step(position > before)?;
            before = position;
            if position <= self.reached {
                // A row that is read again, or out of order.
                if self.lost.has(position) {
                    self.look_again(conn, names, row, position)?;
                }
                continue;
            }
            if position > self.reached + 1 {
                self.miss(position.previous());
            }
            self.reached = position;
            self.look(conn, names, row, position)?;
            let (reached, head) = (position, self.head);
            if position.get().is_multiple_of(4096) && (self.progress)(Progress { reached, head }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Skips all events up to a position.
    fn miss(&mut self, last: Position) {
        let first = self.reached + 1;
        self.lost.add(first, last);
        (self.each)(Scanned::Wrong(Finding::Missing { first, last }));
        (self.reached, self.chained) = (last, None);
    }

    /// Looks at what was not sound, or not there, where it belongs. Its neighbours are elsewhere: it is judged by itself.
    fn look_again(
        &mut self,
        conn: &Connection,
        names: &mut Names,
        row: &Row<'_>,
        position: Position,
    ) -> rusqlite::Result<()> {
        let (found, owner) = (FoundRow::in_log(row, position), Owner::from_row(row));
        names.look_up(conn, owner.aggregate)?;
        names.look_up(conn, found.name)?;
        let stream = owner.stream(names);
        if let Some(event) = sound(&found, &owner, &stream, names) {
            self.lost.remove(position);
            (self.each)(Scanned::Found(position));
            (self.each)(Scanned::Sound { event, body: found.body.unwrap_or_default() });
        }
        Ok(())
    }

    fn look(
        &mut self,
        conn: &Connection,
        names: &mut Names,
        row: &Row<'_>,
        position: Position,
    ) -> rusqlite::Result<()> {
        let (found, owner) = (FoundRow::in_log(row, position), Owner::from_row(row));
        names.look_up(conn, owner.aggregate)?;
        names.look_up(conn, found.name)?;
        let stream = owner.stream(names);
        let seal = found.body.and_then(Seal::take).map(|(seal, _)| seal);
        let is_chained =
            seal.is_some_and(|seal| self.chained.is_none_or(|before| chain(before, seal.checksum) == seal.chain));
        // After a broken link the next is judged by itself.
        self.chained = seal.filter(|_| is_chained).map(|seal| seal.chain);
        if let Some(event) = sound(&found, &owner, &stream, names).filter(|_| is_chained) {
            (self.each)(Scanned::Sound { event, body: found.body.unwrap_or_default() });
        } else {
            self.lost.add(position, position);
            (self.each)(Scanned::Wrong(Finding::Damaged(EventLocation { stream, version: found.version, position })));
        }
        Ok(())
    }
}

fn sound<'r>(
    found: &FoundRow<'r>,
    owner: &Owner,
    stream: &'r StreamId,
    names: &'r Names,
) -> Option<crate::store::StoredEvent<'r>> {
    owner.id?;
    found.verify(names.get(owner.aggregate?)?.checksum, stream, names.get(found.name?)?)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::store::Commit;
    use crate::store::sqlite::commit::transaction::store_commits;
    use crate::store::sqlite::file::open::open_in_memory;

    #[test]
    fn what_says_nothing_of_the_file_ends_the_scan() {
        let mut writer = open_in_memory().unwrap();
        let mut commit = Commit::new();
        let mut appending = commit.append(StreamId::new("Account", Uuid::nil()), 0).unwrap();
        for _ in 0..9 {
            appending = appending.event("Happened", 1, b"{}").unwrap();
        }
        store_commits(&mut writer, &[&commit], 0).unwrap()[0].as_ref().unwrap();
        let interrupt = writer.reader.conn.get_interrupt_handle();
        let mut each = |seen: Scanned<'_>| match seen {
            Scanned::Sound { .. } => interrupt.interrupt(),
            Scanned::Wrong(finding) => panic!("{finding:?}"),
            Scanned::Found(position) => panic!("{position}"),
        };
        let error = scan(&mut writer.reader, &mut each, &mut |_| ControlFlow::Continue(())).unwrap_err();
        assert_eq!(extended_code(&error), Some(ffi::SQLITE_INTERRUPT));
    }

    #[test]
    fn only_errors_of_a_page_or_a_value_of_the_file_are_skipped() {
        let failure = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        let of_file = [ffi::SQLITE_CORRUPT, ffi::SQLITE_CORRUPT_INDEX, ffi::SQLITE_NOTADB, ffi::SQLITE_IOERR_READ];
        assert!(of_file.into_iter().all(|code| is_of_file(&failure(code))));
        assert!(is_of_file(&rusqlite::Error::IntegralValueOutOfRange(0, -1)));
        let others = [ffi::SQLITE_NOMEM, ffi::SQLITE_IOERR_NOMEM, ffi::SQLITE_BUSY, ffi::SQLITE_INTERRUPT];
        assert!(!others.into_iter().any(|code| is_of_file(&failure(code))));
    }
}
