//! Turns of several processes that write to one file.
//!
//! SQLite gives its lock to whoever asks at the right moment: a process that commits without pause has it again before those that sleep look
//! for it. So whoever wants to write first takes a lock on a file beside the store, `…-turn`, and holds it until SQLite's lock is its own:
//! the one that holds SQLite's lock cannot be before it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::store::sqlite::connection::side_files::beside;

/// For so long a process goes on without asking whether others wait. Asking costs two system calls.
const GREEDY: Duration = Duration::from_millis(1);

/// A process's place in the queue of those that write.
#[derive(Debug)]
pub(crate) struct Turn {
    /// None where the file cannot be made.
    file: Option<File>,
    deadline: Duration,
    asked: Option<Instant>,
}

/// The turn, until it is dropped.
#[derive(Debug)]
pub(crate) struct Taken<'t> {
    file: Option<&'t File>,
    /// How long it took.
    pub(crate) waited: Duration,
}

impl Turn {
    /// The queue of those that write to this file; nobody waits in it for longer than half of this, so that there is time left to wait for
    /// SQLite's lock, if who is first in the queue hangs.
    pub(crate) fn open(path: &Path, deadline: Duration) -> Self {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(beside(path, "-turn"));
        Self { file: file.ok(), deadline: deadline / 2, asked: None }
    }

    /// Waits for the turn. Whoever has waited longer looks more often.
    pub(crate) fn take(&mut self) -> Taken<'_> {
        let now = Instant::now();
        let Some(file) = self.file.as_ref().filter(|_| self.asked.is_none_or(|asked| now - asked > GREEDY)) else {
            return Taken { file: None, waited: Duration::ZERO };
        };
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => {
                    self.asked = Some(Instant::now());
                    return Taken { file: Some(file), waited };
                }
                Err(TryLockError::WouldBlock) if waited < self.deadline => thread::sleep(pause(waited)),
                // Only who is first is lost: SQLite's own lock still is in force.
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return Taken { file: None, waited },
            }
            waited = now.elapsed();
        }
    }
}

/// A pause between two looks: 2 milliseconds at first, ever less with the time waited.
fn pause(waited: Duration) -> Duration {
    let most = 2_000_000 / (1 + waited.as_millis().try_into().unwrap_or(u64::MAX / 2));
    Duration::from_nanos(fastrand::u64(most / 2..=most).max(50_000))
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(file) = self.file {
            // Where it cannot be given back, it goes with the file.
            let _ = file.unlock();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_waited_longer_looks_more_often() {
        let pauses =
            [0, 1, 10, 1000].map(|millis| (0..50).map(|_| pause(Duration::from_millis(millis))).max().unwrap());
        assert!(pauses.is_sorted_by(|before, after| before > after), "{pauses:?}");
        assert!(pauses.iter().all(|pause| *pause >= Duration::from_micros(50)));
    }

    #[test]
    fn a_turn_is_waited_for_until_the_deadline() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let mut one = Turn::open(&path, Duration::ZERO);
        let mut other = Turn::open(&path, Duration::from_millis(10));
        let taken = one.take();
        assert!(taken.file.is_some());
        assert_eq!(taken.waited, Duration::ZERO);
        {
            let refused = other.take();
            assert!(refused.file.is_none());
            assert!(refused.waited >= Duration::from_millis(5), "{refused:?}");
        }
        drop(taken);
        assert!(other.take().file.is_some());
    }
}
