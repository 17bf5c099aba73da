//! Code of a view that panics where no row is known: as it finds the rows of an event, and in what rows and keys are made of.

use std::cmp::Ordering as Order;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use eventsourcing::error::{CellError, StopReason, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::view::{
    At, Cell, Column, ColumnDef, ColumnType, Delivery, Key, MissingRow, On, Projection, RowCells, Source, View,
};
use eventsourcing_tests::sqlite::commit_of;
use eventsourcing_tests::tally::{Counter, CounterEvent, Tally};
use pollster::block_on;
use uuid::Uuid;

use crate::{quiet, wait_until};

const ROUTE: u8 = 1;
const ORDER: u8 = 2;
const HASH: u8 = 3;
const CLONE_KEY: u8 = 4;
const WRITE: u8 = 5;
const CLONE_ROW: u8 = 6;
const KEY: u8 = 7;
/// As the row is kept, and not before.
const LATE_KEY: u8 = 8;

/// What panics now.
static BROKEN: AtomicU8 = AtomicU8::new(0);

fn panics(what: u8) {
    assert!(BROKEN.load(Ordering::Acquire) != what, "number {what}");
}

/// A key whose code may panic.
#[derive(Debug, PartialEq, Eq)]
struct Fragile(Uuid);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        panics(CLONE_KEY);
        Self(self.0)
    }
}

impl Hash for Fragile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        panics(HASH);
        self.0.hash(state);
    }
}

impl PartialOrd for Fragile {
    fn partial_cmp(&self, other: &Self) -> Option<Order> {
        Some(self.cmp(other))
    }
}

impl Ord for Fragile {
    fn cmp(&self, other: &Self) -> Order {
        panics(ORDER);
        self.0.cmp(&other.0)
    }
}

impl Key for Fragile {
    const COLUMNS: usize = 1;

    fn cells(&self, each: &mut dyn FnMut(Cell<'_>)) {
        each(Cell::Uuid(self.0));
    }

    fn read(cells: &dyn RowCells, first: usize) -> Result<Self, CellError> {
        Column::from_cell(&cells.cell(first)?).map(Self)
    }
}

/// How many events a stream has.
#[derive(Debug, PartialEq)]
struct Count {
    id: Uuid,
    count: i64,
}

impl Clone for Count {
    fn clone(&self) -> Self {
        panics(CLONE_ROW);
        Self { ..*self }
    }
}

impl View for Count {
    type Key = Fragile;
    const NAME: &'static str = "Count";
    const COLUMNS: &'static [ColumnDef] = &[
        ColumnDef { name: "id", column_type: ColumnType::Uuid, is_optional: false, is_key: true, is_indexed: false },
        ColumnDef {
            name: "count",
            column_type: ColumnType::Integer,
            is_optional: false,
            is_key: false,
            is_indexed: false,
        },
    ];
    const MAY_REFUSE: bool = false;

    fn key(&self) -> Fragile {
        panics(KEY);
        if thread::current().name() == Some("eventsourcing-views") && self.id.as_u64_pair().1 == 2 && self.count > 1 {
            panics(LATE_KEY);
        }
        Fragile(self.id)
    }

    fn write(&self, each: &mut dyn FnMut(Cell<'_>)) -> Result<(), CellError> {
        panics(WRITE);
        each(self.id.to_cell()?);
        each(self.count.to_cell()?);
        Ok(())
    }

    fn read(cells: &dyn RowCells) -> Result<Self, CellError> {
        Ok(Self { id: Column::from_cell(&cells.cell(0)?)?, count: Column::from_cell(&cells.cell(1)?)? })
    }
}

impl Projection for Count {
    const VERSION: u32 = 1;
    const SOURCES: &'static [Source<Self>] = &[Source::of::<Counter>()];
}

impl On<Counter> for Count {
    fn route(at: &At<Counter>, _: &CounterEvent, to: &mut dyn FnMut(Delivery<Fragile>)) {
        panics(ROUTE);
        to(Delivery { key: Fragile(at.id().as_uuid()), handler: 0, replaces: false });
    }

    fn run(_: u16, at: &At<Counter>, _: &CounterEvent, row: &mut Option<Self>) -> Result<(), MissingRow> {
        row.get_or_insert(Self { id: at.id().as_uuid(), count: 0 }).count += 1;
        Ok(())
    }
}

fn append(store: &MemoryStore, round: u64) {
    let streams: Vec<_> = (0..3).map(|stream| (stream, round, 1)).collect();
    store.blocking().commit(commit_of(10 + round, &streams)).unwrap();
}

fn counts(views: &Views) -> Vec<i64> {
    block_on(async { views.all::<Count>().await }).unwrap().iter().map(|row| row.count).collect()
}

#[test]
fn code_that_panics_stops_its_view_and_no_other_and_nothing_is_doubled_when_it_is_corrected() {
    quiet();
    for is_sqlite in [false, true] {
        for what in [ROUTE, ORDER, HASH, CLONE_KEY, WRITE, CLONE_ROW, KEY, LATE_KEY] {
            BROKEN.store(0, Ordering::Release);
            let folder = tempfile::tempdir().unwrap();
            let views = if is_sqlite { Views::sqlite(folder.path()).unwrap() } else { Views::memory() };
            let views = views.with::<Count>().with::<Tally>();
            let store = MemoryStore::new();
            append(&store, 0);
            let running = views.run(store.clone()).unwrap();
            block_on(views.caught_up()).unwrap();
            let waiting = {
                let views = views.clone();
                thread::spawn(move || block_on(views.wait_for::<Count>(6, Duration::from_secs(60))))
            };
            BROKEN.store(what, Ordering::Release);
            append(&store, 1);
            block_on(views.wait_for::<Tally>(6, Duration::from_secs(60))).unwrap();
            let waited = waiting.join().unwrap();
            BROKEN.store(0, Ordering::Release);
            match waited {
                // It was not needed, or is that of one row.
                Ok(()) => {}
                Err(ViewError::Stopped { reason, .. }) => {
                    let expected =
                        format!("the code of the view panicked: number {what}; correct it and start the runner again");
                    assert!(matches!(*reason, StopReason::Panicked { .. }), "{what}: {reason:?}");
                    assert_eq!(reason.to_string(), expected);
                }
                Err(error) => panic!("{what}: {error:?}"),
            }
            running.stop_blocking();
            let running = views.run(store).unwrap();
            block_on(views.caught_up()).unwrap();
            for parked in block_on(views.parked::<Count>()).unwrap() {
                assert!(block_on(views.retry_parked::<Count>(parked.key)).unwrap());
            }
            wait_until("it is right", || block_on(views.parked::<Count>()).unwrap().is_empty());
            assert_eq!(counts(&views), [2, 2, 2], "{what} {is_sqlite}");
            running.stop_blocking();
        }
    }
}
