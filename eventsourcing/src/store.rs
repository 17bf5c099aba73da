//! The contract of a store, [`EventStore`], with what a store is given and gives; and the stores of this crate, [`memory`] and [`sqlite`].
//!
//! A program names little of it: it opens a store and hands it to a repository. It is for those who read a store themselves, or write one:
//! [`Watch`], [`Turns`], [`Receipt`], [`checksum`] and [`wake`] are what the stores of this crate are made with.

mod arc;
mod backoff;
mod checksum;
mod commit;
mod limits;
mod list;
pub mod memory;
mod read;
mod receipt;
mod select;
mod snapshot;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod time;
mod turns;
pub mod wake;
mod watch;

use std::fmt::Debug;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;

pub(crate) use self::arc::into_handle;
pub(crate) use self::backoff::Backoff;
pub use self::checksum::{checksum, checksum_of};
pub use self::commit::{Append, Appending, Commit, Committed, NewEvent};
pub use self::limits::Limits;
pub use self::list::{StreamList, StreamPage};
pub use self::read::{LogRead, Page, StoredEvent, StreamRead};
pub use self::receipt::{CommitProgress, Receipt};
pub(crate) use self::select::{First, caught, select};
pub use self::snapshot::{SnapshotRead, StoredSnapshot};
pub use self::time::{from_micros, micros};
pub use self::turns::Turns;
pub(crate) use self::turns::{Place, take_place};
pub use self::watch::{Wakers, Watch};
use crate::error::{CommitError, ReadError, StoreError};
pub use crate::stream::StoreId;
use crate::stream::{Position, Version};

/// A boxed future, as an object-safe trait needs it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a reader is given each event with; it may stop the page by [`ControlFlow::Break`].
///
/// It must not call the store, which may hold a lock while it runs.
pub type Visit<'v> = dyn FnMut(StoredEvent<'_>) -> ControlFlow<()> + Send + 'v;

