//! What the connections of one process to one file must know of each other.
//!
//! SQLite has two things in common for all connections of a process to a file:
//!
//! - The `-shm`, as the first of them has opened it. While one has it open that may only read it, none can commit.
//! - The locks. A connection without any closes the file by itself, and with that the system takes all locks that the process has on the file (see
//!   [`descriptors`](crate::store::sqlite::os::descriptors)).
//!
//! So each says what it does with the file, and waits for those that it cannot be beside. Connections that are idle are closed for it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::store::sqlite::os::file_status::{FileId, FileStatus};

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It is opened by a store that is to write to it.
    Opening,
    /// Such a store has it open.
    Writing,
    /// A connection reads it with locks, and its `-shm` without the right to write.
    Reading,
    /// The same, with the `-shm` that a store for writing of the same process has open.
    ReadingBesideWriter,
    /// A connection reads it without locks.
    Unlocked,
    /// A look with locks, which is in no writer's way.
    Looking,
    /// The same, with the `-shm` as one that may only read it has opened it.
    LookingBesideReader,
    /// A look that may have locks or none, while no other connection of the process has the file open.
    Alone,
}

impl Use {
    /// Whether it must wait until the other has ended.
    const fn waits_for(self, other: Self) -> bool {
        match self {
            Self::Opening | Self::Writing | Self::ReadingBesideWriter => {
                matches!(other, Self::Reading | Self::LookingBesideReader | Self::Unlocked | Self::Alone)
            }
            // After the writer has ended, what was beside it can still write to the `-shm`.
            Self::Reading => matches!(other, Self::ReadingBesideWriter | Self::Unlocked | Self::Alone),
            Self::Looking => matches!(other, Self::Unlocked | Self::Alone),
            // One that is about to be opened waits for those that read, and not for this one, too.
            Self::LookingBesideReader => matches!(other, Self::Opening | Self::Unlocked | Self::Alone),
            Self::Unlocked => !matches!(other, Self::Unlocked),
            Self::Alone => true,
        }
    }

    const fn is_writer(self) -> bool {
        matches!(self, Self::Opening | Self::Writing)
    }
}

/// Which file it is: by its id where the system has one, else by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKey {
    Id(FileId),
    Path(u64),
}

type Closer = Arc<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct Uses {
    running: Vec<(FileKey, Use)>,
    closers: Vec<(FileKey, Closer)>,
}

/// What was in use when idle connections were closed may be idle so soon.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

static USES: Mutex<Uses> = Mutex::new(Uses { running: Vec::new(), closers: Vec::new() });
static ENDED: Condvar = Condvar::new();

/// A use of a file that lasts until this is dropped: after its connection is closed.
#[derive(Debug)]
pub(crate) struct Share {
    /// None of a file that is not there yet.
    file: Option<FileKey>,
    how: Use,
}

impl Share {
    /// Begins a use when it can be beside the others; None if it cannot for so long.
    pub(crate) fn begin(path: &Path, how: Use, deadline: Duration) -> Option<Self> {
        let Some(file) = key(path) else { return Some(Self { file: None, how }) };
        let since = Instant::now();
        // From here on, those that read make way for it.
        let asking = how.is_writer().then(|| Self::note(file, how));
        let mut may_close = true;
        let mut uses = uses();
        loop {
            let how = uses.beside_others(file, how);
            if !uses.of(file).any(|other| how.waits_for(other)) {
                return Some(asking.unwrap_or_else(|| {
                    uses.running.push((file, how));
                    Self { file: Some(file), how }
                }));
            }
            let closers: Vec<_> = uses.closers_of(file);
            let left = deadline.saturating_sub(since.elapsed());
            if may_close && !closers.is_empty() {
                drop(uses);
                for close in closers {
                    close();
                }
                uses = self::uses();
            } else if left.is_zero() {
                drop(uses);
                return None;
            } else {
                (uses, _) = ENDED.wait_timeout(uses, left.min(LOOK_AGAIN)).unwrap_or_else(PoisonError::into_inner);
            }
            may_close = !may_close;
        }
    }

