//! Taking what is sound of a damaged file to a new one.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::Connection;

use crate::error::{OpenError, Place};
use crate::store::StoredEvent;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::{Operation, Origin, open_error};
use crate::store::sqlite::file::look::Look;
use crate::store::sqlite::file::new_copy::NewCopy;
use crate::store::sqlite::file::open;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::file::verify::{Finding, Progress, Seen, look};
use crate::store::sqlite::format::body::{Body, commit_of};
use crate::store::sqlite::format::insert::{self, Events};
use crate::store::sqlite::format::numbers::from_sql;
use crate::stream::{Position, StreamId, Version};

/// What [`SqliteStore::salvage`] has taken along, and what not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Salvaged {
    /// How many events are in the new file.
    pub kept: u64,
    /// What is wrong with the old file.
    pub findings: Vec<Finding>,
    /// Sound events that are not in the new file, because one before them in their stream is lost: where they are in the old file.
    pub left_out: Vec<Place>,
}

impl SqliteStore {
    /// Takes what is sound of a file to a new one: of each stream, its events up to the first that is lost. They keep their order, their
    /// versions and all that was stored of them; their positions are counted anew, without gaps, so that readers must read the new file
    /// from its beginning. Snapshots are not taken along.
    ///
    /// `progress` is called now and then; breaking off leaves what was taken so far. The old file and all beside it are only looked at, and may stand
    /// where nothing can be written; as long as a process has them open, what is taken is of one moment.
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
        let settings = Self::builder();
        let mut old = Look::at(&from, true)?;
        old.begin()?;
        let mut findings = Vec::new();
        if old.is_wal_foreign {
            findings.push(Finding::ForeignWal);
        }
        let given = given(&old.reader.conn).unwrap_or_else(|error| {
            // Their events still may be sound.
            findings.push(Finding::Structure(format!("the ids of commits cannot be read: {error}")));
            HashMap::new()
        });
        let copy = NewCopy::begin(&to, from.metadata().as_ref())?;
        let new = open::checked(copy.part.path(), &settings)?;
        let origin = Origin::File(to.to_path_buf());
        let written = |error| OpenError::from(origin.error(Operation::Writing, error));
        let mut taking = Taking {
            new,
            given,
            versions: HashMap::new(),
            salvaged: Salvaged { kept: 0, findings, left_out: Vec::new() },
            commit: None,
            failed: None,
        };
        taking.new.reader.conn.execute_batch("BEGIN IMMEDIATE").map_err(written)?;
        let looked = look(&mut old.reader, &mut |seen| taking.see(seen), &mut progress);
        // Broken off or not, what was taken so far is kept.
        let _ = looked.map_err(|error| open_error(&from, error))?;
        taking.end_commit();
        if let Some(error) = taking.failed {
            return Err(written(error));
        }
        taking.new.reader.conn.execute_batch("COMMIT").map_err(written)?;
        if old.is_outdated() {
            return Err(OpenError::in_use(&from, "it was changed while it was read"));
        }
        drop(taking.new);
        let head = copy.part.check(&settings)?;
        copy.finish(head)?;
        Ok(taking.salvaged)
    }
}

/// The commits whose ids came from outside, by their first position.
fn given(conn: &Connection) -> rusqlite::Result<HashMap<Position, [u8; 16]>> {
    let mut statement = conn.prepare("SELECT first, id FROM commits")?;
    let rows = statement.query_map((), |row| Ok((row.get(0).and_then(from_sql)?, row.get(1)?)))?;
    rows.collect()
}

struct Taking {
    new: Writer,
    given: HashMap<Position, [u8; 16]>,
    /// The last version of each stream in the new file.
    versions: HashMap<StreamId, Version>,
    salvaged: Salvaged,
    /// The id of the commit that is being taken, if it came from outside, and its first position in the new file.
    commit: Option<([u8; 16], Position)>,
    failed: Option<rusqlite::Error>,
}

impl Taking {
    fn see(&mut self, seen: Seen<'_>) {
        match seen {
            Seen::Wrong(finding) => finding.add_to(&mut self.salvaged.findings),
            Seen::Sound { .. } if self.failed.is_some() => {}
            Seen::Sound { event, body } => {
                let last = self.versions.get(event.stream).copied().unwrap_or(0);
                if commit_of(body).is_some() {
                    self.end_commit();
                }
                if event.version != last + 1 {
                    self.salvaged.left_out.push(event.place());
                } else if let Err(error) = self.take(&event, commit_of(body)) {
                    self.failed = Some(error);
                }
            }
        }
    }

    fn take(&mut self, event: &StoredEvent<'_>, commit: Option<[u8; 16]>) -> rusqlite::Result<()> {
        let Writer { reader: Reader { conn, names }, tail, body, .. } = &mut self.new;
        let aggregate = names.intern(conn, event.stream.aggregate())?;
        let name = names.intern(conn, event.name)?;
        let sealed = Body {
            recorded_at: event.recorded_at,
            schema_version: event.schema_version,
            commit,
            metadata: event.metadata,
            payload: event.payload,
        };
        let mut events = Events::new(conn, aggregate, event.stream.id())?;
        let added = events.add(event.version, name, &sealed, tail.head(), body)?;
        // If there is none, another process writes to the new file.
        let head = added.ok_or(rusqlite::Error::IntegralValueOutOfRange(0, conn.last_insert_rowid()))?;
        tail.push(head);
        if let Some(given) = commit.and_then(|_| self.given.remove(&event.position)) {
            self.commit = Some((given, head.position));
        }
        self.versions.insert(event.stream.clone(), event.version);
        self.salvaged.kept += 1;
        Ok(())
    }

    fn end_commit(&mut self) {
        let Some((id, first)) = self.commit.take() else { return };
        if let Err(error) = insert::commit(&self.new.reader.conn, &id, first, self.new.tail.head().position) {
            self.failed = Some(error);
        }
    }
}
