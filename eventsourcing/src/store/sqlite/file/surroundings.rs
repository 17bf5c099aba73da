//! What the system knows of a database file and of the files beside it, without SQLite.
//!
//! The database file itself is opened by SQLite alone ([`descriptors`]).

use std::fs::{self, Metadata};
use std::io::Read;
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::OpenError;
use crate::store::sqlite::connection::busy::pause;
use crate::store::sqlite::connection::wal::header;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::os::descriptors;
use crate::store::sqlite::os::file_status::FileId;
use crate::store::sqlite::os::side_file::{HEAD, JOURNAL, RESTORE, SHM, WAL};

/// How often a file that is refused is looked at.
const LOOKS: usize = 4;

/// Longer than the steps in which systems count the time of a change: Linux has 100 to 1,000 in a second.
const STEP: Duration = Duration::from_millis(30);

/// The same of file systems that count in seconds; FAT in two.
const LONG_STEP: Duration = Duration::from_secs(2);

/// The files of a store, as they are at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Surroundings {
    // First, so that a store which is being made is not taken for one that was lost: the database file is not empty when these are made.
    wal: Option<Stamp>,
    head: Option<Stamp>,
    journal: Option<u32>,
    pub(crate) has_shm: bool,
    pub(crate) is_unrestored: bool,
    database: Option<Stamp>,
}

/// What changes of a file when its content does.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
    id: Option<FileId>,
}

impl Surroundings {
    pub(crate) fn read(path: &DatabasePath) -> Self {
        let stamp = |path: &Path| fs::symlink_metadata(path).ok().map(|found| Stamp::from_metadata(&found));
        Self {
            wal: stamp(&path.beside(WAL)),
            head: stamp(&path.beside(HEAD)),
            journal: pages_of_journal(&path.beside(JOURNAL)),
            has_shm: path.beside(SHM).exists(),
            is_unrestored: path.beside(RESTORE).exists(),
            database: stamp(path),
        }
    }

    /// Looks at the files. What is refused is looked at again if others may have changed it meanwhile: a look is of several moments.
    pub(crate) fn look_until_settled<T>(
        path: &DatabasePath,
        mut look: impl FnMut(Self) -> Result<T, OpenError>,
    ) -> Result<T, OpenError> {
        let mut looks = 1;
        loop {
            let around = Self::read(path);
            let refusal = match look(around.clone()) {
                // A file that is in use was waited for long enough.
                Err(refusal) if !matches!(refusal, OpenError::InUse { .. }) => refusal,
                looked => return looked,
            };
            let is_certain = !around.has_shm && Self::read(path) == around;
            if is_certain || looks == LOOKS {
                return Err(refusal);
            }
            looks += 1;
            thread::sleep(pause());
        }
    }

    /// Whether there is no database file, or nothing in it.
    pub(crate) fn has_no_database(&self) -> bool {
        is_empty(self.database.as_ref())
    }

    /// Whether there is a WAL with more in it than its own header.
    pub(crate) fn has_wal(&self) -> bool {
        self.wal.as_ref().is_some_and(|wal| wal.bytes > header::BYTES as u64)
    }

    /// Whether there is a `-wal`, also one with nothing in it yet, and its `-shm`: others may have the file open.
    pub(crate) const fn may_be_in_use(&self) -> bool {
        self.wal.is_some() && self.has_shm
    }

    /// Whether the WAL and its index are there, or not, as at another moment.
    pub(crate) const fn has_same_names(&self, other: &Self) -> bool {
        self.wal.is_some() == other.wal.is_some() && self.has_shm == other.has_shm
    }

    /// Whether the database or its WAL was changed so short a time ago that a change after this look need not show: the system counts that time in
    /// steps.
    pub(crate) fn is_fresh(&self) -> bool {
        [&self.database, &self.wal].into_iter().flatten().any(Stamp::is_fresh)
    }

    pub(crate) fn has_head(&self) -> bool {
        !is_empty(self.head.as_ref())
    }

    /// The pages that a database had when a change to it began, if a process is in the midst of that change outside of WAL mode, or was stopped
    /// there. SQLite rolls back what was stopped when it opens the file, with the `-journal` that it finds beside it.
    pub(crate) const fn interrupted(&self) -> Option<u32> {
        self.journal
    }

    /// Whether the database file is the same as at another moment, whatever is in it.
    pub(crate) fn is_same_file(&self, other: &Self) -> bool {
        match (&self.database, &other.database) {
            (Some(one), Some(other)) => one.id == other.id,
            (None, _) | (_, None) => true,
        }
    }
}

