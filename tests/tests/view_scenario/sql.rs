//! Views in SQL: what their scenario accepts, and what it does not.

use std::sync::atomic::{AtomicI64, Ordering};

use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use eventsourcing::testing::{GivenEvent, SqlViewScenario};

use crate::{Account, AccountEvent, assert_says, failure};

/// What is in which account.
struct Sums;

#[projection(version = 1, ignore(AccountEvent::Closed))]
impl Sums {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE sums (account TEXT PRIMARY KEY, owner TEXT NOT NULL, amount INTEGER NOT NULL)")
    }

    #[on(AccountEvent::Opened, key = at.id())]
    fn opened(tx: &SqliteTx<'_>, at: &At<Account>, owner: &str) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO sums VALUES (?1, ?2, 0)", (at.id().to_string(), owner)).map(drop)
    }

    #[on(AccountEvent::Deposited, key = at.id())]
    fn deposited(tx: &SqliteTx<'_>, at: &At<Account>, amount: u64) -> rusqlite::Result<()> {
        let sql = "UPDATE sums SET amount = amount + ?2 WHERE account = ?1 RETURNING amount";
        tx.query_row(sql, (at.id().to_string(), amount.cast_signed()), |row| row.get::<_, i64>(0)).map(drop)
    }
}

static COUNTER: AtomicI64 = AtomicI64::new(0);

/// Depends on more than its event.
struct Counted;

#[projection(version = 1, ignore(AccountEvent::..))]
impl Counted {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE counted (number INTEGER)")
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        tx.execute("INSERT INTO counted VALUES (?1)", [number]).map(drop)
    }
}

fn opened(id: Id<Account>, owner: &str) -> GivenEvent {
    GivenEvent::new(id, AccountEvent::Opened { owner: owner.to_owned() })
}

fn deposited(id: Id<Account>, amount: u64) -> GivenEvent {
    GivenEvent::new(id, AccountEvent::Deposited { amount })
}

const ALL: &str = "SELECT owner, amount FROM sums ORDER BY owner";

fn row(owner: &str, amount: i64) -> (String, i64) {
    (owner.to_owned(), amount)
}

#[test]
fn tables_are_read_by_any_query() {
    let [alice, bob] = [0; 2].map(|_| Id::<Account>::new());
    SqlViewScenario::<Sums>::given([opened(alice, "alice"), opened(bob, "bob"), deposited(alice, 5)])
        .and_given([deposited(alice, 2)])
        .then_rows(ALL, [row("alice", 7), row("bob", 0)])
        .then_rows("SELECT count(*), sum(amount) FROM sums", [(2, 7_i64)])
        .then_rows::<(i64,)>("SELECT amount FROM sums WHERE amount > 7", []);
}

#[test]
fn other_rows_fail() {
    let alice = Id::<Account>::new();
    let said = failure(|| {
        drop(SqlViewScenario::<Sums>::given([opened(alice, "alice")]).then_rows(ALL, [row("alice", 1)]));
    });
    assert_says(&said, "`Sums` has other rows (`-` is expected, `+` is found)");
    assert_says(&said, "- (\"alice\", 1)\n+ (\"alice\", 0)");
    let said = failure(|| drop(SqlViewScenario::<Sums>::given([opened(alice, "a")]).then_rows("SELECT", [(1,)])));
    assert_says(&said, "the tables of `Sums` cannot be read by `SELECT`: ");
}

#[test]
fn what_is_parked_is_to_be_expected() {
    let [alice, bob] = [0; 2].map(|_| Id::<Account>::new());
    let given = || SqlViewScenario::<Sums>::given([deposited(bob, 1), opened(alice, "alice"), deposited(bob, 2)]);
    given().then_parked(bob, "Query returned no rows").then_rows(ALL, [row("alice", 0)]);
    let said = failure(|| drop(given().then_rows(ALL, [row("alice", 0)])));
    assert_says(&said, "`Sums` has parked rows");
    assert_says(&said, &format!("[\"{bob}\"], with 2 from position 1 on, because Query returned no rows"));
    let said = failure(|| drop(given().then_parked(alice, "Query returned no rows")));
    assert_says(&said, &format!("`Sums` has not parked the row of [\"{alice}\"]"));
    let said = failure(|| drop(given().then_parked(bob, "the disk")));
    assert_says(&said, "for another reason\nexpected: the disk\n  actual: Query returned no rows");
}

#[test]
fn a_view_that_stops_is_to_be_expected() {
    let [alice, bob] = [0; 2].map(|_| Id::<Account>::new());
    let given = || SqlViewScenario::<Sums>::given([deposited(alice, 1), deposited(bob, 1)]).park_at_most(1);
    given().then_stopped("Query returned no rows");
    let said = failure(|| drop(given().then_rows(ALL, [row("alice", 0)])));
    assert_says(&said, "`Sums` stops: correct what it says");
    let said = failure(|| SqlViewScenario::<Sums>::given([opened(alice, "alice")]).then_stopped("there"));
    assert_says(&said, "`Sums` does not stop");
}

#[test]
fn a_handler_that_depends_on_more_than_its_event_fails() {
    let id = Id::<Account>::new();
    let said = failure(|| {
        drop(
            SqlViewScenario::<Counted>::given([deposited(id, 1), deposited(id, 2)]).then_rows::<(i64,)>("SELECT 1", []),
        );
    });
    assert_says(&said, "`Counted` has other rows when its events come one by one (`-`) than in one batch (`+`)");
    assert_says(&said, "\n  `counted`:\n");
}

#[test]
fn a_scenario_without_an_end_fails() {
    let said = failure(|| drop(SqlViewScenario::<Sums>::given([opened(Id::new(), "alice")])));
    assert_says(&said, "asserts nothing");
}

/// As many scenarios may run at the same time as a program has tests, and none leaves files.
#[test]
fn its_files_are_removed() {
    let folders = || {
        let all = std::fs::read_dir(std::env::temp_dir()).unwrap();
        all.filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("sql-view-scenario-"))
            .map(|entry| entry.path())
            .collect::<std::collections::BTreeSet<_>>()
    };
    let before = folders();
    let then = SqlViewScenario::<Sums>::given([opened(Id::new(), "alice")]).then_rows(ALL, [row("alice", 0)]);
    let own = folders().difference(&before).cloned().collect::<Vec<_>>();
    assert!(!own.is_empty());
    drop(then);
    assert!(own.iter().any(|folder| !folder.exists()), "{own:?}");
}
