//! What a batch is to a projection in SQL, over a table in memory.

mod table;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::table::Memory;
use super::fold::SqlFold;
use super::{SqlDelivery, SqlKey, SqlOn, SqlProjection, SqlSource, SqliteTx};
use crate::aggregate::{Aggregate, Apply, Id, Root, RootAccess};
use crate::error::{StopReason, ViewError};
use crate::event::{self, EventKind};
use crate::store::{StoreId, StoredEvent};
use crate::stream::{Position, StreamId, Version};
use crate::view::{At, Batch, Checkpoint, DeliveryPlace, FoldLimits, Retried, ViewFold as _};

#[derive(Clone, Serialize, Deserialize)]
enum Event {
    /// `does` says what its handler does.
    Made { to: u8, does: String },
}

impl event::Event for Event {
    const KINDS: &'static [EventKind] = &[EventKind::new("Made")];

    fn kind(&self) -> &'static EventKind {
        &Self::KINDS[0]
    }
}

struct Transfer {
    root: Root<Self>,
}

impl Apply for Transfer {
    type Event = Event;

    fn create(_: Event) -> Option<Self> {
        Some(Self { root: Root::new() })
    }

    fn apply(&mut self, _: Event) {}
}

impl Aggregate for Transfer {
    const NAME: &'static str = "Transfer";

    fn root(&self) -> &Root<Self> {
        &self.root
    }

    fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> {
        &mut self.root
    }
}

/// Writes each event, and the same a second time in a table whose rows are unique; `KEYED` says whether it is parked by `to`.
struct Ledger<const KEYED: bool>;

static FLAKY: AtomicU32 = AtomicU32::new(0);

impl<const KEYED: bool> SqlProjection for Ledger<KEYED> {
    const NAME: &'static str = "Ledger";
    const VERSION: u32 = 1;
    const SOURCES: &'static [SqlSource<Self>] = &[SqlSource::of::<Transfer>()];

    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch(
            "CREATE TABLE entries (position INTEGER PRIMARY KEY, account INTEGER); CREATE TABLE ones (n INTEGER UNIQUE); INSERT INTO ones VALUES (1)",
        )
    }
}

impl<const KEYED: bool> SqlOn<Transfer> for Ledger<KEYED> {
    fn route(_: &At<Transfer>, event: &Event, to: &mut dyn FnMut(SqlDelivery)) {
        let Event::Made { to: account, .. } = event;
        to(SqlDelivery { handler: 0, key: KEYED.then(|| SqlKey::of(account)) });
    }

    fn run(_: u16, tx: &SqliteTx<'_>, at: &At<Transfer>, event: &Event) -> rusqlite::Result<()> {
        let Event::Made { to, does } = event;
        tx.execute("INSERT INTO entries VALUES (?1, ?2)", (at.position(), to))?;
        match does.as_str() {
            "fails" => tx.execute("INSERT INTO ones VALUES (1)", []).map(drop),
            "panics" => panic!("on purpose"),
            "commits" => tx.execute("COMMIT", []).map(drop),
            "rolls back" => tx.execute("INSERT OR ROLLBACK INTO ones VALUES (1)", []).map(drop),
            "rolls back and says nothing" => {
                let _swallowed = tx.execute("INSERT OR ROLLBACK INTO ones VALUES (1)", []);
                Ok(())
            }
            "fails twice" if FLAKY.fetch_add(1, Ordering::Relaxed) < 2 => Err(rusqlite::Error::InvalidQuery),
            "fills" => {
                tx.execute_batch("CREATE TABLE IF NOT EXISTS large (n); CREATE TABLE larger (n); DROP TABLE larger")
            }
            _ => Ok(()),
        }
    }
}

static STORE: LazyLock<StoreId> = LazyLock::new(StoreId::new);

const LIMITS: FoldLimits = FoldLimits { parked: 10 };

fn checkpoint(position: u64) -> Checkpoint {
    Checkpoint { store: *STORE, position: Position::new(position), checksum: 0 }
}

fn push(batch: &mut Batch, position: u64, (to, does): (u8, &str)) {
    let (stream, payload) =
        (StreamId::new("Transfer", Uuid::from_u128(1)), serde_json::json!({ "to": to, "does": does }));
    let payload = payload.to_string().into_bytes();
    let (position, version) = (Position::new(position), Version::new(position));
    let (stream, payload, name) = (&stream, &*payload, "Made");
    batch.push(&StoredEvent {
        position,
        stream,
        version,
        name,
        schema_version: 1,
        payload,
        metadata: None,
        recorded_at: 0,
    });
}

/// A view that has these events, in batches of so many.
fn folded<const KEYED: bool>(
    events: &[(u8, &str)],
    size: usize,
) -> (Result<(), StopReason>, Memory, SqlFold<Ledger<KEYED>>) {
    let (mut table, mut batch) = (Memory::new(), Batch::default());
    let mut fold = SqlFold::<Ledger<KEYED>>::new(&mut table, &mut batch, LIMITS).unwrap();
    fold.reopen(&mut table).unwrap();
    let mut position = 0;
    for events in events.chunks(size) {
        batch.clear();
        for event in events {
            position += 1;
            push(&mut batch, position, *event);
        }
        if let Err(reason) = fold.apply(&batch, checkpoint(position), &mut table) {
            return (Err(reason), table, fold);
        }
    }
    (Ok(()), table, fold)
}

