//! The id of a store.
//!
//! It stands in `names`, as the name of the id 0, which no other name has; it begins with a character that no name may have. So a file needs
//! no other table for it, an older release reads and writes the file as before, and the copies of the name in table and index are held
//! against each other as those of any. A file that was made by an older release has none: its id is then made of its first event, which
//! never changes, and is written down where there is no event yet.

use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::store::sqlite::format::corrupt::corrupt;
use crate::store::sqlite::format::names::text_in;
use crate::stream::StoreId;

const NAME: &str = "SELECT name FROM names WHERE id = 0";
const ID: &str = "SELECT id FROM names WHERE name = ?1";
const INSERT: &str = "INSERT INTO names (id, name) VALUES (0, ?1)";
const FIRST: &str = "SELECT stream_key, body FROM events ORDER BY position LIMIT 1";

/// The beginning of the name.
const PREFIX: &str = "\u{1}store ";

/// The namespace of ids that are made of a first event; a constant of the stored format.
const FROM_EVENT: Uuid = Uuid::from_u128(0x7f43_0d29_6a0e_5c41_b1c7_55e2_90d4_38ab);

/// How many bytes of the first event distinguish it from all others: its seal, time and commit id are among them.
const BYTES: usize = 64;

/// The id of a store; `None` for one without events that an older release has made.
pub(crate) fn find(conn: &Connection) -> rusqlite::Result<Option<StoreId>> {
    if let Some(id) = stored(conn)? {
        return Ok(Some(id));
    }
    let of_event = |row: &Row<'_>| {
        let body = row.get_ref(1)?.as_bytes_or_null()?.unwrap_or_default();
        let sealed = body.get(..BYTES).unwrap_or(body);
        let bytes = [row.get_ref(0)?.as_bytes_or_null()?.unwrap_or_default(), sealed].concat();
        Ok(StoreId::from(Uuid::new_v5(&FROM_EVENT, &bytes)))
    };
    conn.query_row(FIRST, (), of_event).optional()
}

/// Gives a store an id, in the running transaction, unless it has one written down.
pub(crate) fn write(conn: &Connection) -> rusqlite::Result<()> {
    if stored(conn)?.is_none() {
        let id = find(conn)?.unwrap_or_else(StoreId::new);
        conn.execute(INSERT, [format!("{PREFIX}{id}")])?;
    }
    Ok(())
}

fn stored(conn: &Connection) -> rusqlite::Result<Option<StoreId>> {
    let text = |row: &Row<'_>| Ok(text_in(row.get_ref(0)?).map(str::to_owned));
    let Some(name) = conn.query_row(NAME, (), text).optional()? else { return Ok(None) };
    let damaged = || corrupt("the id of the store is damaged".to_owned());
    let name = name.ok_or_else(damaged)?;
    let in_index: Option<i64> = conn.query_row(ID, [&name], |row| row.get(0)).optional()?;
    let id = name.strip_prefix(PREFIX).and_then(|id| Uuid::try_parse(id).ok()).filter(|_| in_index == Some(0));
    id.map(|id| Some(StoreId::from(id))).ok_or_else(damaged)
}
