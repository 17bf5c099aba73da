//! The thread that has the connection: it does what the handles ask for, and gives signs of life for the leases that it holds.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};
use std::{io, thread};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use uuid::Uuid;

use crate::error::SubscriptionError;
use crate::lease::{BEATS, HeldLease};
use crate::log::Checkpoint;
use crate::store::sqlite::companion::{LockFile, LockState, lock_file};
use crate::subscription::checkpoints::{Claimed, Holder, Other, Removed};
use crate::subscription::sqlite::file::Database;
use crate::subscription::sqlite::{failure, rows};
use crate::subscription::{Skipped, SubscriptionStatus};

pub(super) type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// The shortest pause between two signs of life, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_secs(1));

pub(super) struct Worker {
    path: PathBuf,
    database: Option<Database>,
    /// Whether it was open before: a file that is gone then is not made again.
    was_open: bool,
    held: Vec<Held>,
}

/// A lease that is held here.
struct Held {
    holder: Arc<Holder>,
    next_beat: Instant,
    lock: Option<LockFile>,
}

impl Held {
    /// Deletes its file: its token is in the row no longer.
    fn end(&mut self) {
        if let Some(lock) = &mut self.lock {
            lock.keep(false);
        }
    }
}

impl Worker {
    /// Starts the thread; it ends when the sender is dropped.
    pub(super) fn start(path: PathBuf) -> io::Result<Sender<Job>> {
        let (sender, jobs) = channel();
        let mut worker = Self { path, database: None, was_open: false, held: Vec::new() };
        thread::Builder::new().name("eventsourcing-subscriptions".to_owned()).spawn(move || worker.run(&jobs))?;
        Ok(sender)
    }

