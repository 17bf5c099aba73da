//! Handlers that do what they must not, tables that cannot be made, and histories in any batches.

use std::sync::atomic::{AtomicBool, Ordering};

use eventsourcing::error::{StopReason, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::runner::ViewState;
use eventsourcing::rusqlite;
use eventsourcing::view::{At, SqliteTx};
use pollster::block_on;
use tempfile::tempdir;

use crate::domain::{Count, Ledger, Transfer, TransferEvent};
use crate::{balances, parked};

/// Why a view has stopped.
fn reason(views: &Views) -> std::sync::Arc<StopReason> {
    match block_on(views.caught_up()) {
        Err(ViewError::Stopped { reason, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_key_is_parked_for_an_error_a_panic_and_what_is_refused() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let faults = [
        ("fails", "NOT NULL"),
        ("panics", "on purpose"),
        ("commits", "`COMMIT`"),
        ("attaches", "`ATTACH`"),
        ("pragma", "`PRAGMA`"),
        ("checkpoint", "the view's own"),
    ];
    for (from, (note, _)) in (1..).zip(faults) {
        transfers.save(&mut Transfer::make(from, 9, 1, note)).unwrap();
    }
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<Ledger>();
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    assert_eq!(balances(&views).into_iter().collect::<Vec<_>>(), [(9, (6, 6))]);
    let parked = block_on(views.sql::<Ledger>().parked()).unwrap();
    assert_eq!(parked.len(), faults.len());
    for (key, (note, text)) in parked.iter().zip(faults) {
        assert!(key.error.contains(text), "{note}: {}", key.error);
    }
    running.stop_blocking();
}

#[test]
fn a_fault_without_a_key_stops_the_view_at_once_and_keeps_what_was_committed() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<Count>().with_sql::<Ledger>();
    let running = views.run(store.clone()).unwrap();
    transfers.save(&mut Transfer::make(1, 2, 1, "")).unwrap();
    block_on(views.caught_up()).unwrap();
    transfers.save(&mut Transfer::make(1, 2, 1, "commits")).unwrap();
    let reason = reason(&views);
    assert!(matches!(&*reason, StopReason::Failed { position, .. } if *position == 2), "{reason:?}");
    // Refused, though the framework has committed by the same words on this connection.
    assert!(reason.to_string().contains("`COMMIT`"), "{reason}");
    let count = |conn: &rusqlite::Connection| conn.query_row("SELECT n FROM transfers", (), |row| row.get::<_, i64>(0));
    assert_eq!(block_on(views.sql::<Count>().read(count)).unwrap(), 1);
    // The other view goes on.
    let last = transfers.save(&mut Transfer::make(5, 6, 1, "")).unwrap();
    block_on(views.sql::<Ledger>().wait_for(last, std::time::Duration::from_secs(60))).unwrap();
    running.stop_blocking();
    let stopped = views.status().into_iter().all(|of| matches!(of.state, ViewState::Stopped { .. }));
    assert!(stopped);
}

static SETS_UP: AtomicBool = AtomicBool::new(false);

/// A view whose tables cannot be made until [`SETS_UP`].
struct Late;

#[projection(version = 1, name = "late", ignore(TransferEvent::..))]
impl Late {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE made (position INTEGER)")?;
        if SETS_UP.load(Ordering::Acquire) { Ok(()) } else { tx.execute_batch("PRAGMA user_version = 3") }
    }

    #[on(TransferEvent::Made)]
    fn made(tx: &SqliteTx<'_>, at: &At<Transfer>) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO made VALUES (?1)", [at.position()]).map(drop)
    }
}

#[test]
fn tables_that_cannot_be_made_stop_the_view_and_leave_nothing() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<Late>();
    let running = views.run(store.clone()).unwrap();
    Repository::<Transfer>::new(store.clone()).blocking().save(&mut Transfer::make(1, 2, 1, "")).unwrap();
    let reason = reason(&views);
    assert!(matches!(&*reason, StopReason::View(ViewError::Setup { .. })), "{reason:?}");
    assert!(reason.to_string().contains("`PRAGMA`"), "{reason}");
    let read = block_on(views.sql::<Late>().read(|_| Ok(())));
    assert!(matches!(read, Err(ViewError::NotBuilt { .. })), "{read:?}");
    running.stop_blocking();
    SETS_UP.store(true, Ordering::Release);
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    let count =
        |conn: &rusqlite::Connection| conn.query_row("SELECT count(*) FROM made", (), |row| row.get::<_, i64>(0));
    assert_eq!(block_on(views.sql::<Late>().read(count)).unwrap(), 1);
    running.stop_blocking();
}

/// Random histories, followed event by event, in parts, and all at once.
#[test]
fn tables_and_queues_are_the_same_in_any_batches() {
    let notes = ["", "", "", "", "", "", "", "fails", "panics", "commits"];
    for seed in 0..8 {
        let mut random = fastrand::Rng::with_seed(seed);
        let store = MemoryStore::new();
        let transfers = Repository::<Transfer>::new(store.clone()).blocking();
        let folders = [(); 3].map(|()| tempdir().unwrap());
        let [one, seven, all] = [0, 1, 2].map(|n| Views::sqlite(folders[n].path()).unwrap().with_sql::<Ledger>());
        let follow = one.run(store.clone()).unwrap();
        let mut saved: Vec<Transfer> = Vec::new();
        for n in 0..60_u32 {
            if n % 7 == 0 {
                let running = seven.run(store.clone()).unwrap();
                block_on(seven.caught_up()).unwrap();
                running.stop_blocking();
            }
            let undone = random.usize(..8);
            if let Some(transfer) = saved.get_mut(undone).filter(|_| random.u8(..6) == 0) {
                transfer.undo();
                transfers.save(transfer).unwrap();
            } else {
                let note = notes[random.usize(..notes.len())];
                let mut transfer = Transfer::make(random.u8(..12), random.u8(..12), random.i64(1..9), note);
                transfers.save(&mut transfer).unwrap();
                saved.push(transfer);
            }
            block_on(one.caught_up()).unwrap();
        }
        for views in [&seven, &all] {
            let running = views.run(store.clone()).unwrap();
            block_on(views.caught_up()).unwrap();
            running.stop_blocking();
        }
        follow.stop_blocking();
        let found = [&one, &seven, &all].map(|views| (balances(views), parked(views)));
        assert!(!found[0].1.is_empty(), "seed {seed} parks nothing");
        assert_eq!(found[0], found[1], "seed {seed}");
        assert_eq!(found[0], found[2], "seed {seed}");
    }
}
