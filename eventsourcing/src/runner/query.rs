//! Asking for rows.

use std::fmt;
use std::future::{IntoFuture, Ready, ready};
use std::sync::Arc;

use crate::error::ViewError;
use crate::view::{Filter, IndexedColumn, RowReader, Select, View};

/// The rows of a view that are asked for, in the order of their keys unless another is: await it.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] pub struct Account { root: Root<Self> }
/// # #[events] impl Account { #[event(Opened)] pub fn open(owner: &str, cents: i64) -> Self { Self { root: Root::new() } } }
/// #[derive(View, Clone, Debug, PartialEq)]
/// pub struct Balance {
///     #[view(key)]
///     id: Id<Account>,
///     #[view(index)]
///     owner: String,
///     #[view(index)]
///     cents: i64,
/// }
/// # #[projection(version = 1)] impl Balance {
/// #     #[on(AccountEvent::Opened)] fn opened(at: &At<Account>, owner: &str, cents: i64) -> Self { Self { id: at.id(), owner: owner.to_owned(), cents } }
/// # }
///
/// # pollster::block_on(async {
/// # let (store, views) = (MemoryStore::new(), Views::memory().with::<Balance>());
/// # let accounts = Repository::<Account>::new(store.clone());
/// # for (owner, cents) in [("alice", 5), ("bob", 7), ("alice", 9)] { accounts.save(&mut Account::open(owner, cents)).await?; }
/// # let running = views.run(store)?;
/// # views.caught_up().await?;
/// let richest = views.all::<Balance>().order_by(Balance::CENTS).backward().limit(2).await?;
/// assert_eq!(richest.iter().map(|row| row.cents).collect::<Vec<_>>(), [9, 7]);
///
/// let of_alice = || views.all::<Balance>().by(Balance::OWNER, "alice");
/// let second_page = of_alice().order_by(Balance::CENTS).skip(1).limit(1).await?;
/// assert_eq!((second_page[0].cents, of_alice().count().await?), (9, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[must_use = "nothing is read until it is awaited"]
pub struct Rows<V: View> {
    reader: Result<Arc<dyn RowReader<V>>, ViewError>,
    select: Select<V::Key>,
    /// Whether no row is asked for: a column refuses what it is to hold.
    is_empty: bool,
}

impl<V: View> Rows<V> {
    pub(super) const fn new(reader: Result<Arc<dyn RowReader<V>>, ViewError>) -> Self {
        let filter = Filter { cells: Vec::new(), after: None, is_backward: false };
        Self { reader, select: Select { filter, order: None, skip: 0, limit: usize::MAX }, is_empty: false }
    }

    /// Only rows whose column holds this value. A value that the column refuses is in none.
    pub fn by<T>(mut self, column: IndexedColumn<V, T>, value: impl Into<T>) -> Self {
        let value = value.into();
        match (index_of(column), column.cell(&value)) {
            (Some(column), Ok(cell)) => self.select.filter.cells.push((column, cell.into_owned())),
            (None, _) | (_, Err(_)) => self.is_empty = true,
        }
        self
    }

    /// Only rows after this key, or before it if they are read [`backward`](Self::backward): those of the next page after the one whose last row has
    /// it. It is about keys also where another order is asked for.
    pub fn after(mut self, key: V::Key) -> Self {
        self.select.filter.after = Some(key);
        self
    }

    /// In the order of this column, and rows of one value in that of their keys. Numbers and moments go from the least on, text by its bytes, and rows in
    /// which the column holds nothing come first.
    pub fn order_by<T>(mut self, column: IndexedColumn<V, T>) -> Self {
        self.select.order = index_of(column);
        self
    }

    /// In the reverse of the order: the greatest comes first.
    pub const fn backward(mut self) -> Self {
        self.select.filter.is_backward = true;
        self
    }

    /// Without the first so many rows. To read all of a view in pages, [`after`](Self::after) takes the same time for each, and misses no row when others
    /// come or go meanwhile.
    pub const fn skip(mut self, rows: usize) -> Self {
        self.select.skip = rows;
        self
    }

    /// At most so many rows.
    pub const fn limit(mut self, rows: usize) -> Self {
        self.select.limit = if self.select.limit < rows { self.select.limit } else { rows };
        self
    }

    /// How many rows there are, whatever `skip` and `limit` say.
    ///
    /// # Errors
    ///
    /// As [`Views::get`](crate::Views::get).
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub fn count(self) -> impl Future<Output = Result<u64, ViewError>> + Send {
        ready(self.reader.and_then(|rows| if self.is_empty { Ok(0) } else { rows.count(&self.select.filter) }))
    }

    fn read(self) -> Result<Vec<V>, ViewError> {
        let rows = self.reader?;
        if self.is_empty || self.select.limit == 0 { Ok(Vec::new()) } else { rows.select(&self.select) }
    }
}

fn index_of<V: View, T>(column: IndexedColumn<V, T>) -> Option<usize> {
    V::COLUMNS.iter().position(|of_view| of_view.name == column.name())
}

impl<V: View> IntoFuture for Rows<V> {
    type Output = Result<Vec<V>, ViewError>;
    type IntoFuture = Ready<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        ready(self.read())
    }
}

impl<V: View> fmt::Debug for Rows<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("view", &V::NAME).field("limit", &self.select.limit).finish_non_exhaustive()
    }
}