    /// That of a store that has a connection for writing.
    pub(crate) fn of_writer(path: &Path) -> Self {
        let how = Use::Writing;
        key(path).map_or(Self { file: None, how }, |file| Self::note(file, how))
    }

    fn note(file: FileKey, how: Use) -> Self {
        uses().running.push((file, how));
        Self { file: Some(file), how }
    }

    pub(crate) const fn how(&self) -> Use {
        self.how
    }

    /// Whether the connection is to be closed, and opened in another way: a store for writing has come, or has ended.
    pub(crate) fn has_to_end(&self) -> bool {
        let Some(file) = self.file else { return false };
        let has_writer = || uses().of(file).any(Use::is_writer);
        match self.how {
            Use::Reading | Use::Unlocked => has_writer(),
            Use::ReadingBesideWriter => !has_writer(),
            Use::Opening | Use::Writing | Use::Looking | Use::LookingBesideReader | Use::Alone => false,
        }
    }

    /// Whether other connections of this process have locks on the file.
    pub(crate) fn has_company(&self) -> bool {
        let Some(file) = self.file else { return false };
        uses().of(file).filter(|other| *other != Use::Unlocked).count() > 1
    }
}

/// Whether a store in this process has the file open for writing.
pub(crate) fn is_written(path: &Path) -> bool {
    key(path).is_some_and(|file| uses().of(file).any(|other| other == Use::Writing))
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some(file) = self.file.take() else { return };
        let mut uses = uses();
        if let Some(place) = uses.running.iter().position(|(other, how)| (*other, *how) == (file, self.how)) {
            uses.running.swap_remove(place);
        }
        drop(uses);
        ENDED.notify_all();
    }
}

impl Uses {
    fn of(&self, file: FileKey) -> impl Iterator<Item = Use> {
        self.running.iter().filter(move |(other, _)| *other == file).map(|(_, how)| *how)
    }

    /// How a file is read or looked at now.
    fn beside_others(&self, file: FileKey, how: Use) -> Use {
        match how {
            Use::Reading if self.of(file).any(Use::is_writer) => Use::ReadingBesideWriter,
            // Also when the reader has ended, as long as there is one that has the `-shm` from it.
            Use::Looking if self.of(file).any(|other| matches!(other, Use::Reading | Use::LookingBesideReader)) => {
                Use::LookingBesideReader
            }
            Use::Opening
            | Use::Writing
            | Use::Reading
            | Use::ReadingBesideWriter
            | Use::Unlocked
            | Use::Looking
            | Use::LookingBesideReader
            | Use::Alone => how,
        }
    }

    fn closers_of(&self, file: FileKey) -> Vec<Closer> {
        let of_file = self.closers.iter().filter(|(other, _)| *other == file);
        of_file.map(|(_, close)| Arc::clone(close)).collect()
    }
}

/// Has connections of a store closed that are idle when others wait for that, until this is dropped.
pub(crate) struct Closing(Closer);

impl Closing {
    pub(crate) fn of(path: &Path, close: impl Fn() + Send + Sync + 'static) -> Self {
        let close: Closer = Arc::new(close);
        if let Some(file) = key(path) {
            uses().closers.push((file, Arc::clone(&close)));
        }
        Self(close)
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        uses().closers.retain(|(_, close)| !Arc::ptr_eq(close, &self.0));
    }
}

// A panic leaves nothing half changed.
fn uses() -> MutexGuard<'static, Uses> {
    USES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// None if there is no file.
fn key(path: &Path) -> Option<FileKey> {
    let found = FileStatus::read(path).ok()?;
    Some(found.id.map_or_else(
        || {
            let mut hasher = DefaultHasher::new();
            path.hash(&mut hasher);
            FileKey::Path(hasher.finish())
        },
        FileKey::Id,
    ))
}

#[cfg(test)]
mod tests;