/// A place that keeps streams of opaque events: appended to at expected versions, read forward and back.
///
/// A store knows no aggregate, no state and no retry. Each implementation keeps these promises;
/// `testing::contract` has a test under the number of each.
///
/// **C1.** A commit appends events to one or several streams, each with the version it expects the stream at, all
/// or nothing. Appends take effect in their order, so one stream may stand in a commit twice if the second append
/// expects the version after the first. An append without events stores nothing, but its expected version is
/// checked.
///
/// **C2.** A wrong expected version is [`CommitError::Conflict`] with the stream, the version expected and the
/// version it is at; nothing of the commit is stored. Of any number of racing commits that expect the same version,
/// exactly one is stored. What an append says of the stream's [`last_position`](Append::last_position) is a hint: it may be absent or stale, and never decides.
///
/// **C3.** Positions increase in the order of the commits, and are complete: a reader that has seen position *n* has seen all below it, for ever. The events
/// of a commit stand together, in their order. Where [`limits`](Self::limits) say so
/// ([`dense_positions`](Limits::dense_positions)), positions count the events from 1, without gaps.
///
/// **C4.** An acknowledged commit survives the end of the process and, at the durability that the store documents as
/// full, of the machine. (The memory store keeps it as long as a handle of it lives.)
///
/// **C5.** A commit carries an id. The same id again returns the positions of the first commit, marked
/// [`repeated`](Committed::repeated), and stores nothing, whatever events and expected versions come with it, also
/// after [`OutcomeUnknown`](crate::error::StoreErrorKind::OutcomeUnknown). An id that the caller gave
/// ([`Commit::is_given`]) is looked up among all that callers gave; it, like any other, need else only be looked for where the first
/// event of the commit would stand, when that place is taken; no conflict in another append hides it. A commit without events leaves no trace of its id.
///
/// **C6.** Reading a stream (from a version, to a version, forward or backward) and reading the log (after a position,
/// only certain aggregates or events) is paged: a page visits at most the limit that was asked for, uses memory for no
/// more than that, and says where it came to and whether there is more. Each page is a consistent view at one moment. Reading the log
/// after a position that it has not come to is [`ReadError::Ahead`]: the reader has seen what is no longer there.
///
/// **C7.** What was stored comes back byte for byte: names, payload, metadata, schema version. An event whose checksum
/// does not fit is [`ReadError::Damaged`] with its position, stream and version. It is never given out as if sound;
/// the events before it are. The time of an event is the one that its commit gives ([`Commit::recorded_at`]), before 1970 too, and else that at which
/// it was stored.
///
/// **C8.** A commit whose outcome is not known is an error of kind
/// [`OutcomeUnknown`](crate::error::StoreErrorKind::OutcomeUnknown): never a success, and never an error that says that
/// nothing was stored. After any other error nothing was stored.
///
/// **C9.** A commit without events is a success that stores nothing, at the position of the last event of the store. Every
/// name of 1 to [`max_name_bytes`](Limits::max_name_bytes) bytes without control characters is stored as it is, whatever it means to the store's
/// own language. What is beyond
/// [`Limits::MAX`] cannot be put into a [`Commit`]. A store whose [`limits`](Self::limits) are lower, but never below [`Limits::FLOOR`], refuses what is beyond them
/// as [`Unsupported`](crate::error::StoreErrorKind::Unsupported), and stores all that is within.
///
/// **C10.** [`wait_past`](Self::wait_past) is answered as soon as the log has an event after the position it was asked about,
/// at once if it has one already, and when a wake-up was lost, after one poll interval of the store at most.
///
/// **C11.** A store may keep [`snapshots`](Self::snapshots). One that keeps none stores a commit that comes with some as one without. A snapshot is
/// opaque bytes beside a stream, at a version and under a fingerprint. One that comes with a commit is kept if the
/// commit is stored now, and not otherwise; one that is saved on its own needs no stream. Reading gives the one of the
/// greatest version that is not above the version asked for, byte for byte. One at the same version takes the place of the one before; one of
/// another fingerprint takes the place of all others of its stream. Snapshots are no events: they move no position and wake no reader.
///
/// **C12.** Listing gives the id of each stream of one kind of aggregate that has an event, once, in ascending order of the ids' bytes, after the one
/// that was asked for. A page has at most the limit that was asked for, costs no more than that, however long the streams are, and says whether
/// there may be more; one with more to come has at least one id. A stream whose commit was acknowledged before the page was asked for is in it. What becomes of the
/// aggregate makes no difference: a stream that has ended is listed.
///
/// **C13.** A commit that comes [after](Commit::follow) another is stored only if that one is, by this store, before it or in the same
/// transaction; else it is [`CommitError::PrecedingNotStored`], and nothing of it is stored. If a transaction fails, so do all commits in it. A
/// commit that was stored before, when its outcome was not known, is found under its id whatever it comes after. Of a store that has
/// [`turns`](Self::turns), commits whose futures are first polled one after the other, through one handle or clones of it, are tried in that order,
/// whether these futures are polled again or not.
///
/// **C14.** A store has an [`id`](Self::id), which is made with it and never changes: the same for all its handles, and when it is opened again. A copy of the
/// store has the same id; another store has another.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store",
    label = "not a store",
    note = "open one: `SqliteStore::open(\"path/to/file.db\")?`, or `MemoryStore::new()`",
    note = "a store that is shared is a clone of its handle, or an `Arc<dyn EventStore>`"
)]
pub trait EventStore: Debug + Send + Sync + 'static {
    /// Stores a commit (C1 to C5, C8, C9, C13).
    ///
    /// # Errors
    ///
    /// [`CommitError::Conflict`] when a stream is at another version; nothing is stored.
    /// [`CommitError::PrecedingNotStored`] when a commit that it comes after is not stored; nor is anything of it.
    /// [`CommitError::Store`] when the store failed; nothing is stored, unless its kind is
    /// [`OutcomeUnknown`](crate::error::StoreErrorKind::OutcomeUnknown).
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped before it is done has committed as a whole or not at all; commit again under the same id to
    /// learn which.
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>>;

    /// Visits a page of the events of one stream (C6, C7). A stream that does not exist has no events.
    ///
    /// [`Page::reached`] is the last version visited, or 0 if there was none.
    ///
    /// # Errors
    ///
    /// [`ReadError::Damaged`] at a damaged event, after visiting those before it; [`ReadError::Store`] when the store
    /// failed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the page; reading changes nothing.
    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>>;

    /// Visits a page of the log, in the order of the positions (C3, C6, C7).
    ///
    /// [`Page::reached`] is the position up to which the log was searched, matching or not: the next page is read after
    /// it.
    ///
    /// # Errors
    ///
    /// As [`read_stream`](Self::read_stream), and [`ReadError::Ahead`] if the log ends before the position to read after.
    ///
    /// # Cancel safety
    ///
    /// As [`read_stream`](Self::read_stream).
    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>>;

    /// Lists a page of the streams of one kind of aggregate (C12).
    ///
    /// # Errors
    ///
    /// When the store failed.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>>;

    /// The position of the last event of the store, 0 if there is none.
    ///
    /// # Errors
    ///
    /// When the store failed.
    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>>;

    /// Waits until the log has an event after this position, and returns the position of the last one (C10).
    ///
    /// # Errors
    ///
    /// When the store failed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting; nothing is lost.
    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>>;

    /// Its id (C14).
    fn id(&self) -> StoreId;

    /// How much it takes, which does not change while it is open: at least [`Limits::FLOOR`] (C9).
    fn limits(&self) -> Limits;

    /// Its snapshots (C11), if it keeps any.
    fn snapshots(&self) -> Option<&dyn SnapshotStore>;

    /// The turns in which the updates of one aggregate come, one value for all handles on this store: a store that tries commits in the order in
    /// which they are first polled (C13) keeps a [`Turns`] and returns it here. Updates of one aggregate are then decided one on the other before the first of
    /// them is stored. Where a store returns `None`, as it does unless it says otherwise, each update waits until the one before is stored.
    fn turns(&self) -> Option<&Turns> {
        None
    }

    /// The same store for callers that block: its futures do their work on the caller's own thread, and are ready when they are made; but for that
    /// of [`wait_past`](Self::wait_past), which waits, and of a commit that others come [after](Commit::follow), which waits in the store's queue. A store that cannot do so returns itself, and its futures are then polled on a thread that
    /// blocks.
    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore>;
}

/// The snapshots of a store: a cache, which may be emptied at any time (C11).
pub trait SnapshotStore: Debug + Send + Sync {
    /// Saves a snapshot by itself; one that comes with events is put into their [`Commit`].
    ///
    /// # Errors
    ///
    /// When the store failed; the snapshot may be saved or not, which changes nothing but the time to load.
    ///
    /// # Cancel safety
    ///
    /// As after an error.
    fn save_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The latest snapshot, if there is one.
    ///
    /// # Errors
    ///
    /// When the store failed.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>>;
}
