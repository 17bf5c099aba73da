//! Reading a view in SQL, and what is done with it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use crate::error::ViewError;
use crate::runner::beside;
use crate::runner::registered_view::{AnyView, downcast};
use crate::runner::set::ViewSet;
use crate::runner::sql::SqlViewKind;
use crate::runner::waiting::wait_for_up_to;
use crate::stream::Position;
#[cfg(feature = "testing")]
use crate::view::sqlite::SqlSnapshot;
use crate::view::sqlite::SqlStorage;
use crate::view::{Dropped, Generation, Key, Parked, ParkedAction, SqlKey, SqlProjection, ViewGeneration};

/// A view in SQL among [`Views`](crate::Views).
///
/// ```
/// # use eventsourcing::prelude::*;
/// use eventsourcing::rusqlite;
///
/// # #[derive(Aggregate)] pub struct Account { root: Root<Self> }
/// # #[events] impl Account { #[event(Opened)] pub fn open(owner: &str) -> Self { Self { root: Root::new() } } }
/// /// How many accounts each owner has.
/// pub struct Owners;
///
/// #[projection(version = 1)]
/// impl Owners {
///     #[setup]
///     fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
///         tx.execute_batch("CREATE TABLE owners (owner TEXT PRIMARY KEY, accounts INTEGER NOT NULL)")
///     }
///
///     #[on(AccountEvent::Opened)]
///     fn opened(tx: &SqliteTx<'_>, owner: &str) -> rusqlite::Result<()> {
///         let sql = "INSERT INTO owners VALUES (?1, 1) ON CONFLICT DO UPDATE SET accounts = accounts + 1";
///         tx.execute(sql, [owner]).map(drop)
///     }
/// }
///
/// # pollster::block_on(async {
/// # let folder = tempfile::tempdir()?;
/// # let store = MemoryStore::new();
/// # let accounts = Repository::<Account>::new(store.clone());
/// # for _ in 0..2 { accounts.save(&mut Account::open("alice")).await?; }
/// let views = Views::sqlite(folder.path())?.with_sql::<Owners>();
/// let running = views.run(store)?;
/// views.caught_up().await?;
/// let sql = "SELECT accounts FROM owners WHERE owner = ?1";
/// let of_alice = views.sql::<Owners>().read(|tables| tables.query_row(sql, ["alice"], |row| row.get::<_, u32>(0))).await?;
/// assert_eq!(of_alice, 2);
/// # running.stop().await;
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
pub struct SqlView<P> {
    pub(super) set: Arc<ViewSet>,
    projection: PhantomData<fn() -> P>,
}

impl<P: SqlProjection> SqlView<P> {
    pub(in crate::runner) const fn new(set: Arc<ViewSet>) -> Self {
        Self { set, projection: PhantomData }
    }

