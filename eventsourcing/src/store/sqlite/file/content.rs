//! What a database file contains: a store, nothing yet, or the data of another application.

use std::time::Duration;

use rusqlite::Connection;

use crate::error::OpenError;
use crate::store::sqlite::connection::side_files::head_record;
use crate::store::sqlite::error::open_error;
use crate::store::sqlite::file::connect;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::file::surroundings::Surroundings;
use crate::store::sqlite::format::lineage;
use crate::store::sqlite::format::schema::{APPLICATION, SCHEMA};

/// The content of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Nothing,
    /// A store of this schema.
    Ours(i64),
}

/// What the header of a file says, and whether there is anything else in it.
#[derive(Clone, Copy, Debug)]
struct Header {
    application: i64,
    schema: i64,
    number: u32,
    has_tables: bool,
}

impl Header {
    fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let field = |name| conn.pragma_query_value(None, name, |row| row.get(0));
        let (application, schema, number) = (field("application_id")?, field("user_version")?, lineage::number(conn)?);
        // The tables are looked for only where it matters: finding them reads all of the schema.
        let has_tables = (application, schema) == (0, 0)
            && conn.query_row("SELECT EXISTS (SELECT * FROM sqlite_schema)", (), |row| row.get(0))?;
        Ok(Self { application, schema, number, has_tables })
    }

    const fn is_ours(&self) -> bool {
        self.application == APPLICATION
    }

    fn content(&self, path: &DatabasePath) -> Result<Content, OpenError> {
        let path = path.to_path_buf();
        match self {
            Self { application: APPLICATION, schema: schema @ 1..=SCHEMA, .. } => Ok(Content::Ours(*schema)),
            Self { application: APPLICATION, schema, .. } if *schema > SCHEMA => {
                Err(OpenError::NewerSchema { path, found: unsigned(*schema), known: unsigned(SCHEMA) })
            }
            Self { application: 0, schema: 0, has_tables: false, .. } => Ok(Content::Nothing),
            _ => Err(OpenError::OtherApplication { path, application_id: unsigned(self.application) }),
        }
    }
}

/// A field of four bytes of the file's header, which SQLite gives as a signed number.
fn unsigned(field: i64) -> u32 {
    i32::try_from(field).unwrap_or(0).cast_unsigned()
}

/// Reads what the file that a connection sees contains.
pub(crate) fn read_content(conn: &Connection, path: &DatabasePath) -> Result<Content, OpenError> {
    Header::read(conn).map_err(|error| open_error(path, error))?.content(path)
}

/// A file that was looked at without an effect.
pub(crate) struct Examined {
    /// Sees the file with its WAL, unless that is another's.
    pub(crate) conn: Connection,
    pub(crate) content: Content,
    /// Whether the WAL beside it is that of another file.
    pub(crate) is_wal_foreign: bool,
}

/// The purpose of examining a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Open,
    /// It may be damaged, and as much of it is to be read as can be.
    Repair,
}

/// Looks whose file it is: first by the database file alone, so that what is another's is not touched, then with its WAL.
pub(crate) fn examine(
    path: &DatabasePath,
    around: &Surroundings,
    deadline: Duration,
    purpose: Purpose,
) -> Result<Examined, OpenError> {
    let failed = |error| open_error(path, error);
    let prepare = |conn: Connection| {
        if purpose == Purpose::Repair {
            // Else SQLite reads nothing of a file that is shorter than it says.
            conn.pragma_update(None, "writable_schema", true).map_err(failed)?;
        }
        Ok::<_, OpenError>(conn)
    };
    let file_alone = prepare(connect::open_main_file(path)?)?;
    let alone = Header::read(&file_alone);
    if !around.has_wal() {
        let content = alone.map_err(failed)?.content(path)?;
        return Ok(Examined { conn: file_alone, content, is_wal_foreign: false });
    }
    // If it cannot be read, a checkpoint was stopped in its midst: what is missing is in the WAL.
    let alone = alone.ok().map(|header| header.content(path).map(|content| (header, content))).transpose()?;
    if head_record::check_wal(path).is_err()
        && let Some((_, content)) = &alone
    {
        return Ok(Examined { conn: file_alone, content: *content, is_wal_foreign: true });
    }
    let conn = prepare(connect::open_to_look(path, deadline)?)?;
    let whole = Header::read(&conn).map_err(failed)?;
    if let Some((header, content)) = alone
        && is_foreign(&header, &whole)
    {
        return Ok(Examined { conn: file_alone, content, is_wal_foreign: true });
    }
    Ok(Examined { conn, content: whole.content(path)?, is_wal_foreign: false })
}

/// Whether the header of a file cannot have become the one in its WAL. An older file was given no number that is its own.
const fn is_foreign(file: &Header, in_wal: &Header) -> bool {
    if file.is_ours() && !in_wal.is_ours() {
        return true;
    }
    let is_migrated = in_wal.schema > SCHEMA;
    file.is_ours() && file.schema == SCHEMA && !is_migrated && !lineage::may_become(file.number, in_wal.number)
}

/// Refuses a file that is not to be written over: one that is no store, as far as can be read of it.
pub(crate) fn check_replaceable(path: &DatabasePath) -> Result<(), OpenError> {
    let conn = connect::open_main_file(path)?;
    let header = conn.pragma_update(None, "writable_schema", true).and_then(|()| Header::read(&conn));
    match header {
        Ok(header) if header.is_ours() => Ok(()),
        Ok(header) => header.content(path).map(drop),
        Err(_) => Err(OpenError::AlreadyExists { path: path.to_path_buf() }),
    }
}

/// Reads what the database file alone contains, which a process has left in the middle of a change: nothing, if that cannot be read.
pub(crate) fn read_interrupted(path: &DatabasePath) -> Result<Content, OpenError> {
    let header = Header::read(&connect::open_main_file(path)?);
    header.map_or(Ok(Content::Nothing), |header| header.content(path))
}
