//! The header of a `-wal` file: which generation of the WAL it holds.
//!
//! SQLite writes the header when it begins a WAL, and again each time it restarts at the start of the same file. Each generation has two
//! salts, which every frame of it repeats. A WAL in a new file has two random ones; each later generation adds one to the first and
//! has a new random second. (The file format: <https://sqlite.org/fileformat2.html#the_write_ahead_log>.)

use std::fs::File;
use std::io;
use std::path::Path;

use crate::store::sqlite::os::{descriptors, positioned_io};

/// The salts of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Salts {
    pub(crate) first: u32,
    pub(crate) second: u32,
}

/// What the header of a WAL says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WalHeader {
    pub(crate) page_bytes: u32,
    /// How many generations the connection that began this one knew of. One that knew of none draws both salts: they say nothing of the generation before.
    pub(crate) sequence: u32,
    pub(crate) salts: Salts,
}

/// The bytes of the header.
pub(crate) const BYTES: usize = 32;

/// The bytes of a frame without its page.
pub(crate) const FRAME_HEADER: u64 = 24;

/// The last bit says how the checksums are computed.
const MAGIC: u32 = 0x377f_0682;

/// The most generations that may have come and gone while a record of the salts was not written.
const MOST_LATER: u32 = 1 << 16;

impl Salts {
    /// Whether a WAL with these salts can have come from one with the earlier ones.
    pub(crate) fn can_follow(self, earlier: Self) -> bool {
        match self.first.wrapping_sub(earlier.first) {
            0 => self.second == earlier.second,
            later => later < MOST_LATER,
        }
    }
}

/// The salts in a frame, counted from 1; None if the file ends before it.
pub(crate) fn read_salts_of_frame(file: &File, number: u32, page_bytes: u32) -> io::Result<Option<Salts>> {
    /// After the page's number and the size of the database.
    const SALTS: u64 = 8;

    let before = u64::from(number.saturating_sub(1)) * (u64::from(page_bytes) + FRAME_HEADER);
    let mut bytes = [0; 8];
    match positioned_io::read(file, &mut bytes, BYTES as u64 + before + SALTS) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
        Ok(()) => {
            let (words, _) = bytes.as_chunks::<4>();
            let word = |index: usize| words.get(index).map_or(0, |word| u32::from_be_bytes(*word));
            Ok(Some(Salts { first: word(0), second: word(1) }))
        }
    }
}

impl WalHeader {
    /// The header of the WAL in this file; None if there is no file, or none that SQLite would read a frame from.
    pub(crate) fn read(path: &Path) -> io::Result<Option<Self>> {
        let file = match descriptors::open_to_read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        if file.metadata()?.len() <= BYTES as u64 { Ok(None) } else { Self::read_from(&file) }
    }

    /// The header at the start of an open file.
    pub(crate) fn read_from(file: &File) -> io::Result<Option<Self>> {
        let mut bytes = [0; BYTES];
        match positioned_io::read(file, &mut bytes, 0) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            read => read.map(|()| Self::parse(&bytes)),
        }
    }

    fn parse(bytes: &[u8; BYTES]) -> Option<Self> {
        let (words, _) = bytes.as_chunks::<4>();
        let big = |index: usize| words.get(index).map(|word| u32::from_be_bytes(*word));
        let is_big_endian = match big(0)? {
            magic if magic & !1 == MAGIC => magic & 1 == 1,
            _ => return None,
        };
        let word = |word: &[u8; 4]| if is_big_endian { u32::from_be_bytes(*word) } else { u32::from_le_bytes(*word) };
        let sum = |(first, second): (u32, u32), pair: &[[u8; 4]; 2]| {
            let first = first.wrapping_add(word(&pair[0])).wrapping_add(second);
            (first, second.wrapping_add(word(&pair[1])).wrapping_add(first))
        };
        let (pairs, _) = words.as_chunks::<2>();
        let checksum = pairs.iter().take(3).fold((0, 0), sum);
        if (big(6)?, big(7)?) != checksum {
            return None;
        }
        Some(Self { page_bytes: big(2)?, sequence: big(3)?, salts: Salts { first: big(4)?, second: big(5)? } })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rusqlite::Connection;

    use super::*;

    fn opened() -> (tempfile::TempDir, std::path::PathBuf, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch("PRAGMA journal_mode = WAL").unwrap();
        (folder, path.with_extension("db-wal"), conn)
    }

    #[test]
    fn the_salts_of_what_sqlite_has_written_are_read() {
        let (_folder, path, conn) = opened();
        assert_eq!(WalHeader::read(&path).unwrap(), None, "nothing was written");
        conn.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
        let before = WalHeader::read(&path).unwrap().unwrap();
        assert_eq!(before.page_bytes, 4096);
        conn.execute_batch("INSERT INTO t VALUES (2)").unwrap();
        assert_eq!(WalHeader::read(&path).unwrap(), Some(before), "the same generation");
        let mut earlier = before.salts;
        for _ in 0..3 {
            conn.query_row("PRAGMA wal_checkpoint(RESTART)", (), |_| Ok(())).unwrap();
            conn.execute_batch("INSERT INTO t VALUES (3)").unwrap();
            let salts = WalHeader::read(&path).unwrap().unwrap().salts;
            assert!(salts.can_follow(earlier) && salts.can_follow(before.salts), "{salts:?} after {earlier:?}");
            assert!(!earlier.can_follow(salts));
            earlier = salts;
        }
        let (_folder, other, conn) = opened();
        conn.execute_batch("CREATE TABLE t (a)").unwrap();
        assert!(!WalHeader::read(&other).unwrap().unwrap().salts.can_follow(earlier));
    }

    #[test]
    fn a_flipped_bit_makes_it_no_header() {
        let (_folder, path, conn) = opened();
        conn.execute_batch("CREATE TABLE t (a)").unwrap();
        let wal = fs::read(&path).unwrap();
        let header = WalHeader::read(&path).unwrap().unwrap();
        for bit in 0..BYTES * 8 {
            let mut flipped = wal.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            fs::write(path.with_extension("copy-wal"), &flipped).unwrap();
            let read = WalHeader::read(&path.with_extension("copy-wal")).unwrap();
            assert_ne!(read, Some(header), "{bit}");
            assert_eq!(read, None, "{bit}");
        }
        fs::write(path.with_extension("copy-wal"), &wal[..BYTES]).unwrap();
        assert_eq!(WalHeader::read(&path.with_extension("copy-wal")).unwrap(), None, "without a frame");
    }
}