impl Stamp {
    fn from_metadata(found: &Metadata) -> Self {
        Self { bytes: found.len(), modified: found.modified().ok(), id: FileId::from_metadata(found) }
    }

    fn is_fresh(&self) -> bool {
        let Some(modified) = self.modified else { return false };
        // A whole second is one of a file system that counts no shorter times.
        let is_whole = modified.duration_since(UNIX_EPOCH).is_ok_and(|since| since.subsec_nanos() == 0);
        let step = if is_whole { LONG_STEP } else { STEP };
        let age = SystemTime::now().duration_since(modified).unwrap_or_else(|ahead| ahead.duration());
        age < step
    }
}

fn is_empty(file: Option<&Stamp>) -> bool {
    file.is_none_or(|file| file.bytes == 0)
}

/// Which files have the names of the `-wal` and the `-shm` now.
pub(crate) fn read_wal_and_shm(path: &DatabasePath) -> [Option<FileId>; 2] {
    [WAL, SHM].map(|suffix| FileId::read(&path.beside(suffix)))
}

/// The pages that a journal says the database had; None if it is none that SQLite would use.
fn pages_of_journal(path: &Path) -> Option<u32> {
    const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    let mut header = [0; 20];
    fs::symlink_metadata(path).ok().filter(Metadata::is_file)?;
    descriptors::open_to_read(path).ok()?.read_exact(&mut header).ok()?;
    let (magic, rest) = header.split_first_chunk()?;
    let (_, pages) = rest.split_last_chunk()?;
    (*magic == MAGIC).then(|| u32::from_be_bytes(*pages))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_looked_at_again_while_it_changes_and_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let path = DatabasePath::new(&folder.path().join("store.db")).unwrap();
        let refusal = || OpenError::NoStore { path: path.to_path_buf() };
        let looks = |changes: usize| {
            let mut looks = 0;
            let looked = Surroundings::look_until_settled(&path, |_| {
                looks += 1;
                if looks <= changes {
                    fs::write(path.beside("-wal"), vec![0; 100 * looks]).unwrap();
                }
                if looks == 3 { Ok(()) } else { Err(refusal()) }
            });
            fs::remove_file(path.beside("-wal")).unwrap_or_default();
            (looks, looked.is_ok())
        };
        assert_eq!((looks(0), looks(1), looks(2)), ((1, false), (2, false), (3, true)));
        // Where there is one, a process may have the file open.
        fs::write(path.beside("-shm"), b"").unwrap();
        assert_eq!(looks(0), (3, true));
        let mut count = 0;
        let looked: Result<(), _> = Surroundings::look_until_settled(&path, |_| {
            count += 1;
            Err(refusal())
        });
        assert!(looked.is_err() && count == LOOKS, "{count}");
    }

    #[test]
    fn a_change_is_fresh_as_long_as_the_next_may_have_the_same_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = DatabasePath::new(&folder.path().join("store.db")).unwrap();
        let set = |beside: &str, modified: SystemTime| {
            let file = fs::File::create(path.beside(beside)).unwrap();
            file.set_modified(modified).unwrap();
        };
        let (long, now) = (Duration::from_secs(3600), SystemTime::now());
        let whole = UNIX_EPOCH + Duration::from_secs(now.duration_since(UNIX_EPOCH).unwrap().as_secs() - 1);
        for (modified, is_fresh) in
            [(now - long, false), (now, true), (now + STEP / 2, true), (now + long, false), (whole, true)]
        {
            for beside in ["", "-wal"] {
                set("", now - long);
                set("-wal", now - long);
                set(beside, modified);
                assert_eq!(Surroundings::read(&path).is_fresh(), is_fresh, "{beside} {modified:?}");
            }
        }
    }

    #[test]
    fn a_journal_is_one_that_sqlite_would_play_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = DatabasePath::new(&folder.path().join("store.db")).unwrap();
        let interrupted = || Surroundings::read(&path).interrupted();
        assert_eq!(interrupted(), None);
        let conn = rusqlite::Connection::open(&*path).unwrap();
        conn.execute_batch("CREATE TABLE t (a); PRAGMA journal_mode = PERSIST; INSERT INTO t VALUES (1)").unwrap();
        assert!(path.beside("-journal").exists());
        assert_eq!(interrupted(), None, "its header was overwritten when the change was finished");
        conn.execute_batch("PRAGMA cache_size = 1; BEGIN; INSERT INTO t VALUES (randomblob(90000))").unwrap();
        assert_eq!(interrupted(), Some(2));
    }
}
