//! A store that answers by a script.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use eventsourcing::error::{CommitError, ReadError, StoreError, StoreErrorKind};
use eventsourcing::process::{Clock as _, SystemClock};
use eventsourcing::store::{
    BoxFuture, Commit, Committed, EventStore, LogRead, Page, SnapshotRead, SnapshotStore, StoredSnapshot, StreamList,
    StreamPage, StreamRead, Visit,
};
use eventsourcing::{CommitId, MemoryStore, Position, StreamId, Version, blocking};
use pollster::block_on;

/// How a commit is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It fails and is not stored.
    Fails(StoreErrorKind),
    /// It is stored, and the answer is lost.
    IsLost,
    /// It is stored, and the answer does not come.
    NeverComes,
    /// It is not stored, and no answer comes.
    NothingComes,
    /// No answer comes, and it is stored only when the test has the store [`deliver`](Faulty::deliver) it.
    ComesLate,
}

/// Another store, with answers to the next commits; a clone is another handle.
#[derive(Clone, Debug)]
pub struct Faulty {
    store: Arc<dyn EventStore>,
    script: Arc<Mutex<Script>>,
}

#[derive(Debug, Default)]
struct Script {
    answers: VecDeque<Answer>,
    commits: Vec<CommitId>,
    last_written: Vec<StreamId>,
    last_hints: Vec<Option<Position>>,
    late: Vec<Commit>,
    reads_fail: bool,
    streams_hang: bool,
    log_hangs: bool,
}

impl Default for Faulty {
    fn default() -> Self {
        Self::over(MemoryStore::new())
    }
}

fn error(kind: StoreErrorKind) -> StoreError {
    StoreError::new(kind, format!("{kind:?}, by its script"))
}

impl Faulty {
    /// The store, with no answers yet: it answers as it does.
    pub fn over(store: impl EventStore) -> Self {
        Self { store: Arc::new(store), script: Arc::default() }
    }

    /// The same store without async.
    #[must_use]
    pub fn blocking(&self) -> blocking::Store {
        blocking::Store::new(self.clone())
    }

    /// Answers the next commit like this.
    pub fn next(&self, answer: Answer) {
        self.script.lock().unwrap().answers.push_back(answer);
    }

    /// Answers as it does from now on.
    pub fn forget_answers(&self) {
        self.script.lock().unwrap().answers.clear();
    }

    /// Stores what comes late.
    pub fn deliver(&self) {
        let late = std::mem::take(&mut self.script.lock().unwrap().late);
        for commit in late {
            // Whatever becomes of it: no caller waits for the answer.
            drop(block_on(Arc::clone(&self.store).blocking().commit(commit)));
        }
    }

    /// Lets reading fail, or not.
    pub fn fail_reads(&self, fail: bool) {
        self.script.lock().unwrap().reads_fail = fail;
    }

    /// Leaves what is read of streams, and not of the log, without an answer, until it does not.
    pub fn hang_streams(&self, hang: bool) {
        self.script.lock().unwrap().streams_hang = hang;
    }

    /// Leaves what is read of the log, and not of streams, without an answer, until it does not.
    pub fn hang_log(&self, hang: bool) {
        self.script.lock().unwrap().log_hangs = hang;
    }

    async fn wait_while(&self, hangs: impl Fn(&Script) -> bool) {
        while hangs(&self.script.lock().unwrap()) {
            SystemClock.sleep_until(SystemTime::now() + Duration::from_millis(5)).await;
        }
    }

    /// The ids of the commits that it was asked for.
    #[must_use]
    pub fn commits(&self) -> Vec<CommitId> {
        self.script.lock().unwrap().commits.clone()
    }

    /// The streams that the last commit which it was asked for has events of.
    #[must_use]
    pub fn last_written(&self) -> Vec<StreamId> {
        self.script.lock().unwrap().last_written.clone()
    }

    /// Where the last event of each stream stands, as the last commit which it was asked for says.
    #[must_use]
    pub fn last_hints(&self) -> Vec<Option<Position>> {
        self.script.lock().unwrap().last_hints.clone()
    }

    fn read(&self) -> Result<(), StoreError> {
        if self.script.lock().unwrap().reads_fail { Err(error(StoreErrorKind::Unavailable)) } else { Ok(()) }
    }
}

impl EventStore for Faulty {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            let answer = {
                let mut script = self.script.lock().unwrap();
                script.commits.push(commit.id());
                let written = commit.appends().filter(|append| append.events().len() > 0);
                script.last_hints = commit.appends().map(|append| append.last_position).collect();
                script.last_written = written.map(|append| append.stream.clone()).collect();
                script.answers.pop_front()
            };
            match answer {
                None => self.store.commit(commit).await,
                Some(Answer::Fails(kind)) => Err(error(kind).into()),
                // Blocking, so that it is stored before anyone goes on.
                Some(Answer::IsLost) => {
                    block_on(Arc::clone(&self.store).blocking().commit(commit))?;
                    Err(error(StoreErrorKind::OutcomeUnknown).into())
                }
                Some(Answer::NeverComes) => {
                    block_on(Arc::clone(&self.store).blocking().commit(commit))?;
                    pending().await
                }
                Some(Answer::ComesLate) => {
                    self.script.lock().unwrap().late.push(commit);
                    pending().await
                }
                Some(Answer::NothingComes) => pending().await,
            }
        })
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        Box::pin(async move {
            self.wait_while(|script| script.streams_hang).await;
            self.read()?;
            self.store.read_stream(read, visit).await
        })
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        Box::pin(async move {
            self.wait_while(|script| script.log_hangs).await;
            self.read()?;
            self.store.read_log(read, visit).await
        })
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        Box::pin(async move {
            self.read()?;
            self.store.list_streams(list).await
        })
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        Some(self)
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }

    crate::forward!(store: head wait_past turns id limits);
}

impl SnapshotStore for Faulty {
    fn save_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            match self.store.snapshots() {
                Some(snapshots) => snapshots.save_snapshot(snapshot).await,
                None => Ok(()),
            }
        })
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(async move {
            self.read()?;
            match self.store.snapshots() {
                Some(snapshots) => snapshots.read_snapshot(read).await,
                None => Ok(None),
            }
        })
    }
}
