//! Read models: rows that are made of the events of the log, and found by a key.
//!
//! A view is a type of rows, [`View`], and a [`Projection`], which says what each event does to them. A handler sees one row, cannot fail and has no
//! effect but on it: so events can be given to it in batches, again, and from the beginning.
//!
//! ```
//! use eventsourcing::prelude::*;
//! use eventsourcing::view::At;
//!
//! #[derive(Aggregate)]
//! pub struct Account {
//!     root: Root<Self>,
//!     cents: i64,
//! }
//!
//! #[events]
//! impl Account {
//!     #[event(Opened)]
//!     pub fn open(owner: &str) -> Self {
//!         Self { root: Root::new(), cents: 0 }
//!     }
//!
//!     #[event(Moved)]
//!     pub fn move_money(&mut self, cents: i64) {
//!         self.cents += cents;
//!     }
//!
//!     #[event(Closed)]
//!     pub fn close(&mut self) {}
//! }
//!
//! /// What the teller sees.
//! #[derive(View, Clone, Debug, PartialEq)]
//! pub struct Balance {
//!     #[view(key)]
//!     id: Id<Account>,
//!     #[view(index)]
//!     owner: String,
//!     cents: i64,
//! }
//!
//! #[projection(version = 1, ignore(AccountEvent::Closed))]
//! impl Balance {
//!     #[on(AccountEvent::Opened)]
//!     fn opened(at: &At<Account>, owner: &str) -> Self {
//!         Self { id: at.id(), owner: owner.to_owned(), cents: 0 }
//!     }
//!
//!     #[on(AccountEvent::Moved)]
//!     fn moved(&mut self, cents: i64) {
//!         self.cents += cents;
//!     }
//! }
//!
//! # pollster::block_on(async {
//! let store = MemoryStore::new();
//! let accounts = Repository::<Account>::new(store.clone());
//! let views = Views::memory().with::<Balance>();
//! let running = views.run(store)?; // catches up, then follows, on a thread of its own
//!
//! let mut account = Account::open("alice");
//! account.move_money(5);
//! accounts.save(&mut account).await?;
//! views.caught_up().await?; // sees all that was committed before this call
//! let balance = Balance { id: account.id(), owner: "alice".to_owned(), cents: 5 };
//! assert_eq!(views.get::<Balance>(account.id()).await?, Some(balance.clone()));
//! assert_eq!(views.all::<Balance>().by(Balance::OWNER, "alice").await?, [balance]);
//! running.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! The macros write nothing but [`View`], [`Projection`] and [`On`], so that all of it can be written by hand as well: a row's cells, the deliveries of an
//! event, and what each does to a row.
// Values and traits above, one view's work on a batch below: `projection` says what events do, `batch` has them decoded once for all views,
// `fold` runs them over the rows, which a `table` keeps.

mod at;
mod batch;
mod cell;
pub(crate) mod cell_json;
pub(crate) mod column;
mod decoded;
mod deliveries;
mod diff;
mod fold;
mod generation_table;
mod handled;
mod indexed_column;
mod key;
#[cfg_attr(
    not(feature = "sqlite"),
    expect(
        dead_code,
        unused_imports,
        reason = "views in memory are made of all events at each start, and keep no index"
    )
)]
pub(crate) mod kinds;
mod lineage;
mod memory;
mod parked;
mod partition;
mod projection;
mod row;
mod row_storage;
#[cfg(feature = "sqlite")]
pub(crate) mod sql;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
mod table;
mod view_fold;

pub use self::at::At;
pub(crate) use self::batch::Batch;
pub use self::cell::{Cell, ColumnType, RowCells};
pub use self::column::Column;
pub(crate) use self::decoded::each_decoded;
pub use self::diff::{RowDiff, ViewDiff};
pub(crate) use self::diff::{RowSnapshot, SnapshotColumn, diff};
pub(crate) use self::fold::Fold;
pub(crate) use self::generation_table::GenerationTable;
pub use self::handled::Handled;
pub use self::indexed_column::IndexedColumn;
pub use self::key::{Key, KeyOf};
pub use self::lineage::ViewGeneration;
pub(crate) use self::lineage::{Generation, Lineage, Role};
pub(crate) use self::memory::MemoryRowStorage;
pub(crate) use self::parked::{DeliveryPlace, ParkedAction};
pub use self::parked::{Dropped, Parked};
pub(crate) use self::partition::SourceKind;
pub use self::projection::{Delivery, MissingRow, On, Projection, Source};
pub use self::row::{ColumnDef, View};
pub(crate) use self::row_storage::{Freshness, RowStorage};
#[cfg(feature = "sqlite")]
pub use self::sql::{SqlDelivery, SqlDiff, SqlKey, SqlOn, SqlProjection, SqlSource, SqlValue, SqliteTx, TableDiff};
pub(crate) use self::table::{Filter, RowReader, Select, Table};
pub(crate) use self::view_fold::{FoldLimits, FoldState, Retried, ViewFold};
pub(crate) use crate::log::{Checkpoint, position_of};
