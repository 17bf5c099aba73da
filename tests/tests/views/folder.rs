//! Rows in SQLite: what stays over restarts, what other processes see, rebuilds and swaps.

use std::fs;
use std::time::{Duration, Instant};

use eventsourcing::error::{OpenError, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::runner::ViewState;
use pollster::block_on;
use rusqlite::Connection;

use crate::domain::{Transfer, Wallet, wallet};

fn balance(views: &Views, number: u8) -> Option<u64> {
    block_on(views.get::<Wallet>(wallet(number))).unwrap().map(|row| row.balance)
}

fn wait_until(what: &str, views: &Views, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}: {:?}", views.status());
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn rows_and_checkpoint_stay_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    for round in 1..=3 {
        let views = Views::sqlite(folder.path()).unwrap().with::<Wallet>();
        transfers.save(&mut Transfer::make(9, 1, 1)).unwrap();
        let running = views.run(store.clone()).unwrap();
        block_on(views.caught_up()).unwrap();
        assert_eq!(balance(&views, 1), Some(round));
        running.stop_blocking();
        assert_eq!(balance(&views, 1), Some(round), "without a runner");
    }
    let views = Views::sqlite(folder.path()).unwrap().with::<Wallet>();
    assert_eq!(balance(&views, 1), Some(3), "before a runner has begun");
    let rows = block_on(views.query::<Wallet>("balance > ?1 ORDER BY balance DESC LIMIT 10", (2,))).unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [wallet(1)]);
    let sum: i64 =
        views.connect::<Wallet>().unwrap().query_row("SELECT sum(balance) FROM Wallet", (), |row| row.get(0)).unwrap();
    assert_eq!(sum, 3);
}

#[test]
fn a_view_that_was_never_made_is_no_empty_view() {
    let folder = tempfile::tempdir().unwrap();
    let views = Views::sqlite(folder.path()).unwrap().with::<Wallet>();
    let found = block_on(views.get::<Wallet>(wallet(1)));
    assert!(matches!(found, Err(ViewError::NotBuilt { .. })), "{found:?}");
    let queried = block_on(Views::memory().with::<Wallet>().query::<Wallet>("TRUE", ()));
    assert!(matches!(queried, Err(ViewError::NoSql { .. })), "{queried:?}");
}

#[test]
fn a_folder_of_another_application_or_a_newer_release_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("views.db");
    let conn = Connection::open(&file).unwrap();
    conn.execute_batch("CREATE TABLE notes (text)").unwrap();
    let before = fs::read(&file).unwrap();
    let refused = Views::sqlite(folder.path()).unwrap_err();
    assert!(matches!(refused, OpenError::OtherApplication { .. }), "{refused}");
    assert_eq!(fs::read(&file).unwrap(), before);
    conn.execute_batch("DROP TABLE notes; PRAGMA user_version = 99; PRAGMA application_id = 0x65767376").unwrap();
    let refused = Views::sqlite(folder.path()).unwrap_err();
    assert!(matches!(refused, OpenError::NewerSchema { found: 99, .. }), "{refused}");
    let refused = Views::sqlite(&file).unwrap_err();
    assert!(refused.to_string().contains("views.db"), "{refused}");
}

#[test]
fn the_runner_of_another_process_stands_by_and_takes_over_when_the_first_ends() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let [first, second] = [(); 2].map(|()| Views::sqlite(folder.path()).unwrap().with::<Wallet>());
    let running_first = first.run(store.clone()).unwrap();
    block_on(first.caught_up()).unwrap();
    let running_second = second.run(store.clone()).unwrap();
    wait_until("it stands by", &second, || matches!(second.status()[0].state, ViewState::Standby));
    transfers.save(&mut Transfer::make(9, 1, 1)).unwrap();
    block_on(second.caught_up()).unwrap();
    assert_eq!(balance(&second, 1), Some(1), "it sees what the first has made");
    let status = second.status().remove(0);
    assert_eq!((status.checkpoint, status.head), (Position::new(1), Position::new(1)), "{status:?}");
    running_first.stop_blocking();
    transfers.save(&mut Transfer::make(9, 1, 1)).unwrap();
    block_on(second.caught_up()).unwrap();
    assert_eq!(balance(&second, 1), Some(2));
    wait_until("it is live", &second, || matches!(second.status()[0].state, ViewState::Live));
    assert_eq!(balance(&first, 1), Some(2), "readers of the first see it too");
    running_second.stop_blocking();
}

