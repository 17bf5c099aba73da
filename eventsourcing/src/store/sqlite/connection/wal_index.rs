//! How long the WAL is by its index, which the processes that have the database open share in `-shm`.
//!
//! The format is SQLite's own, "The WAL-Index File Format" of its documentation: the header stands there twice, in the byte order of the
//! machine, and is valid where both are equal.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::store::sqlite::beside::beside;
use crate::store::sqlite::connection::wal_header::{self, FRAME_HEADER};

/// The bytes of one of the two headers.
const INDEX_HEADER: usize = 48;

/// The bytes that the WAL of a database has at least: its header and all frames that are in use. None if its index is just being written.
pub(crate) fn wal_bytes(database: &Path) -> io::Result<Option<u64>> {
    let mut headers = [0; 2 * INDEX_HEADER];
    File::open(beside(database, "-shm"))?.read_exact(&mut headers)?;
    let (header, second) = headers.split_at(INDEX_HEADER);
    Ok(if header == second { parse(header) } else { None })
}

fn parse(header: &[u8]) -> Option<u64> {
    let is_initialized = *header.get(12)? == 1;
    let page = u64::from(u16::from_ne_bytes(header.get(14..16)?.try_into().ok()?));
    let frames = u64::from(u32::from_ne_bytes(header.get(16..20)?.try_into().ok()?));
    // 65,536 does not fit in the field.
    let page = if page == 1 { 1 << 16 } else { page };
    let bytes = if frames == 0 { 0 } else { wal_header::BYTES as u64 + frames * (FRAME_HEADER + page) };
    is_initialized.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rusqlite::Connection;

    use super::*;

    #[test]
    fn the_index_says_how_long_the_wal_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let conn = Connection::open(&path).unwrap();
        for page in [4096, 65536, 512] {
            conn.execute_batch(&format!("PRAGMA journal_mode = DELETE; PRAGMA page_size = {page}; VACUUM")).unwrap();
            conn.execute_batch("PRAGMA journal_mode = WAL; DROP TABLE IF EXISTS t; CREATE TABLE t (a)").unwrap();
            let wal = fs::metadata(beside(&path, "-wal")).unwrap().len();
            assert_eq!(wal_bytes(&path).unwrap(), Some(wal), "{page}");
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).unwrap();
            assert_eq!(wal_bytes(&path).unwrap(), Some(0), "{page}");
        }
    }
}
