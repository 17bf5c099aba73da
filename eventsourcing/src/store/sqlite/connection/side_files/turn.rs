//! Turns of several processes that write to one file.
//!
//! SQLite gives its lock to the process that asks at the right moment: one that commits without pause has it again before those that sleep
//! look for it. So a process first takes a lock on a file beside the store, `…-turn`, and holds it until it has SQLite's lock:
//! the process that holds SQLite's lock cannot be before it.
//!
//! The turn is only about order. A process that waits for it in vain, because another one hangs or holds it on purpose, goes on without it, and
//! asks for none for a while.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::store::sqlite::connection::busy::begins_to_wait;
use crate::store::sqlite::os::new_file::open_beside;
use crate::store::sqlite::os::positioned_io;
use crate::store::sqlite::os::side_file::{TURN, beside};

/// How long a process goes on without asking whether others wait. Asking costs two system calls.
const GREEDY: Duration = Duration::from_millis(1);

/// The most that the turn is waited for. What is in its way is a transaction of each process before it, of some milliseconds each.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a process does not ask after it has waited in vain: a process that hangs, or holds the turn on purpose, costs a tenth of the time.
const WITHOUT: Duration = Duration::from_secs(10);

const TOKEN: usize = 16;

/// A process's place in the queue of those that write.
#[derive(Debug)]
pub(crate) struct Turn {
    /// None where the file cannot be made.
    file: Option<File>,
    deadline: Duration,
    next: Option<Instant>,
}

/// The turn, until it is dropped.
#[derive(Debug)]
pub(crate) struct Taken<'t> {
    file: Option<&'t File>,
    /// How long it took.
    pub(crate) waited: Duration,
}

impl Turn {
    /// The queue of those that write to this file. It is waited in for no longer than half of this, so that there is time left to wait for
    /// SQLite's lock.
    pub(crate) fn open(path: &Path, deadline: Duration) -> Self {
        let file = open_beside(path, &beside(path, TURN));
        Self { file: file.ok(), deadline: (deadline / 2).min(PATIENCE), next: None }
    }

    /// Waits for the turn. The longer a process has waited, the more often it looks.
    pub(crate) fn take(&mut self) -> Taken<'_> {
        let now = Instant::now();
        let Some(file) = self.file.as_ref().filter(|_| self.next.is_none_or(|next| now > next)) else {
            return Taken { file: None, waited: Duration::ZERO };
        };
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => {
                    self.next = Some(Instant::now() + GREEDY);
                    return Taken { file: Some(file), waited };
                }
                Err(TryLockError::WouldBlock) if waited < self.deadline => {
                    if waited.is_zero() {
                        begins_to_wait();
                    }
                    thread::sleep(pause(waited));
                }
                // Only the order is lost: SQLite's own lock still is in force.
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {
                    self.next = Some(Instant::now() + WITHOUT);
                    return Taken { file: None, waited };
                }
            }
            waited = now.elapsed();
        }
    }

    /// Random bytes that the processes using the file share, made by the first of them; a user who may not read the file cannot guess them.
    /// None where there is no file, or where it has no token yet and another process holds its lock.
    pub(crate) fn token(&self) -> Option<[u8; TOKEN]> {
        let file = self.file.as_ref()?;
        if let Some(token) = token_in(file) {
            return Some(token);
        }
        let since = Instant::now();
        while let Err(error) = file.try_lock() {
            if matches!(error, TryLockError::Error(_)) || since.elapsed() > self.deadline {
                return token_in(file);
            }
            thread::sleep(pause(Duration::ZERO));
        }
        // Another process may have made it in between.
        let token = token_in(file).or_else(|| make_token(file).ok());
        let _ = file.unlock();
        token
    }
}

fn token_in(file: &File) -> Option<[u8; TOKEN]> {
    let mut token = [0; TOKEN];
    positioned_io::read(file, &mut token, 0).ok().map(|()| token)
}

fn make_token(file: &File) -> io::Result<[u8; TOKEN]> {
    let token = Uuid::new_v4().into_bytes();
    positioned_io::write(file, &token, 0).map(|()| token)
}

/// A pause between two looks: 2 milliseconds at first, ever less with the time waited.
fn pause(waited: Duration) -> Duration {
    let most = 2_000_000 / (1 + waited.as_millis().try_into().unwrap_or(u64::MAX / 2));
    Duration::from_nanos(fastrand::u64(most / 2..=most).max(50_000))
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(file) = self.file {
            // If it cannot be unlocked, closing the file unlocks it.
            let _ = file.unlock();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    fn place() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        std::fs::write(&path, "").unwrap();
        (folder, path)
    }

    #[test]
    fn the_longer_a_process_has_waited_the_more_often_it_looks() {
        let pauses =
            [0, 1, 10, 1000].map(|millis| (0..50).map(|_| pause(Duration::from_millis(millis))).max().unwrap());
        assert!(pauses.is_sorted_by(|before, after| before > after), "{pauses:?}");
        assert!(pauses.iter().all(|pause| *pause >= Duration::from_micros(50)));
    }

    #[test]
    fn a_turn_is_waited_for_until_the_deadline() {
        let (_folder, path) = place();
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
        other.next = None;
        assert!(other.take().file.is_some());
    }

    #[test]
    fn a_wait_in_vain_is_not_followed_by_another() {
        let (_folder, path) = place();
        let mut one = Turn::open(&path, Duration::ZERO);
        let mut other = Turn::open(&path, Duration::from_secs(3600));
        let _taken = one.take();
        let waited: Vec<_> = (0..50).map(|_| other.take().waited).collect();
        assert!(waited[0] >= PATIENCE && waited[0] < Duration::from_secs(60), "{waited:?}");
        assert!(waited[1..].iter().all(Duration::is_zero), "{waited:?}");
        other.next = Some(Instant::now());
        assert!(!other.take().waited.is_zero(), "it asks again");
    }

    #[test]
    fn those_that_make_the_token_at_once_agree() {
        let mut before = None;
        for _ in 0..50 {
            let (_folder, path) = place();
            let together = Barrier::new(4);
            let make = || {
                let turn = Turn::open(&path, Duration::from_secs(60));
                together.wait();
                turn.token().unwrap()
            };
            let tokens: Vec<_> = thread::scope(|scope| {
                let makers: Vec<_> = (0..4).map(|_| scope.spawn(make)).collect();
                makers.into_iter().map(|maker| maker.join().unwrap()).collect()
            });
            assert!(tokens.iter().all(|token| *token == tokens[0] && *token != [0; TOKEN]), "{tokens:?}");
            assert_eq!(Turn::open(&path, Duration::ZERO).token(), Some(tokens[0]), "and it stays");
            assert_ne!(before, Some(tokens[0]), "another file has another");
            before = Some(tokens[0]);
        }
    }

    #[test]
    fn a_turn_that_is_held_while_there_is_no_token_is_not_waited_for_without_end() {
        let (_folder, path) = place();
        let mut one = Turn::open(&path, Duration::ZERO);
        let _taken = one.take();
        assert_eq!(Turn::open(&path, Duration::from_millis(20)).token(), None);
    }
}
