//! Checkpoints in a file: `subscriptions.db`, in SQLite.
//!
//! Calls of all handles go to one `worker`, a thread that has the connection, gives signs of life for the leases that are held through it, and ends with
//! the last handle. A lease is a row's token and a locked file of its own (`LockFile`): the file tells at once that a process has ended, the row's beat
//! tells that one was stopped. The token is the fence: no one moves a checkpoint but who has it, and no clock of the wall is asked.

mod failure;
mod file;
mod rows;
mod worker;

use std::fmt;
use std::future::ready;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use self::worker::{Job, Worker};
use crate::error::SubscriptionError;
use crate::lease::HeldLease;
use crate::log::Checkpoint;
use crate::signal::Answer;
use crate::store::BoxFuture;
use crate::subscription::checkpoints::{Checkpoints, Claimed, Holder, Removed};
use crate::subscription::{Skipped, SubscriptionStatus};

/// The file's name in its folder.
const FILE: &str = "subscriptions.db";

/// Checkpoints in a file, which is opened when it is first asked for.
pub(crate) struct SqliteCheckpoints {
    path: PathBuf,
    /// The jobs of the thread, once there is one.
    jobs: Mutex<Option<Sender<Job>>>,
}

impl SqliteCheckpoints {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { path: folder.join(FILE), jobs: Mutex::default() }
    }

    /// Has the thread do something; it does so also when no caller waits for the answer.
    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Worker) -> Result<T, SubscriptionError> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, SubscriptionError>> {
        let (answer, awaited) = Answer::new();
        let job: Job = Box::new(move |worker| answer.give(work(worker)));
        match self.send(job) {
            Ok(()) => {
                let path = self.path.clone();
                Box::pin(async move { awaited.wait().await.unwrap_or_else(|| Err(failure::ended(&path))) })
            }
            Err(error) => Box::pin(ready(Err(error))),
        }
    }

    fn send(&self, job: Job) -> Result<(), SubscriptionError> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = match &*jobs {
            Some(sender) => sender,
            None => jobs.insert(Worker::start(self.path.clone()).map_err(|error| failure::thread(&self.path, error))?),
        };
        sender.send(job).map_err(|_| failure::ended(&self.path))
    }
}

impl Checkpoints for SqliteCheckpoints {
    fn claim(
        &self,
        holder: &Arc<Holder>,
        seen: Option<HeldLease>,
    ) -> BoxFuture<'static, Result<Claimed, SubscriptionError>> {
        let holder = Arc::clone(holder);
        self.ask(move |worker| worker.claim(&holder, seen))
    }

    fn advance(
        &self,
        holder: &Arc<Holder>,
        to: Checkpoint,
        skipped: Option<Skipped>,
    ) -> BoxFuture<'static, Result<(), SubscriptionError>> {
        let holder = Arc::clone(holder);
        self.ask(move |worker| worker.advance(&holder, to, skipped.as_ref()))
    }

    fn release(&self, holder: &Arc<Holder>) -> BoxFuture<'static, Result<(), SubscriptionError>> {
        let holder = Arc::clone(holder);
        self.ask(move |worker| worker.release(&holder))
    }

    fn list(&self) -> BoxFuture<'static, Result<Vec<SubscriptionStatus>, SubscriptionError>> {
        self.ask(Worker::list)
    }

    fn remove(&self, name: &str, seen: Option<HeldLease>) -> BoxFuture<'static, Result<Removed, SubscriptionError>> {
        let name = name.to_owned();
        self.ask(move |worker| worker.remove(&name, seen))
    }
}

impl fmt::Debug for SqliteCheckpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteCheckpoints").field("path", &self.path).finish_non_exhaustive()
    }
}
