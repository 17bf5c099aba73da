//! The steps from each schema to the next.

use rusqlite::{Connection, Row};
use uuid::Uuid;

use crate::store::sqlite::format::body::{Body, Places, Seal, chain};
use crate::store::sqlite::format::names::{NameKey, Names, checksum_of_name};
use crate::store::sqlite::format::numbers::{from_sql, to_sql};
use crate::store::sqlite::format::schema::{EVENTS, LINKED, SEALED, SNAPSHOTS};
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::store::{StoredEvent, checksum};
use crate::stream::{CommitId, StreamId};

/// The steps that make a file of each schema from one of the schema before, and schema 1 from an empty file.
///
/// A release that has the file open looks at the schema only when it opens it. So each step must change a column of `events` that the
/// release before writes: then its next statement fails, and it looks.
pub(crate) const STEPS: [MigrationStep; 4] = [
    MigrationStep::Sql(EVENTS),
    MigrationStep::Sql(SNAPSHOTS),
    MigrationStep::Rust(seal_events),
    MigrationStep::Sql(LINKED),
];

/// One step from a schema to the next, within a transaction.
#[derive(Clone, Copy)]
pub(crate) enum MigrationStep {
    Sql(&'static str),
    Rust(fn(&Connection) -> rusqlite::Result<()>),
}

impl MigrationStep {
    pub(crate) fn take(self, conn: &Connection) -> rusqlite::Result<()> {
        match self {
            Self::Sql(statements) => conn.execute_batch(statements),
            Self::Rust(step) => step(conn),
        }
    }
}

const OLD: &str =
    "SELECT position, aggregate, id, version, name, schema_version, recorded_at, checksum, commit_id, metadata, payload
    FROM old_events ORDER BY position";
const NEW: &str = "INSERT INTO events (position, stream, version, body) VALUES (?1, ?2, ?3, ?4)";
// The last position of a commit is the one before the next commit.
const COMMITS: &str = "INSERT INTO commits (id, first, last)
    SELECT commit_id, position, lead(position - 1, 1, (SELECT max(position) FROM old_events)) OVER (ORDER BY position)
    FROM old_events WHERE commit_id IS NOT NULL";

/// From schema 2 to schema 3: each event gets a seal, and its parts become one column. One that was damaged before is as damaged after it.
fn seal_events(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch("ALTER TABLE events RENAME TO old_events; DROP INDEX commits;")?;
    conn.execute_batch(SEALED)?;
    {
        let mut old = conn.prepare(OLD)?;
        let (mut names, mut bytes, mut before) = (Names::default(), Vec::new(), 0);
        let mut rows = old.query(())?;
        while let Some(row) = rows.next()? {
            for column in [1, 4] {
                names.look_up(conn, Some(row.get(column)?))?;
            }
            before = seal(conn, row, &names, before, &mut bytes)?;
        }
    }
    conn.execute(COMMITS, ())?;
    conn.execute_batch("DROP TABLE old_events")
}

/// Writes an event as it is now, and gives the chain that ends with it.
fn seal(conn: &Connection, row: &Row<'_>, names: &Names, before: u32, bytes: &mut Vec<u8>) -> rusqlite::Result<u32> {
    let (position, version) = (row.get(0).and_then(from_sql)?, row.get(3).and_then(from_sql)?);
    let look = |column| {
        let id = row.get(column)?;
        let (text, checksum) = match names.get(id) {
            Some(name) => (&*name.text, name.checksum),
            None => ("", checksum_of_name("")),
        };
        Ok::<_, rusqlite::Error>((text, NameKey { id, checksum }))
    };
    let ((aggregate, aggregate_key), (name, name_key)) = (look(1)?, look(4)?);
    let id = uuid(row.get_ref(2)?.as_blob()?)?;
    let commit = row.get_ref(8)?.as_blob_or_null()?.map(uuid).transpose()?;
    let stream = StreamId::new(aggregate.to_owned(), id);
    let event = StoredEvent {
        position,
        stream: &stream,
        version,
        name,
        schema_version: row.get(5)?,
        payload: row.get_ref(10)?.as_blob()?,
        metadata: row.get_ref(9)?.as_blob_or_null()?,
        recorded_at: row.get(6)?,
    };
    let body = Body {
        recorded_at: event.recorded_at,
        schema_version: event.schema_version,
        commit: commit.as_ref().map(Uuid::as_bytes),
        is_given: false,
        link: None,
        metadata: event.metadata,
        payload: event.payload,
    };
    let places = Places { aggregate: aggregate_key.checksum, id, version, position, name: name_key.checksum };
    body.write(name_key.id, &places, before, bytes);
    // What the old checksum did not fit, the new one does not fit either.
    let damage = row.get::<_, i64>(7)? ^ i64::from(checksum(&event, commit.map(CommitId::from)).cast_signed());
    if let (true, Some((seal, _))) = (damage != 0, Seal::take(bytes)) {
        let checksum = !seal.checksum;
        Seal { checksum, chain: chain(before, checksum) }.put(bytes);
    }
    let stream = StreamKey::new(aggregate_key.id, id);
    conn.prepare_cached(NEW)?.execute((to_sql(position)?, stream.bytes(), to_sql(version)?, &*bytes))?;
    Ok(Seal::take(bytes).map_or(before, |(seal, _)| seal.chain))
}

fn uuid(bytes: &[u8]) -> rusqlite::Result<Uuid> {
    Uuid::from_slice(bytes)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, error.into()))
}
