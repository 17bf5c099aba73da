//! A store in an SQLite file, or in memory by SQLite.

mod builder;
mod commit;
mod connection;
mod engine;
mod error;
mod file;
mod format;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod read;
#[cfg(test)]
mod tests;
mod threads;

use std::fmt;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, OnceLock, Weak};
use std::task::Poll;

use event_listener::EventListener;
use futures_timer::Delay;

pub use self::builder::{Durability, SqliteBuilder};
use self::connection::writer::Writer;
use self::engine::Engine;
pub use self::file::salvage::Salvaged;
pub use self::file::verify::{Finding, Progress, Verified};
use self::threads::answer::Lost;
use self::threads::bell::Listening;
use self::threads::page::GatheredPage;
use self::threads::workers::Workers;
use crate::error::{CommitError, OpenError, ReadError, StoreError, StoreErrorKind};
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, LogRead, Page, SnapshotRead, StoredEvent, StoredSnapshot, StreamRead,
    Visit,
};
use crate::stream::Position;

/// A store in one SQLite file.
///
/// A commit is on the disk before it is acknowledged ([`Durability::Full`]). Commits that arrive while one is being written share the next
/// transaction and its sync; a conflict fails alone. Readers never wait for a writer. Any number of processes may open the same file, on one
/// machine: those that write take turns, and a transaction waits for others no longer than
/// [`busy_deadline`](SqliteBuilder::busy_deadline). The file must not lie on a network file system, and is never to be copied but by
/// [`backup`](Self::backup).
///
/// A clone is another handle on the same store. Dropping the last one waits for what was begun, then closes the file.
/// Blocking calls run on the caller's thread, async ones on a few threads of the store's own, so that no executor is blocked
/// and none in particular is needed.
///
/// ```
/// use eventsourcing::SqliteStore;
/// use eventsourcing::store::{Commit, EventStore, LogRead};
/// use eventsourcing::StreamId;
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("bank.db");
/// use std::ops::ControlFlow;
/// use uuid::Uuid;
///
/// let store = SqliteStore::open(&path)?;
/// let mut commit = Commit::new();
/// commit.append(StreamId::new("Account", Uuid::nil()), 0)?.event("Opened", 1, br#"{"owner":"alice"}"#)?;
/// store.commit_blocking(commit)?;
///
/// let mut names = Vec::new();
/// store.read_log_blocking(LogRead::after(0), &mut |event| {
///     names.push(event.name.to_owned());
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(names, ["Opened"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    shared: Arc<Shared>,
}

// In this order they are dropped: first the threads end, then the connections are closed.
struct Shared {
    hearing: OnceLock<Option<Listening>>,
    writing: Arc<Workers>,
    reading: Workers,
    engine: Arc<Engine>,
}

impl SqliteStore {
    /// Opens the store in this file, or makes it if there is no such file, or an empty one. [`builder`](Self::builder) has
    /// the settings.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what is wrong with the file. It is then as it was.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::builder().open(path)
    }

    /// A new store that is gone when its last handle is. All its handles and threads take turns on one connection.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if SQLite fails, for want of memory above all.
    pub fn in_memory() -> Result<Self, OpenError> {
        Self::builder().in_memory()
    }

    /// The settings of a store, and how to open it with them.
    pub fn builder() -> SqliteBuilder {
        SqliteBuilder::default()
    }

    /// Flips one bit of the payload at this position, for tests of what happens then.
    ///
    /// # Errors
    ///
    /// When the store failed.
    #[cfg(feature = "testing")]
    pub fn damage(&self, position: Position) -> Result<(), StoreError> {
        self.shared.engine.damage(position)
    }

    fn new(path: Option<PathBuf>, settings: SqliteBuilder, writer: Writer) -> Self {
        let writing = Arc::new(Workers::new("eventsourcing-write", 1));
        let reading = Workers::new("eventsourcing-read", 2);
        let engine = Arc::new_cyclic(|engine: &Weak<Engine>| {
            let (engine, workers) = (Weak::clone(engine), Arc::downgrade(&writing));
            Engine::new(path, settings, writer, move || {
                // Without a handle on the store, no future waits for it.
                let (Some(engine), Some(workers)) = (engine.upgrade(), workers.upgrade()) else { return Ok(()) };
                workers.send(Box::new(move || engine.committer.serve()))
            })
        });
        Self { shared: Arc::new(Shared { hearing: OnceLock::new(), writing, reading, engine }) }
    }

    /// Reads a page on another thread, then visits it here.
    async fn gathered(
        &self,
        place: fn(&StoredEvent<'_>) -> u64,
        visit: &mut Visit<'_>,
        read: impl FnOnce(&Engine, &mut Visit<'_>) -> Result<Page, ReadError> + Send + 'static,
    ) -> Result<Page, ReadError> {
        let engine = Arc::clone(&self.shared.engine);
        let gathered = self.shared.reading.call(move || GatheredPage::by(|visit| read(&engine, visit))).await;
        gathered.map_err(|lost| lost.error(StoreErrorKind::Unavailable))?.visit(place, visit)
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteStore").field(self.shared.engine.origin()).finish()
    }
}

impl EventStore for SqliteStore {
    /// # Cancel safety
    ///
    /// A future that is dropped before its commit was begun has done nothing. One whose commit was begun, which happens on a thread of the store,
    /// does not call it back: it is stored, once and as a whole, or refused. The same commit again tells which.
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            let outcome = self.shared.engine.committer.enqueue(commit).await;
            outcome.unwrap_or_else(|| Err(Lost::Unanswered.error(StoreErrorKind::OutcomeUnknown).into()))
        })
    }

    fn read_stream<'a>(&'a self, read: StreamRead, visit: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page, ReadError>> {
        Box::pin(self.gathered(|event| event.version, visit, move |engine, visit| engine.read_stream(&read, visit)))
    }

    fn read_log<'a>(&'a self, read: LogRead, visit: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page, ReadError>> {
        Box::pin(self.gathered(|event| event.position, visit, move |engine, visit| engine.read_log(&read, visit)))
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(async move {
            let engine = Arc::clone(&self.shared.engine);
            let head = self.shared.reading.call(move || engine.head()).await;
            head.unwrap_or_else(|lost| Err(lost.error(StoreErrorKind::Unavailable)))
        })
    }

    fn changed(&self, after: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(async move {
            let engine = &self.shared.engine;
            self.shared.hearing.get_or_init(|| engine.hear());
            loop {
                // Listening before looking: a commit in between is not missed.
                let committed = engine.listen();
                let head = self.head().await?;
                if head > after {
                    return Ok(head);
                }
                // What another process commits may wake nobody here.
                first_of(committed, Delay::new(engine.poll_interval())).await;
            }
        })
    }

    fn keep_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let engine = Arc::clone(&self.shared.engine);
            let kept = self.shared.writing.call(move || engine.keep_snapshot(&snapshot)).await;
            kept.unwrap_or_else(|lost| Err(lost.error(StoreErrorKind::OutcomeUnknown)))
        })
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(async move {
            let engine = Arc::clone(&self.shared.engine);
            let read = self.shared.reading.call(move || engine.read_snapshot(&read)).await;
            read.unwrap_or_else(|lost| Err(lost.error(StoreErrorKind::Unavailable)))
        })
    }

    fn commit_blocking(&self, commit: Commit) -> Result<Committed, CommitError> {
        self.shared.engine.committer.commit(commit)
    }

    fn read_stream_blocking(&self, read: StreamRead, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        self.shared.engine.read_stream(&read, visit)
    }

    fn read_log_blocking(&self, read: LogRead, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        self.shared.engine.read_log(&read, visit)
    }

    fn head_blocking(&self) -> Result<Position, StoreError> {
        self.shared.engine.head()
    }

    fn keep_snapshot_blocking(&self, snapshot: StoredSnapshot) -> Result<(), StoreError> {
        self.shared.engine.keep_snapshot(&snapshot)
    }

    fn read_snapshot_blocking(&self, read: SnapshotRead) -> Result<Option<StoredSnapshot>, StoreError> {
        self.shared.engine.read_snapshot(&read)
    }
}

async fn first_of(committed: EventListener, pause: Delay) {
    let (mut committed, mut pause) = (pin!(committed), pin!(pause));
    poll_fn(|context| {
        let woken = committed.as_mut().poll(context).is_ready() || pause.as_mut().poll(context).is_ready();
        if woken { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

impl Lost {
    /// `unanswered` is the kind of error of work that was begun and gave no answer.
    fn error(self, unanswered: StoreErrorKind) -> StoreError {
        match self {
            Self::NotBegun(error) => StoreError::no_thread(error),
            Self::Unanswered => StoreError::new(unanswered, "a thread of the store ended without an answer: try again"),
        }
    }
}
