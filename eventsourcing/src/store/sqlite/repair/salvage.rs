//! Copying the sound events of a damaged file to a new one.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::Connection;

use crate::error::{EventLocation, OpenError};
use crate::store::StoredEvent;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::copy::new_copy::NewCopy;
use crate::store::sqlite::error::{Operation, Origin, open_error};
use crate::store::sqlite::file::content::Purpose;
use crate::store::sqlite::file::look::Look;
use crate::store::sqlite::file::open::open_checked;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::format::ascent::Ascent;
use crate::store::sqlite::format::body::{Body, Seal};
use crate::store::sqlite::format::commits::{self, commit_id};
use crate::store::sqlite::format::insert::{self, Events};
use crate::store::sqlite::format::numbers::from_sql;
use crate::store::sqlite::repair::check::LostEvents;
use crate::store::sqlite::repair::finding::Finding;
use crate::store::sqlite::repair::scan::{Progress, Scanned, scan};
use crate::store::sqlite::repair::verify;
use crate::store::sqlite::settings::Settings;
use crate::stream::{CommitId, Position, StreamId, Version};

/// What [`SqliteStore::salvage`] copied and did not copy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Salvaged {
    /// How many events are in the new file.
    pub kept: u64,
    /// What was found wrong on the way; [`verify`](SqliteStore::verify) finds more (its end, indexes, snapshots).
    pub findings: Vec<Finding>,
    /// Sound events that are not in the new file, because one before them in their stream is lost: where they are in the old file.
    pub left_out: Vec<EventLocation>,
}

impl SqliteStore {
    /// Copies what is sound of a file to a new one: of each stream, its events up to the first that is lost. They keep their order, their
    /// versions and all that was stored of them; their positions are renumbered, without gaps, so that readers must read the new file
    /// from its beginning. Snapshots are not copied.
    ///
    /// `progress` is called now and then; breaking off keeps what was copied so far. The old file and all beside it are only looked at, and may stand
    /// where nothing can be written; as long as a process has them open, what is copied is of one moment.
    ///
    /// Memory use grows with the number of streams, of commit ids that callers gave, and of events in [`left_out`](Salvaged::left_out).
    ///
    /// The new file takes mode and owner of the old one, and has its name only when it is finished, as that of a [`backup`](Self::backup). A `-head`
    /// that is left in its place is written over; with a `-wal` there, it is refused.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if the old file is none of a store, or not of this release's schema, if there is a file in the new one's place, or if that cannot
    /// be written. The old file is as it was, and nothing is left of the new one.
    pub fn salvage(
        from: impl AsRef<Path>,
        to: impl AsRef<Path>,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Salvaged, OpenError> {
        let (from, to) = (DatabasePath::new(from.as_ref())?, DatabasePath::new(to.as_ref())?);
        let settings = Settings::default();
        let mut old = Look::open(&from, Purpose::Repair)?;
        let mut findings: Vec<_> = verify::check_end(&old, &from).into_iter().collect();
        old.begin()?;
        if old.is_wal_foreign {
            findings.push(Finding::ForeignWal);
        }
        let given = read_given(&old.reader.conn).unwrap_or_else(|error| {
            // Their events still may be sound.
            findings.push(Finding::Structure(format!("the ids of commits cannot be read: {error}")));
            HashMap::new()
        });
        let copy = NewCopy::begin(&to, from.metadata().as_ref())?;
        let new = open_checked(copy.part.path(), &settings)?;
        let origin = Origin::File(to.to_path_buf());
        let written = |error| OpenError::from(origin.error(Operation::Writing, error));
        let mut taking = Taking {
            new,
            given,
            streams: HashMap::new(),
            left_out: HashSet::new(),
            begun: None,
            next: Position::new(1),
            salvaged: Salvaged { kept: 0, findings, left_out: Vec::new() },
            commit: None,
            failed: None,
        };
        taking.new.reader.conn.execute_batch("BEGIN IMMEDIATE").map_err(written)?;
        let scanned = scan(&mut old.reader, &mut |seen| taking.see(seen), &mut progress);
        // Broken off or not, what was taken so far is kept.
        let flow = scanned.map_err(|error| open_error(&from, error))?;
        taking.end_commit();
        if let Some(error) = taking.failed {
            return Err(written(error));
        }
        taking.new.reader.conn.execute_batch("COMMIT").map_err(written)?;
        if old.is_outdated() {
            return Err(OpenError::in_use(&from, "it was changed while it was read"));
        }
        if flow.is_continue() {
            taking.salvaged.findings.extend(find_unmatched(&taking.given, &taking.salvaged.findings));
        }
        taking.new.close().map_err(written)?;
        let head = copy.part.check(&settings)?;
        copy.finish(head)?;
        Ok(taking.salvaged)
    }
}

/// The commits whose ids came from outside, by their first position.
fn read_given(conn: &Connection) -> rusqlite::Result<HashMap<Position, [u8; 16]>> {
    let mut statement = conn.prepare("SELECT first, id FROM commits ORDER BY id")?;
    let mut rows = statement.query(())?;
    let (mut given, mut ascent, mut before) = (HashMap::new(), Ascent::default(), None);
    while let Some(row) = rows.next()? {
        let (first, id) = (row.get(0).and_then(from_sql)?, row.get(1)?);
        ascent.step(before < Some(id))?;
        before = Some(id);
        given.insert(first, id);
    }
    Ok(given)
}

/// The ids of commits that no event has, unless it is lost.
fn find_unmatched(given: &HashMap<Position, [u8; 16]>, findings: &[Finding]) -> Vec<Finding> {
    let lost = LostEvents::from_findings(findings);
    let unmatched = given.iter().filter(|(first, _)| !lost.has(**first));
    let mut unmatched: Vec<_> = unmatched.map(|(first, id)| (*first, commit_id(*id))).collect();
    unmatched.sort_unstable();
    unmatched.into_iter().map(|(first, id)| Finding::Commit { id, first }).collect()
}

struct Taking {
    new: Writer,
    given: HashMap<Position, [u8; 16]>,
    /// The last event of each stream in the new file.
    streams: HashMap<StreamId, Last>,
    salvaged: Salvaged,
    /// The id of the commit that is being taken, if it came from outside, and its first position in the new file.
    commit: Option<([u8; 16], Position)>,
    /// Where the events are that are left out.
    left_out: HashSet<Position>,
    /// The commit of which no event was taken yet.
    begun: Option<Begun>,
    /// The position after the last event that was sound.
    next: Position,
    failed: Option<rusqlite::Error>,
}

/// The last event of a stream.
struct Last {
    version: Version,
    /// Where it stands in the new file.
    position: Position,
}

/// A commit that begins.
#[derive(Clone, Copy)]
struct Begun {
    id: [u8; 16],
    is_given: bool,
}

impl Begun {
    /// One whose id is lost.
    fn unknown() -> Self {
        Self { id: *CommitId::new().as_uuid().as_bytes(), is_given: false }
    }
}

impl Taking {
    fn see(&mut self, seen: Scanned<'_>) {
        match seen {
            Scanned::Wrong(finding) => finding.add_to(&mut self.salvaged.findings),
            Scanned::Found(position) => Finding::remove(&mut self.salvaged.findings, position),
            Scanned::Sound { event, body } if self.failed.is_none() => {
                if let Err(error) = self.sound(&event, body) {
                    self.failed = Some(error);
                }
            }
            Scanned::Sound { .. } => {}
        }
    }