#[test]
fn a_rebuild_is_swapped_in_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let views = Views::sqlite(folder.path()).unwrap().with::<Wallet>();
    let running = views.run(store.clone()).unwrap();
    transfers.save(&mut Transfer::make(9, 1, 1)).unwrap();
    block_on(views.caught_up()).unwrap();
    let first = views.status()[0].generation;
    // Whatever has changed the rows, a rebuild makes them of the events.
    let file = folder.path().join(format!("Wallet-{first}.db"));
    Connection::open(&file).unwrap().execute("UPDATE Wallet SET balance = 100", ()).unwrap();
    assert_eq!(balance(&views, 1), Some(100));
    block_on(views.rebuild::<Wallet>()).unwrap();
    block_on(views.rebuild::<Wallet>()).unwrap();
    wait_until("it is swapped in", &views, || balance(&views, 1) == Some(1));
    wait_until("one is left", &views, || views.status().len() == 1);
    assert_eq!(views.status()[0].generation, first + 1, "two rebuilds are one");
    assert!(block_on(views.swap_back::<Wallet>()).unwrap());
    assert_eq!(balance(&views, 1), Some(100));
    transfers.save(&mut Transfer::make(9, 1, 1)).unwrap();
    block_on(views.caught_up()).unwrap();
    wait_until("the row in the table is read again", &views, || balance(&views, 1) == Some(101));
    assert!(block_on(views.swap::<Wallet>()).unwrap());
    block_on(views.caught_up()).unwrap();
    assert_eq!(balance(&views, 1), Some(2));
    running.stop_blocking();
}

#[test]
fn a_folder_that_is_removed_stops_the_view_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("views");
    let store = MemoryStore::new();
    let views = Views::sqlite(&path).unwrap().lease(Duration::from_millis(100)).with::<Wallet>();
    let _running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    fs::remove_dir_all(&path).unwrap();
    wait_until("it stops", &views, || matches!(views.status()[0].state, ViewState::Stopped { .. }));
    let Err(ViewError::Stopped { reason, .. }) = block_on(views.wait_for::<Wallet>(1, Duration::from_secs(9))) else {
        panic!("it goes on")
    };
    assert!(reason.to_string().contains("was removed"), "{reason}");
}

#[test]
fn what_is_built_waits_beside_what_is_shown_and_is_compared_at_its_position() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let views = Views::sqlite(folder.path()).unwrap().hold_swaps().with::<Wallet>();
    let running = views.run(store.clone()).unwrap();
    transfers.save(&mut Transfer::make(9, 1, 1)).unwrap();
    transfers.save(&mut Transfer::make(9, 2, 5)).unwrap();
    block_on(views.caught_up()).unwrap();
    let first = views.status()[0].generation;
    let file = folder.path().join(format!("Wallet-{first}.db"));
    let change = Connection::open(&file).unwrap();
    change.execute("UPDATE Wallet SET balance = 100 WHERE balance = 1", ()).unwrap();
    change.execute("DELETE FROM Wallet WHERE balance = 5", ()).unwrap();
    block_on(views.rebuild::<Wallet>()).unwrap();
    let diff = block_on(views.diff::<Wallet>(Duration::from_secs(30))).unwrap();
    assert_eq!((diff.same, diff.different, diff.only_shown, diff.only_built), (0, 1, 0, 1));
    assert_eq!(diff.position.get(), 2);
    assert!(diff.samples[0].shown.as_ref().unwrap().contains("\"balance\":100"), "{:?}", diff.samples);
    for _ in 0..50 {
        transfers.save(&mut Transfer::make(9, 3, 1)).unwrap();
    }
    block_on(views.caught_up()).unwrap();
    let diff = block_on(views.diff::<Wallet>(Duration::from_secs(30))).unwrap();
    assert_eq!((diff.same, diff.different, diff.only_shown, diff.only_built), (1, 1, 0, 1), "{diff:?}");
    assert_eq!(balance(&views, 1), Some(100), "it is not swapped in by itself");
    assert!(block_on(views.swap::<Wallet>()).unwrap());
    assert_eq!(balance(&views, 1), Some(1));
    let kept = block_on(views.generations::<Wallet>()).unwrap();
    assert_eq!(kept.iter().map(|one| one.is_active).collect::<Vec<_>>(), [false, true]);
    wait_until("the runner has let go of it", &views, || views.status().len() == 1);
    assert!(block_on(views.remove_generation::<Wallet>(first)).unwrap());
    assert!(!block_on(views.remove_generation::<Wallet>(first + 1)).unwrap(), "it is shown");
    running.stop_blocking();
    assert!(!block_on(views.swap_back::<Wallet>()).unwrap(), "it was removed");
}