    /// Reads its tables on the caller's thread, as the last transaction of the runner left them: what `read` asks for together should be one statement, or a transaction.
    ///
    /// # Errors
    ///
    /// [`ViewError::NotBuilt`] before a runner has made the tables, [`ViewError::NoSql`] if the views are in memory, [`ViewError::Unknown`] if the
    /// view is not in the set, [`ViewError::Query`] if SQLite refuses what is asked or `read` fails otherwise, also as there is no row; [`ViewError::Rows`] if the
    /// file cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        self.with_storage(|storage| storage.ask(read))
    }

    /// A connection of the caller's own that reads its tables.
    ///
    /// It stays with the tables that are shown now when others are swapped in.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn connect(&self) -> Result<Connection, ViewError> {
        self.with_storage(SqlStorage::connect)
    }

    /// Waits until the view has the event at a position.
    ///
    /// # Errors
    ///
    /// As [`Views::wait_for`](crate::Views::wait_for).
    ///
    /// # Cancel safety
    ///
    /// Waiting changes nothing.
    pub async fn wait_for(&self, position: impl Into<Position>, time: Duration) -> Result<(), ViewError> {
        let view = self.find()?;
        wait_for_up_to(&self.set, &*view, position.into(), time, time).await
    }

    /// The keys that are parked, in the order of their texts.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), but for [`ViewError::Query`].
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn parked(&self) -> Result<Vec<Parked<SqlKey>>, ViewError> {
        self.with_storage(SqlStorage::parked)
    }

    /// As [`Views::retry_parked`](crate::Views::retry_parked), for a key as a handler gives it.
    ///
    /// # Errors
    ///
    /// [`ViewError::NoSql`] if the views are in memory; else as [`Views::retry_parked`](crate::Views::retry_parked).
    ///
    /// # Cancel safety
    ///
    /// The runner does it also when the future is dropped.
    pub async fn retry_parked(&self, key: impl Key) -> Result<bool, ViewError> {
        self.ask(SqlKey::of(&key), ParkedAction::Retry).await
    }

    /// As [`Views::drop_parked`](crate::Views::drop_parked).
    ///
    /// # Errors
    ///
    /// As [`retry_parked`](Self::retry_parked).
    ///
    /// # Cancel safety
    ///
    /// As [`retry_parked`](Self::retry_parked).
    pub async fn drop_parked(&self, key: impl Key) -> Result<(), ViewError> {
        self.ask(SqlKey::of(&key), ParkedAction::Drop).await.map(drop)
    }

    /// What was dropped, in order.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), but for [`ViewError::Query`].
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn dropped(&self) -> Result<Vec<Dropped<SqlKey>>, ViewError> {
        self.with_storage(SqlStorage::dropped)
    }

    /// As [`Views::rebuild`](crate::Views::rebuild).
    ///
    /// # Errors
    ///
    /// [`ViewError::NoSql`] if the views are in memory; else as [`Views::rebuild`](crate::Views::rebuild).
    ///
    /// # Cancel safety
    ///
    /// It is done as a whole when the future is first polled.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn rebuild(&self) -> Result<(), ViewError> {
        beside::rebuild(&self.set, &*self.find()?)
    }

    /// As [`Views::swap`](crate::Views::swap).
    ///
    /// # Errors
    ///
    /// [`ViewError::NoSql`] if the views are in memory; else as [`Views::swap`](crate::Views::swap).
    ///
    /// # Cancel safety
    ///
    /// It is done as a whole when the future is first polled.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn swap(&self) -> Result<bool, ViewError> {
        beside::swap(&self.set, &*self.find()?)
    }

    /// As [`Views::swap_back`](crate::Views::swap_back).
    ///
    /// # Errors
    ///
    /// [`ViewError::NoSql`] if the views are in memory; else as [`Views::swap_back`](crate::Views::swap_back).
    ///
    /// # Cancel safety
    ///
    /// It is done as a whole when the future is first polled.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn swap_back(&self) -> Result<bool, ViewError> {
        beside::swap_back(&self.set, &*self.find()?)
    }

    /// As [`Views::generations`](crate::Views::generations).
    ///
    /// # Errors
    ///
    /// [`ViewError::NoSql`] if the views are in memory; else as [`Views::generations`](crate::Views::generations).
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn generations(&self) -> Result<Vec<ViewGeneration>, ViewError> {
        self.find()?.lineage()?.all()
    }

    /// As [`Views::remove_generation`](crate::Views::remove_generation).
    ///
    /// # Errors
    ///
    /// [`ViewError::NoSql`] if the views are in memory; else as [`Views::remove_generation`](crate::Views::remove_generation).
    ///
    /// # Cancel safety
    ///
    /// It is done as a whole when the future is first polled.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn remove_generation(&self, number: u64) -> Result<bool, ViewError> {
        self.find()?.lineage()?.remove(Generation(number))
    }

    /// As [`Views::remove_old_generations`](crate::Views::remove_old_generations).
    ///
    /// # Errors
    ///
    /// [`ViewError::NoSql`] if the views are in memory; else as [`Views::remove_old_generations`](crate::Views::remove_old_generations).
    ///
    /// # Cancel safety
    ///
    /// As [`Views::remove_old_generations`](crate::Views::remove_old_generations).
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn remove_old_generations(&self) -> Result<usize, ViewError> {
        self.find()?.lineage()?.remove_old()
    }

    /// Its tables as they are now, whatever code has made them.
    #[cfg(feature = "testing")]
    pub(crate) fn snapshot(&self) -> Result<SqlSnapshot, ViewError> {
        self.with_storage(SqlStorage::snapshot_active)
    }

    async fn ask(&self, key: SqlKey, action: ParkedAction) -> Result<bool, ViewError> {
        let view = self.find()?;
        let registered = downcast::<SqlViewKind<P>>(&*view)?;
        registered.storage()?;
        self.set.ask_of(&*view, registered.requests(), key, action).await
    }

    pub(super) fn find(&self) -> Result<Arc<dyn AnyView>, ViewError> {
        self.set.find_type::<P>(P::NAME)
    }

    fn with_storage<T>(&self, work: impl FnOnce(&SqlStorage<P>) -> Result<T, ViewError>) -> Result<T, ViewError> {
        let view = self.find()?;
        work(downcast::<SqlViewKind<P>>(&*view)?.storage()?).map_err(|error| self.set.explain(&*view, error))
    }
}

impl<P> Clone for SqlView<P> {
    fn clone(&self) -> Self {
        Self { set: Arc::clone(&self.set), projection: PhantomData }
    }
}

impl<P: SqlProjection> fmt::Debug for SqlView<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlView").field("view", &P::NAME).finish_non_exhaustive()
    }
}
