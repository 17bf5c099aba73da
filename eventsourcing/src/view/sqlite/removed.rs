//! The generations that were removed, and whose files others may still have open: they are known until their files are deleted.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction};

use crate::view::Generation;
use crate::view::sqlite::file;

/// Made with the first of them: other releases have made the registry.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS removed (number INTEGER PRIMARY KEY, view TEXT NOT NULL) STRICT";

/// Takes note that the generation of this number is removed.
pub(super) fn add(tx: &Transaction<'_>, view: &str, number: i64) -> rusqlite::Result<()> {
    tx.execute(TABLE, ())?;
    tx.execute("INSERT OR REPLACE INTO removed (number, view) VALUES (?1, ?2)", (number, view)).map(drop)
}

/// Deletes the files that no one has open now.
pub(super) fn delete(conn: &Connection, file_of: impl Fn(&str, Generation) -> PathBuf) -> rusqlite::Result<()> {
    if !conn.table_exists(None, "removed")? {
        return Ok(());
    }
    let sql = "SELECT number, view FROM removed WHERE number NOT IN (SELECT number FROM generations)";
    let mut select = conn.prepare(sql)?;
    let removed = select.query_map((), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    for (number, view) in removed.collect::<rusqlite::Result<Vec<_>>>()? {
        // What is damaged is not to name a file of another folder.
        let Some(generation) = u64::try_from(number).ok().filter(|_| is_name(&view)) else { continue };
        let path = file_of(&view, Generation(generation));
        file::remove_unused(&path);
        if path.try_exists().is_ok_and(|is_there| !is_there) {
            conn.execute("DELETE FROM removed WHERE number = ?1", [number])?;
        }
    }
    Ok(())
}

fn is_name(view: &str) -> bool {
    Path::new(view).file_name().is_some_and(|name| name == view)
}