    /// Copies a sound event, if it is the next of its stream.
    fn sound(&mut self, event: &StoredEvent<'_>, body: &[u8]) -> rusqlite::Result<()> {
        let Some(body) = Seal::take(body).and_then(|(_, sealed)| Body::parse(sealed)) else { return Ok(()) };
        if event.position != self.next {
            // The event before it, which is lost, may have begun its commit.
            self.end_commit();
            self.begun = Some(Begun::unknown());
        }
        self.next = event.position.next();
        if let Some(id) = body.commit {
            self.end_commit();
            self.begin_commit(*id, body.is_given, event.position)?;
        }
        let last = self.streams.get(event.stream).map_or_else(Version::default, |last| last.version);
        // An event that was stored after one that is left out belongs to the same fork of its stream.
        let before = body.link.map(|link| event.position.saturating_sub(link));
        if event.version != last.next() || before.is_some_and(|before| self.left_out.contains(&before)) {
            self.left_out.insert(event.position);
            self.salvaged.left_out.push(event.location());
            return Ok(());
        }
        self.take(event)
    }

    fn begin_commit(&mut self, id: [u8; 16], is_given: bool, first: Position) -> rusqlite::Result<()> {
        // Only since schema 4 the event says itself that the id was given.
        let is_in_table = self.given.get(&first) == Some(&id);
        if is_in_table {
            self.given.remove(&first);
        }
        let is_given = is_given || is_in_table;
        self.begun = Some(Begun { id, is_given });
        if is_given && commits::find_row(&self.new.reader.conn, &id)?.is_some() {
            // It was stored twice, since the table did not have it: the second is another commit.
            self.salvaged.findings.push(Finding::Commit { id: commit_id(id), first });
            self.begun = Some(Begun::unknown());
        }
        Ok(())
    }

    fn take(&mut self, event: &StoredEvent<'_>) -> rusqlite::Result<()> {
        let Writer { reader: Reader { conn, names }, tail, body, .. } = &mut self.new;
        let aggregate = names.intern(conn, event.stream.aggregate())?;
        let name = names.intern(conn, event.name)?;
        let begun = self.begun.take();
        let sealed = Body {
            recorded_at: event.recorded_at,
            schema_version: event.schema_version,
            commit: begun.as_ref().map(|begun| &begun.id),
            is_given: begun.as_ref().is_some_and(|begun| begun.is_given),
            link: None,
            metadata: event.metadata,
            payload: event.payload,
        };
        let last = self.streams.get(event.stream).map(|last| last.position);
        let mut events = Events::new(conn, aggregate, event.stream.id(), last)?;
        let added = events.add(event.version, name, sealed, tail.head(), body)?;
        // If there is none, another process writes to the new file.
        let head = added.ok_or(rusqlite::Error::IntegralValueOutOfRange(0, conn.last_insert_rowid()))?;
        tail.push(head);
        if let Some(Begun { id, is_given: true }) = begun {
            self.commit = Some((id, head.position));
        }
        let last = Last { version: event.version, position: head.position };
        self.streams.insert(event.stream.clone(), last);
        self.salvaged.kept += 1;
        Ok(())
    }

    fn end_commit(&mut self) {
        let Some((id, first)) = self.commit.take() else { return };
        if let Err(error) = insert::add_commit(&self.new.reader.conn, &id, first, self.new.tail.head().position) {
            self.failed = Some(error);
        }
    }
}
