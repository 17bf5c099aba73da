//! The file of tables: one connection that writes, on a thread of its own, and some that read.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::Failure;

/// The most connections that are kept for the next readers.
const IDLE: usize = 8;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

pub(super) struct Database {
    path: PathBuf,
    writer: Sender<Job>,
    idle: Mutex<Vec<Connection>>,
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
    Ok(connection)
}

impl Database {
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let mut connection = connect(path)?;
        connection.execute_batch(include_str!("schema.sql"))?;
        let (writer, jobs): (_, Receiver<Job>) = channel();
        thread::spawn(move || jobs.iter().for_each(|job| job(&mut connection)));
        Ok(Self { path: path.to_owned(), writer, idle: Mutex::default() })
    }

    /// Writes in one transaction, which is kept if it succeeds.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (answer, answered) = oneshot::channel();
        let transact = |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let written = write(&transaction)?;
            transaction.commit()?;
            Ok(written)
        };
        let job = Box::new(|connection: &mut Connection| drop(answer.send(transact(connection))));
        self.writer.send(job).map_err(|_closed| Failure::Closed)?;
        answered.await.map_err(|_panicked| Failure::Closed)?
    }

    /// Reads what is there at one moment, on the caller's thread: that takes less time than to wake another.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = idle.map_or_else(|| connect(&self.path), Ok)?;
        let transaction = connection.transaction()?;
        let found = read(&transaction);
        transaction.finish()?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE {
            idle.push(connection);
        }
        found
    }
}