fn entries(table: &Memory) -> Vec<(Position, u8)> {
    let mut statement = table.connection.prepare("SELECT position, account FROM entries ORDER BY position").unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_key_whose_delivery_fails_is_parked_with_what_follows_in_batches_of_any_size() {
    let faults = ["fails", "panics", "commits", "rolls back", "rolls back and says nothing"];
    let reasons = ["UNIQUE", "on purpose", "`COMMIT`", "UNIQUE", "rolled back"];
    for (fault, reason) in faults.into_iter().zip(reasons) {
        let mut events: Vec<(u8, &str)> = (0..40).map(|n| (n % 4, "")).collect();
        (events[9].1, events[18].1, events[29].1) = (fault, fault, fault);
        for size in [1, 7, 1_000] {
            let (done, table, fold) = folded::<true>(&events, size);
            done.unwrap();
            assert_eq!(fold.state().checkpoint(), Some(checkpoint(40)));
            // Keys 1 and 2, from the positions 10 and 19 on.
            let made = |n: &u64| !(n % 4 == 2 && *n >= 10 || n % 4 == 3 && *n >= 19);
            let expected: Vec<_> =
                (1..=40).filter(made).map(|n| (Position::new(n), u8::try_from((n - 1) % 4).unwrap())).collect();
            assert_eq!(entries(&table), expected, "{fault} in batches of {size}");
            let waiting: Vec<_> = table.waiting().into_iter().map(|(_, position)| position.get()).collect();
            assert_eq!(waiting, [10, 14, 18, 22, 26, 30, 34, 38, 19, 23, 27, 31, 35, 39], "{fault}, {size}");
            assert!(table.reasons().iter().all(|text| text.contains(reason)), "{:?}", table.reasons());
        }
    }
}

#[test]
fn without_a_key_a_fault_stops_the_view_and_says_where() {
    for fault in ["fails", "panics", "commits", "rolls back", "rolls back and says nothing"] {
        for size in [1, 7, 1_000] {
            let events = [(1, ""), (2, fault), (3, "")];
            let (done, table, _) = folded::<false>(&events, size);
            let Err(StopReason::Failed { position, .. }) = done else { panic!("{fault}: {done:?}") };
            assert_eq!(position, 2);
            assert!(entries(&table).iter().all(|(position, _)| *position < 2));
        }
    }
}

#[test]
fn a_handler_that_fails_is_tried_three_times_more() {
    FLAKY.store(0, Ordering::Relaxed);
    // Once at first, and once more of the three.
    let (done, table, _) = folded::<false>(&[(1, ""), (2, "fails twice"), (3, "")], 3);
    done.unwrap();
    assert_eq!(entries(&table).len(), 3);
}

#[test]
fn a_database_that_is_full_parks_nothing() {
    let (done, mut table, _) = folded::<true>(&[(1, ""), (2, "")], 2);
    done.unwrap();
    table.connection.execute_batch("PRAGMA max_page_count = 1").unwrap();
    let mut batch = Batch::default();
    let mut reopened = SqlFold::<Ledger<true>>::new(&mut table, &mut batch, LIMITS).unwrap();
    reopened.reopen(&mut table).unwrap();
    push(&mut batch, 3, (3, ""));
    push(&mut batch, 4, (4, "fills"));
    let done = reopened.apply(&batch, checkpoint(4), &mut table);
    assert!(matches!(done, Err(StopReason::View(ViewError::Rows(_)))), "{done:?}");
    assert_eq!(entries(&table).len(), 2);
    table.connection.execute_batch("PRAGMA max_page_count = 1000").unwrap();
    reopened.apply(&batch, checkpoint(4), &mut table).unwrap();
    assert_eq!(entries(&table).len(), 4);
    assert!(table.waiting().is_empty());
}

#[test]
fn what_waits_is_made_again_up_to_what_fails() {
    let key = SqlKey::of(&1_u8);
    let (done, mut table, mut fold) = folded::<true>(&[(1, "fails"), (1, ""), (1, "rolls back"), (1, "")], 4);
    done.unwrap();
    let places =
        |from: u64| (from..=4).map(|n| DeliveryPlace { position: Position::new(n), nth: 0 }).collect::<Vec<_>>();
    // The first is cured by another release.
    let mut batch = SqlFold::<Ledger<true>>::batch_of_its_own();
    for (position, does) in [(1, ""), (2, ""), (3, "rolls back"), (4, "")] {
        push(&mut batch, position, (1, does));
    }
    let retried = fold.retry(&batch, &key, &places(1), &mut table).unwrap();
    assert!(matches!(&retried, Retried::Failed(error) if error.contains("UNIQUE")), "{retried:?}");
    assert_eq!(entries(&table), [(Position::new(1), 1), (Position::new(2), 1)]);
    assert_eq!(table.waiting().iter().map(|(_, position)| position.get()).collect::<Vec<_>>(), [3, 4]);
    let mut cured = SqlFold::<Ledger<true>>::batch_of_its_own();
    push(&mut cured, 3, (1, ""));
    push(&mut cured, 4, (1, ""));
    assert_eq!(fold.retry(&cured, &key, &places(3), &mut table).unwrap(), Retried::Made);
    fold.state_mut().unpark(&key, false, &mut table).unwrap();
    assert!(!fold.state().is_parked(&key));
    assert_eq!(entries(&table).len(), 4);
    assert!(table.waiting().is_empty());
}

#[test]
fn ids_and_moments_are_parameters() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    let id = Id::<Transfer>::new();
    let (bytes, read): (Vec<u8>, Id<Transfer>) =
        connection.query_row("SELECT ?1, ?1", [id], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!((bytes.as_slice(), read), (id.as_uuid().as_bytes().as_slice(), id));
    let of_column: super::SqlValue<Option<Id<Transfer>>> =
        connection.query_row("SELECT ?1", [id], |row| row.get(0)).unwrap();
    assert_eq!(of_column.0, Some(id));
    let large = connection.query_row("SELECT ?1", [super::SqlValue(u64::MAX)], |_| Ok(()));
    assert!(large.unwrap_err().to_string().contains("whole numbers"));
}
