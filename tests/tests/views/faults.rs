//! What a runner meets: a store that cannot be read for a while, events that cannot be read, handlers that do what they must not.

use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::StreamId;
use eventsourcing::error::CellError;
use eventsourcing::prelude::*;
use eventsourcing::runner::ViewState;
use eventsourcing::store::Commit;
use eventsourcing::view::{
    At, Cell, Column, ColumnDef, ColumnType, Delivery, MissingRow, On, Projection, RowCells, Source, View,
};
use eventsourcing_tests::{Faulty, Sparse};
use pollster::block_on;

use crate::domain::{Transfer, TransferEvent, Wallet, wallet};
use crate::target::{Target, with_each_target};

/// How often something was said of a transfer, in the transfer's own row; the third time its handler changes the key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notes {
    id: Id<Transfer>,
    pub(crate) count: u32,
}

impl View for Notes {
    type Key = Id<Transfer>;
    const NAME: &'static str = "Notes";
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

    fn key(&self) -> Id<Transfer> {
        self.id
    }

    fn write(&self, each: &mut dyn FnMut(Cell<'_>)) -> Result<(), CellError> {
        each(self.id.to_cell()?);
        each(self.count.to_cell()?);
        Ok(())
    }

    fn read(cells: &dyn RowCells) -> Result<Self, CellError> {
        Ok(Self { id: Column::from_cell(&cells.cell(0)?)?, count: Column::from_cell(&cells.cell(1)?)? })
    }
}

impl Projection for Notes {
    const VERSION: u32 = 1;
    const SOURCES: &'static [Source<Self>] = &[Source::by_id::<Transfer>()];
}

impl On<Transfer> for Notes {
    fn route(at: &At<Transfer>, _: &TransferEvent, to: &mut dyn FnMut(Delivery<Id<Transfer>>)) {
        to(Delivery { key: at.id(), handler: 0, replaces: false });
    }

    fn run(_: u16, at: &At<Transfer>, _: &TransferEvent, row: &mut Option<Self>) -> Result<(), MissingRow> {
        let row = row.get_or_insert(Self { id: at.id(), count: 0 });
        row.count += 1;
        if row.count == 3 {
            row.id = Id::new();
        }
        Ok(())
    }
}

with_each_target! {
    a_store_that_cannot_be_read_is_asked_again,
    an_event_that_cannot_be_read_parks_its_own_row_and_stops_a_view_that_knows_no_row,
    a_handler_that_changes_its_rows_key_is_a_fault_of_that_row,
    views_follow_a_log_with_gaps,
    a_runner_that_is_dropped_stops,
    views_follow_a_file_and_stop_while_nothing_comes,
}

fn a_store_that_cannot_be_read_is_asked_again(target: &Target) {
    let store = Faulty::over(MemoryStore::new());
    let transfers = Repository::<Transfer>::new(store.clone());
    let views = target.views().with::<Wallet>();
    store.fail_reads(true);
    let running = views.run(store.clone()).unwrap();
    block_on(transfers.save(&mut Transfer::make(0, 1, 1))).unwrap();
    let begun = Instant::now();
    while !matches!(views.status()[0].state, ViewState::Retrying { .. }) {
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", views.status());
        thread::sleep(Duration::from_millis(1));
    }
    store.fail_reads(false);
    block_on(views.caught_up()).unwrap();
    assert_eq!(block_on(views.get::<Wallet>(wallet(1))).unwrap().map(|row| row.balance), Some(1));
    running.stop_blocking();
}

fn an_event_that_cannot_be_read_parks_its_own_row_and_stops_a_view_that_knows_no_row(target: &Target) {
    let store = MemoryStore::new();
    let id = Id::<Transfer>::new();
    let mut commit = Commit::new();
    // Without its fields.
    commit.append(StreamId::new("Transfer", id.as_uuid()), 0).unwrap().event("Made", 1, b"{}").unwrap();
    store.clone().blocking().commit(commit).unwrap();
    let mut other = Transfer::make(0, 1, 1);
    Repository::<Transfer>::new(store.clone()).blocking().save(&mut other).unwrap();
    let views = target.views().with::<Notes>();
    let running = views.run(store.clone()).unwrap();
    block_on(async {
        views.caught_up().await.unwrap();
        let parked = views.parked::<Notes>().await.unwrap();
        assert_eq!(parked.iter().map(|row| (row.key, row.position.get())).collect::<Vec<_>>(), [(id, 1)]);
        assert!(parked[0].error.contains("cannot be read"), "{}", parked[0].error);
        assert_eq!(views.get::<Notes>(other.id()).await.unwrap().map(|row| row.count), Some(1), "others go on");
        assert!(!views.retry_parked::<Notes>(id).await.unwrap());
    });
    running.stop_blocking();
    let wallets = target.views().with::<Wallet>();
    let _running = wallets.run(store).unwrap();
    assert!(block_on(wallets.caught_up()).is_err());
}

fn a_handler_that_changes_its_rows_key_is_a_fault_of_that_row(target: &Target) {
    let store = MemoryStore::new();
    let mut transfer = Transfer::make(0, 1, 1);
    transfer.note();
    transfer.note();
    Repository::<Transfer>::new(store.clone()).blocking().save(&mut transfer).unwrap();
    let views = target.views().with::<Notes>();
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    let parked = block_on(views.parked::<Notes>()).unwrap();
    assert_eq!((parked[0].key, parked[0].position.get()), (transfer.id(), 3));
    assert!(parked[0].error.contains("key"));
    let rows = block_on(async { views.all::<Notes>().await }).unwrap();
    assert_eq!(rows, [Notes { id: transfer.id(), count: 2 }]);
    running.stop_blocking();
}

fn views_follow_a_log_with_gaps(target: &Target) {
    let store = Sparse::default();
    let transfers = Repository::<Transfer>::new(store.clone());
    let views = target.views().with::<Wallet>().with::<Notes>();
    for round in 1..=3 {
        let running = views.run(store.clone()).unwrap();
        for _ in 0..5 {
            block_on(transfers.save(&mut Transfer::make(9, 1, 1))).unwrap();
        }
        block_on(views.caught_up()).unwrap();
        assert_eq!(block_on(views.get::<Wallet>(wallet(1))).unwrap().map(|row| row.balance), Some(5 * round));
        running.stop_blocking();
    }
}

fn a_runner_that_is_dropped_stops(target: &Target) {
    let store = MemoryStore::new();
    let views = target.views().with::<Wallet>();
    drop(views.run(store.clone()).unwrap());
    let begun = Instant::now();
    while views.run(store.clone()).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30), "the first one goes on");
        thread::sleep(Duration::from_millis(1));
    }
}

fn views_follow_a_file_and_stop_while_nothing_comes(target: &Target) {
    let folder = tempfile::tempdir().unwrap();
    for store in [SqliteStore::in_memory().unwrap(), SqliteStore::open(folder.path().join("store.db")).unwrap()] {
        let transfers = Repository::<Transfer>::new(store.clone());
        let views = target.views().with::<Wallet>().with::<Notes>();
        for round in 1..=3 {
            let running = views.run(store.clone()).unwrap();
            for _ in 0..5 {
                block_on(transfers.save(&mut Transfer::make(9, 1, 1))).unwrap();
            }
            block_on(views.caught_up()).unwrap();
            assert_eq!(block_on(views.get::<Wallet>(wallet(1))).unwrap().map(|row| row.balance), Some(5 * round));
            running.stop_blocking();
        }
        store.close().unwrap();
    }
}