    fn run(&mut self, jobs: &Receiver<Job>) {
        loop {
            let next_beat = self.held.iter().map(|held| held.next_beat).min();
            let job = match next_beat {
                None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => jobs.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            match job {
                Ok(job) => job(self),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.beat();
        }
    }

    /// Gives the signs of life that are due. Where one cannot be written, the next is.
    fn beat(&mut self) {
        let now = Instant::now();
        if self.held.iter().all(|held| held.next_beat > now) {
            return;
        }
        let mut held = std::mem::take(&mut self.held);
        let database = self.database();
        held.retain_mut(|held| {
            if held.next_beat > now {
                return true;
            }
            held.next_beat = now + pause(&held.holder);
            let is_own =
                database.as_ref().map_or(true, |database| rows::beat(&database.conn, &held.holder).unwrap_or(true));
            if !is_own {
                held.holder.lose();
                held.end();
            }
            is_own
        });
        self.held = held;
    }

    pub(super) fn claim(
        &mut self,
        holder: &Arc<Holder>,
        seen: Option<HeldLease>,
    ) -> Result<Claimed, SubscriptionError> {
        let path = self.path.clone();
        let database = self.database()?;
        let failed = |error| failure::sqlite(&path, error);
        // Without a transaction that writes, which all who wait would begin again and again.
        let kept = rows::find(&database.conn, &holder.name).map_err(failed)?;
        if let Some(other) = kept.and_then(|kept| kept.held).and_then(|held| live_holder(&path, held, seen)) {
            return Ok(Claimed::Held(other));
        }
        let mut lock = LockFile::new(&path, holder.token).map_err(|error| failure::io(&path, error))?;
        let tx = begin(&mut database.conn).map_err(failed)?;
        let kept = rows::find(&tx, &holder.name).map_err(failed)?;
        let before = kept.as_ref().and_then(|kept| kept.held);
        if let Some(other) = before.and_then(|held| live_holder(&path, held, seen)) {
            return Ok(Claimed::Held(other));
        }
        rows::take(&tx, holder).and_then(|()| tx.commit()).map_err(failed)?;
        if let Some(lock) = &mut lock {
            lock.keep(true);
        }
        if let Some(before) = before {
            lock_file::remove(&path, before.token);
        }
        let next_beat = Instant::now() + pause(holder);
        self.held.push(Held { holder: Arc::clone(holder), next_beat, lock });
        Ok(Claimed::Mine(kept.and_then(|kept| kept.checkpoint)))
    }

    pub(super) fn advance(
        &mut self,
        holder: &Holder,
        to: Checkpoint,
        skipped: Option<&Skipped>,
    ) -> Result<(), SubscriptionError> {
        let path = self.path.clone();
        let database = self.database()?;
        let advance = |conn: &mut Connection| {
            let Some(skipped) = skipped else { return rows::advance(conn, holder, &to) };
            let tx = begin(conn)?;
            let is_own = rows::advance(&tx, holder, &to)?;
            if is_own {
                rows::skip(&tx, holder, skipped)?;
                tx.commit()?;
            }
            Ok(is_own)
        };
        if advance(&mut database.conn).map_err(|error| failure::sqlite(&path, error))? {
            Ok(())
        } else {
            self.held.extract_if(.., |held| held.holder.token == holder.token).for_each(|mut held| held.end());
            holder.lose();
            Err(holder.fenced())
        }
    }

    pub(super) fn release(&mut self, holder: &Holder) -> Result<(), SubscriptionError> {
        let Some(index) = self.held.iter().position(|held| held.holder.token == holder.token) else { return Ok(()) };
        // If the row cannot be written, the file stays, and is that of a holder that has ended.
        let mut held = self.held.remove(index);
        let path = self.path.clone();
        let database = self.database()?;
        rows::release(&database.conn, holder).map_err(|error| failure::sqlite(&path, error))?;
        held.end();
        Ok(())
    }

    pub(super) fn list(&mut self) -> Result<Vec<SubscriptionStatus>, SubscriptionError> {
        let path = self.path.clone();
        let database = self.database()?;
        let listed = rows::list(&database.conn, |token| !has_ended(&path, token));
        listed.map_err(|error| failure::sqlite(&path, error))
    }

    pub(super) fn remove(&mut self, name: &str, seen: Option<HeldLease>) -> Result<Removed, SubscriptionError> {
        let path = self.path.clone();
        let database = self.database()?;
        let failed = |error| failure::sqlite(&path, error);
        let tx = begin(&mut database.conn).map_err(failed)?;
        let Some(kept) = rows::find(&tx, name).map_err(failed)? else { return Ok(Removed::Done(false)) };
        if let Some(other) = kept.held.and_then(|held| live_holder(&path, held, seen)) {
            return Ok(Removed::Held(other));
        }
        rows::remove(&tx, name).and_then(|()| tx.commit()).map_err(failed)?;
        if let Some(held) = kept.held {
            lock_file::remove(&path, held.token);
        }
        Ok(Removed::Done(true))
    }

    /// The file, opened if it is not; refuses another one under its name.
    fn database(&mut self) -> Result<&mut Database, SubscriptionError> {
        let is_gone = match &self.database {
            Some(database) => !database.is_at(&self.path),
            None => self.was_open && !self.path.exists(),
        };
        if is_gone {
            // Whatever is under the name when it is asked for again is looked at from the beginning, and has none of these tokens.
            self.database = None;
            return Err(failure::deleted(&self.path));
        }
        if self.database.is_none() {
            self.database = Some(Database::open(&self.path)?);
            self.was_open = true;
        }
        self.database.as_mut().ok_or_else(|| failure::deleted(&self.path))
    }
}

fn begin(conn: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    conn.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// The holder of a lease, unless its process has ended, or the lease is as it was seen by one who has waited for as long as that is.
fn live_holder(database: &Path, held: HeldLease, seen: Option<HeldLease>) -> Option<Other> {
    let lock = LockState::of(database, held.token);
    let is_free = seen == Some(held) || lock == LockState::Unlocked;
    (!is_free).then_some(Other { held, is_locked: lock == LockState::Locked })
}

/// Whether the process of a lease's holder has certainly ended. A file that was deleted does not say so: a reader that lives would be refused what it has
/// done.
fn has_ended(database: &Path, token: Uuid) -> bool {
    LockState::of(database, token) == LockState::Unlocked
}

/// The pause between two signs of life of this holder.
fn pause(holder: &Holder) -> Duration {
    (holder.lease / BEATS).clamp(PAUSES.0, PAUSES.1)
}
