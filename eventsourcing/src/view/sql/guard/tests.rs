use super::{Fault, Guard};
use crate::view::SqliteTx;
use rusqlite::Connection;

fn begun() -> (Connection, Guard) {
    let mut connection = Connection::open_in_memory().unwrap();
    let guard = Guard::install(&mut connection).unwrap();
    connection.execute_batch("CREATE TABLE _state (n INTEGER); CREATE TABLE kept (n INTEGER UNIQUE); BEGIN").unwrap();
    connection.execute_batch("INSERT INTO kept VALUES (1)").unwrap();
    (connection, guard)
}

fn count(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM kept", [], |row| row.get(0)).unwrap()
}

fn fault(result: Result<(), Fault>) -> String {
    match result {
        Err(Fault::Handler(text)) => text,
        other => panic!("no fault of the handler: {other:?}"),
    }
}

#[test]
fn what_would_end_or_leave_the_transaction_is_refused_and_said() {
    let refused = [
        ("COMMIT", "`BEGIN`, `COMMIT`"),
        ("END", "`BEGIN`, `COMMIT`"),
        ("ROLLBACK", "`BEGIN`, `COMMIT`"),
        ("BEGIN", "`BEGIN`, `COMMIT`"),
        ("SAVEPOINT delivery", "savepoints"),
        ("RELEASE delivery", "savepoints"),
        ("ROLLBACK TO delivery", "savepoints"),
        ("ATTACH ':memory:' AS other", "`ATTACH`"),
        ("DETACH main", "`DETACH`"),
        ("PRAGMA journal_mode = DELETE", "`PRAGMA`"),
        ("PRAGMA user_version = 5", "`PRAGMA`"),
        ("PRAGMA writable_schema = ON", "`PRAGMA`"),
        ("CREATE TEMP TABLE gone (n)", "temporary"),
        ("CREATE TEMP VIEW gone AS SELECT 1", "temporary"),
        ("UPDATE _state SET n = 5", "`_`"),
        ("DELETE FROM _state", "`_`"),
        ("INSERT INTO _state VALUES (1)", "`_`"),
        ("DROP TABLE _state", "`_`"),
        ("ALTER TABLE _state ADD COLUMN m", "`_`"),
        (
            "CREATE TRIGGER of_kept AFTER INSERT ON kept BEGIN DELETE FROM _state; END; INSERT INTO kept VALUES (9)",
            "`_`",
        ),
        ("CREATE TABLE _mine (n)", "`_`"),
    ];
    for (sql, says) in refused {
        for batched in [true, false] {
            let (connection, guard) = begun();
            let run = |tx: &SqliteTx<'_>| if batched { tx.execute_batch(sql) } else { tx.execute(sql, []).map(drop) };
            if !batched && sql.contains("; INSERT") {
                continue;
            }
            let text = fault(guard.run(&connection, run));
            assert!(text.contains(says), "{sql}: {text}");
            assert!(!connection.is_autocommit(), "{sql} has ended the transaction");
            connection.execute_batch("COMMIT").unwrap();
            assert_eq!(count(&connection), 1, "{sql}");
        }
    }
}

/// The constraint ends the transaction; what follows would be one by itself.
#[test]
fn nothing_is_committed_after_a_handler_has_lost_the_transaction() {
    let (connection, guard) = begun();
    let ran = guard.run(&connection, |tx| {
        let _swallowed = tx.execute("INSERT OR ROLLBACK INTO kept VALUES (1)", []);
        let _refused = tx.execute("INSERT INTO kept VALUES (2)", []);
        Ok(())
    });
    assert!(fault(ran).contains("rolled back"));
    assert_eq!(count(&connection), 0);
}

#[test]
fn full_text_tables_and_questions_for_the_schema_are_not_refused() {
    let (connection, guard) = begun();
    let ran = guard.run(&connection, |tx| {
        tx.execute_batch("CREATE VIRTUAL TABLE texts USING fts5 (body); INSERT INTO texts VALUES ('some words')")?;
        let found: i64 = tx.query_row("SELECT count(*) FROM texts WHERE texts MATCH 'words'", [], |row| row.get(0))?;
        assert_eq!(found, 1);
        tx.query_row("SELECT name FROM pragma_table_info('kept')", [], |row| row.get::<_, String>(0)).map(drop)
    });
    ran.unwrap();
    connection.execute_batch("COMMIT").unwrap();
}

#[test]
fn what_the_handler_says_and_what_the_database_says_differ() {
    let (connection, guard) = begun();
    let panicked = guard.run(&connection, |_| panic!("on purpose"));
    assert_eq!(fault(panicked), "the handler panicked: on purpose");
    let text = fault(guard.run(&connection, |tx| tx.execute("INSERT INTO kept VALUES (1)", []).map(drop)));
    assert!(text.contains("UNIQUE"), "{text}");
    connection.execute_batch("COMMIT; PRAGMA max_page_count = 1; BEGIN").unwrap();
    let full = guard.run(&connection, |tx| tx.execute_batch("CREATE TABLE large (n); CREATE TABLE larger (n)"));
    assert!(matches!(full, Err(Fault::Database(_))), "{full:?}");
}
