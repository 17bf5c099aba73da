//! Who writes to a generation.
//!
//! The writer has a number of its own in the file, by which each of its commits is fenced, and holds a lock file as long as it lives. One who
//! cannot get the lock watches a counter that the writer raises with each commit, and while it has none at least five times in the time of the lease; a
//! counter that stands still for that time is that of a writer which was stopped. No clock is compared with that of another process.

use std::fs::{File, OpenOptions};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What a writer, or one who waits to be it, knows of the others.
#[derive(Debug)]
pub(super) struct Lease {
    time: Duration,
    path: PathBuf,
    lock: Option<File>,
    /// The number of this writer.
    pub(super) token: i64,
    /// The last other writer that was seen, what its counter was, and since when.
    seen: Option<(Seen, Instant)>,
    /// When another took its place.
    fenced: Option<Instant>,
}

/// A writer's number, and its counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) token: i64,
    pub(super) beat: i64,
}

impl Lease {
    pub(super) fn new(path: PathBuf, time: Duration) -> Self {
        Self { time, path, lock: None, token: fastrand::i64(1..), seen: None, fenced: None }
    }

    /// Whether the writer that is seen in the file is gone, or has stood still for the time of the lease.
    pub(super) fn may_claim(&mut self, seen: Seen) -> bool {
        if seen.token == self.token {
            return true;
        }
        // One who was fenced leaves the lock to the one who has taken its place.
        if self.lock.is_none() && self.fenced.is_none_or(|since| since.elapsed() >= self.time) {
            self.lock = self.try_lock();
        }
        if self.lock.is_some() {
            return true;
        }
        match self.seen {
            Some((before, since)) if before == seen => since.elapsed() >= self.time,
            _ => {
                self.seen = Some((seen, Instant::now()));
                false
            }
        }
    }

    /// Takes note that this is the writer.
    pub(super) fn claimed(&mut self) {
        (self.seen, self.fenced) = (None, None);
    }

    /// Takes note that another is the writer.
    pub(super) fn fenced(&mut self) {
        (self.lock, self.seen, self.fenced) = (None, None, Some(Instant::now()));
        self.token = fastrand::i64(1..);
    }

    /// Tries once more to get the lock, which a writer that was stopped still has.
    pub(super) fn beat(&mut self) {
        if self.lock.is_none() {
            self.lock = self.try_lock();
        }
    }

    fn try_lock(&self) -> Option<File> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&self.path).ok()?;
        file.try_lock().ok().map(|()| file)
    }
}