#[test]
fn all_generations_but_those_shown_and_built_are_removed_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryStore::new();
    let views = Views::sqlite(folder.path()).unwrap().with::<Wallet>();
    Repository::<Transfer>::new(store.clone()).blocking().save(&mut Transfer::make(9, 1, 1)).unwrap();
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    assert_eq!(block_on(views.remove_old_generations::<Wallet>()).unwrap(), 0);
    for _ in 0..2 {
        let before = views.status()[0].generation;
        block_on(views.rebuild::<Wallet>()).unwrap();
        wait_until("it is swapped in", &views, || {
            views.status().len() == 1 && views.status()[0].generation == before + 1 && views.status()[0].is_shown
        });
    }
    let kept = || block_on(views.generations::<Wallet>()).unwrap();
    assert_eq!(kept().len(), 3);
    assert_eq!(block_on(views.remove_old_generations::<Wallet>()).unwrap(), 2);
    assert_eq!(kept().iter().map(|kept| kept.is_active).collect::<Vec<_>>(), [true]);
    assert_eq!(balance(&views, 1), Some(1));
    running.stop_blocking();
}

#[test]
fn the_file_of_a_removed_generation_is_deleted_when_no_one_has_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryStore::new();
    let views = Views::sqlite(folder.path()).unwrap().with::<Wallet>();
    Repository::<Transfer>::new(store.clone()).blocking().save(&mut Transfer::make(9, 1, 1)).unwrap();
    let running = views.run(store).unwrap();
    let file = |number: u64| folder.path().join(format!("Wallet-{number}.db"));
    let is_there = |number: u64| file(number).exists();
    let rebuild = || {
        block_on(views.caught_up()).unwrap();
        let before = views.status()[0].generation;
        block_on(views.rebuild::<Wallet>()).unwrap();
        wait_until("it is swapped in", &views, || {
            views.status().len() == 1 && views.status()[0].generation == before + 1 && views.status()[0].is_shown
        });
    };
    rebuild();
    let other = Connection::open(file(1)).unwrap();
    let schema =
        |conn: &Connection| conn.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get::<_, i64>(0));
    assert!(schema(&other).unwrap() > 0);
    assert_eq!(block_on(views.remove_old_generations::<Wallet>()).unwrap(), 1);
    drop(Views::sqlite(folder.path()).unwrap());
    assert!(is_there(1));
    assert!(schema(&other).unwrap() > 0, "it can still be read");
    drop(other);
    drop(Views::sqlite(folder.path()).unwrap());
    assert!(!is_there(1));

    // Who has it open, and finds that another is shown.
    let other = Views::sqlite(folder.path()).unwrap().with::<Wallet>();
    assert_eq!(balance(&other, 1), Some(1));
    rebuild();
    assert_eq!(block_on(views.remove_old_generations::<Wallet>()).unwrap(), 1);
    assert!(is_there(2));
    wait_until("it is deleted", &views, || balance(&other, 1) == Some(1) && !is_there(2));
    assert!(is_there(3));
    running.stop_blocking();
}
