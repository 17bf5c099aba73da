//! What the handles on one store share: its connections, and how calls reach them.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use crate::error::{ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::commit::queue::Need;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::engine::Engine;
use crate::store::sqlite::engine::readers::{Admission, Length};
use crate::store::sqlite::error::Origin;
use crate::store::sqlite::read::gathered::GatheredPage;
use crate::store::sqlite::settings::Settings;
use crate::store::sqlite::threads::answer::Lost;
use crate::store::sqlite::threads::calls::{Call, Calls, closed};
use crate::store::sqlite::threads::gate::Gate;
use crate::store::sqlite::threads::lane::{Lane, NotBegun};
use crate::store::sqlite::threads::poller::Poller;
use crate::store::sqlite::threads::pool::pool;
use crate::store::sqlite::threads::pool_thread;
use crate::store::sqlite::threads::visiting::{Inside, unsupported};
use crate::store::{Page, StoredEvent, Turns, Visit};
use crate::stream::{Position, StoreId};

pub(super) struct Shared {
    pub(super) id: StoreId,
    pub(super) engine: Arc<Engine>,
    /// Where snapshots that futures keep wait for each other, so that they occupy one thread only.
    snapshots: Arc<Gate>,
    poller: Arc<Poller>,
    pub(super) turns: Turns,
}

/// A call on the caller's own thread, until it is dropped.
pub(super) struct Blocking {
    _inside: Inside,
    _call: Call,
}

impl Shared {
    pub(super) fn new(path: Option<PathBuf>, settings: Settings, writer: Writer, id: StoreId) -> Self {
        let engine = Arc::new_cyclic(|engine: &Weak<Engine>| {
            let engine = Weak::clone(engine);
            // Without a handle on the store, no future waits for a worker.
            Engine::new(path, settings, writer, move |need| start_worker(engine.upgrade(), need))
        });
        let (calls, looking) = (Arc::clone(&engine.calls), Arc::downgrade(&engine));
        let look = move || {
            // Dropped last: the store is closed after the look.
            let _call = calls.begin()?;
            looking.upgrade().map_or_else(|| Err(closed()), |engine| engine.head(Admission::NeedsNone))
        };
        let (committed, bell) = (Arc::clone(&engine.committed), Arc::clone(&engine.bell));
        let interval = match engine.origin() {
            Origin::File(_) => Some(engine.settings.poll_interval),
            // Every commit is one of this process.
            Origin::Memory => None,
        };
        let poller = Poller::new(committed, bell, interval, look);
        Self { id, engine, snapshots: Gate::new(1), poller, turns: Turns::new() }
    }

    fn calls(&self) -> &Arc<Calls> {
        &self.engine.calls
    }

    /// Begins a call that waits on this thread.
    pub(super) fn block(&self) -> Result<Blocking, StoreError> {
        self.engine.key.check_call()?;
        let call = self.calls().begin()?;
        Ok(Blocking { _inside: self.engine.key.call(), _call: call })
    }

    /// Begins a call that does not wait on this thread.
    pub(super) fn begin(&self) -> Result<Call, StoreError> {
        self.calls().begin()
    }

    /// Does a short read on another thread.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Engine, Admission) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (call, engine) = (self.begin()?, Arc::clone(&self.engine));
        // A waker that waits for its own read, on a thread that such reads need.
        if pool_thread::is_current() {
            return read(&engine, Admission::NeedsNone);
        }
        let gate = self.engine.readers.gate(Length::Short);
        let read = gate.call(&pool().short, call, move |pass| read(&engine, Admission::Has(pass))).await;
        read.unwrap_or_else(|lost| Err(lost.error(StoreErrorKind::Unavailable)))
    }

    /// Reads a page on another thread, then visits it here.
    pub(super) async fn page<P: Copy + Default + Send + 'static>(
        &self,
        length: Length,
        place: fn(&StoredEvent<'_>) -> P,
        visit: &mut Visit<'_>,
        read: impl FnOnce(&Engine, Admission, &mut Visit<'_>) -> Result<Page<P>, ReadError> + Send + 'static,
    ) -> Result<Page<P>, ReadError> {
        let (call, engine) = (self.begin()?, Arc::clone(&self.engine));
        if pool_thread::is_current() {
            return GatheredPage::gather(|visit| read(&engine, Admission::NeedsNone, visit)).visit(place, visit);
        }
        let gather = move |pass| GatheredPage::gather(|visit| read(&engine, Admission::Has(pass), visit));
        let gathered = self.engine.readers.gate(length).call(lane(length), call, gather).await;
        gathered.map_err(|lost| lost.error(StoreErrorKind::Unavailable))?.visit(place, visit)
    }

    /// Keeps a snapshot on another thread.
    pub(super) async fn keep(
        &self,
        keep: impl FnOnce(&Engine) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        let (call, engine) = (self.begin()?, Arc::clone(&self.engine));
        if pool_thread::is_current() {
            return keep(&engine);
        }
        let work = move |pass| {
            let kept = keep(&engine);
            drop(pass);
            kept
        };
        let kept = self.snapshots.call(&pool().write, call, work).await;
        kept.unwrap_or_else(|lost| Err(lost.error(StoreErrorKind::OutcomeUnknown)))
    }

    /// Waits until the log has come further than this.
    pub(super) async fn wait_past(&self, after: Position) -> Result<Position, StoreError> {
        loop {
            let waiting = self.poller.wait();
            let waiting = waiting.map_err(|error| Lost::NotBegun(error).error(StoreErrorKind::Unavailable))?;
            // Read after the wait has begun: a commit in between is not missed.
            let head = self.read(Engine::head).await?;
            if head > after {
                return Ok(head);
            }
            if let Some(head) = waiting.past(after).await {
                return Ok(head);
            }
        }
    }

    /// Closes the store when the calls that have begun have ended.
    pub(super) fn close(&self) -> Result<(), StoreError> {
        self.engine.check_process()?;
        self.engine.key.check_close()?;
        if pool_thread::is_current() {
            return Err(unsupported(
                "a waker closed a store on a thread that stores share, which must not wait; nothing was done: close it elsewhere",
            ));
        }
        if !self.calls().close() {
            return Err(closed());
        }
        // Wakes those who wait for a commit.
        self.poller.fail();
        self.calls().wait();
        self.engine.close()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.calls().close();
        // A task that owns the last handle may be dropped by its waker, on a thread that has work of this store to do. The last of the work
        // then closes the files.
        if !pool_thread::is_current() {
            self.calls().wait();
        }
    }
}

fn lane(length: Length) -> &'static Arc<Lane> {
    match length {
        Length::Short => &pool().short,
        Length::Long => &pool().long,
    }
}

/// Starts a worker: a thread of the pool that leads groups of commits.
fn start_worker(engine: Option<Arc<Engine>>, need: Need) -> io::Result<()> {
    // Without an engine nothing waits any more.
    let Some(engine) = engine else { return Ok(()) };
    let call = engine.calls.go_on();
    let serve = move |engine: Arc<Engine>| {
        engine.committer.serve();
        drop(engine);
        drop(call);
    };
    let lane = &pool().write;
    let sent = match need {
        Need::Alone => lane.send(engine, serve),
        // Threads that are busy may wait for as long as the busy deadline of another store.
        Need::OrThread => lane.send_if_free(engine, serve),
    };
    sent.map_err(|NotBegun { error, .. }| error)
}
