//! Read models: rows that are made of the events of the log, and found by a key.
//!
//! A view is a type of rows, [`View`], and a [`Projection`], which says what each event does to them. A handler sees one row, cannot fail and has no
//! effect but on it: so events can be given to it in batches, again, and from the beginning.
//!
//! ```
//! use eventsourcing::error::CellError;
//! use eventsourcing::prelude::*;
//! use eventsourcing::view::{At, Cell, Column, ColumnDef, ColumnType, Delivery, MissingRow, On, Projection, RowCells, Source, View};
//! use eventsourcing::Views;
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
//!     pub fn open() -> Self {
//!         Self { root: Root::new(), cents: 0 }
//!     }
//!
//!     #[event(Moved)]
//!     pub fn move_money(&mut self, cents: i64) {
//!         self.cents += cents;
//!     }
//! }
//!
//! /// What the teller sees.
//! #[derive(Clone, Debug, PartialEq)]
//! pub struct Balance {
//!     id: Id<Account>,
//!     cents: i64,
//! }
//!
//! impl View for Balance {
//!     type Key = Id<Account>;
//!     const NAME: &'static str = "Balance";
//!     const COLUMNS: &'static [ColumnDef] = &[
//!         ColumnDef { name: "id", column_type: ColumnType::Uuid, is_optional: false, is_key: true, is_indexed: false },
//!         ColumnDef { name: "cents", column_type: ColumnType::Integer, is_optional: false, is_key: false, is_indexed: false },
//!     ];
//!     const MAY_REFUSE: bool = false;
//!
//!     fn key(&self) -> Id<Account> {
//!         self.id
//!     }
//!
//!     fn write(&self, each: &mut dyn FnMut(Cell<'_>)) -> Result<(), CellError> {
//!         each(self.id.to_cell()?);
//!         each(self.cents.to_cell()?);
//!         Ok(())
//!     }
//!
//!     fn read(cells: &dyn RowCells) -> Result<Self, CellError> {
//!         Ok(Self { id: Column::from_cell(&cells.cell(0)?)?, cents: Column::from_cell(&cells.cell(1)?)? })
//!     }
//! }
//!
//! impl Projection for Balance {
//!     const VERSION: u32 = 1;
//!     const SOURCES: &'static [Source<Self>] = &[Source::by_id::<Account>()];
//! }
//!
//! impl On<Account> for Balance {
//!     fn route(at: &At<Account>, event: &AccountEvent, to: &mut dyn FnMut(Delivery<Id<Account>>)) {
//!         let (handler, replaces) = match event {
//!             AccountEvent::Opened => (0, true),
//!             AccountEvent::Moved { .. } => (1, false),
//!         };
//!         to(Delivery { key: at.id(), handler, replaces });
//!     }
//!
//!     fn run(_: u16, at: &At<Account>, event: &AccountEvent, row: &mut Option<Self>) -> Result<(), MissingRow> {
//!         match event {
//!             AccountEvent::Opened => *row = Some(Self { id: at.id(), cents: 0 }),
//!             AccountEvent::Moved { cents } => row.as_mut().ok_or(MissingRow)?.cents += cents,
//!         }
//!         Ok(())
//!     }
//! }
//!
//! # pollster::block_on(async {
//! let store = MemoryStore::new();
//! let accounts = Repository::<Account>::new(store.clone());
//! let views = Views::memory().with::<Balance>();
//! let running = views.run(store)?; // catches up, then follows, on a thread of its own
//!
//! let mut account = Account::open();
//! account.move_money(5);
//! accounts.save(&mut account).await?;
//! views.caught_up().await?; // sees all that was committed before this call
//! assert_eq!(views.get::<Balance>(account.id()).await?, Some(Balance { id: account.id(), cents: 5 }));
//! running.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
// Values and traits above, one view's work on a batch below: `projection` says what events do, `batch` has them decoded once for all views,
// `fold` runs them over the rows, which a `table` keeps.

mod at;
mod batch;
mod cell;
mod column;
mod fold;
mod indexed_column;
mod key;
mod lane;
mod memory;
mod parked;
mod projection;
mod row;
mod table;

pub use self::at::At;
pub(crate) use self::batch::Batch;
pub use self::cell::{Cell, ColumnType};
pub use self::column::Column;
pub(crate) use self::fold::{Fold, FoldLimits, Retried};
pub use self::indexed_column::IndexedColumn;
pub use self::key::{Key, KeyOf};
pub(crate) use self::memory::{MemoryRows, MemoryTable};
pub(crate) use self::parked::Place;
pub use self::parked::{Dropped, Parked};
pub use self::projection::{Delivery, MissingRow, On, Projection, Source};
pub use self::row::{ColumnDef, RowCells, View};
pub(crate) use self::table::{Checkpoint, Table, position_of};
