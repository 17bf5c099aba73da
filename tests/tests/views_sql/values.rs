//! Values that SQLite would keep as others: with `SqlValue` each is a fault of its key.

use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use eventsourcing::view::{SqlValue, SqliteTx};
use pollster::block_on;
use tempfile::tempdir;

#[derive(Aggregate)]
struct Reading {
    root: Root<Self>,
}

#[events]
impl Reading {
    #[event(Taken)]
    fn take(count: u64, sum: f64, label: &str) -> Self {
        let _ = (count, sum, label);
        Self { root: Root::new() }
    }
}

struct Means;

#[projection(version = 1)]
impl Means {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE means (count INTEGER, mean REAL, strict REAL NOT NULL, label TEXT) STRICT")
    }

    #[on(ReadingEvent::Taken, key = at.id())]
    fn taken(tx: &SqliteTx<'_>, at: &At<Reading>, count: u64, sum: f64, label: &str) -> rusqlite::Result<()> {
        #[expect(clippy::cast_precision_loss, reason = "it is a mean")]
        let mean = sum / count as f64;
        let insert = "INSERT INTO means VALUES (?1, ?2, ?3, ?4)";
        assert_eq!(at.event_name(), "Taken");
        if label == "plain" {
            return tx.execute(insert, (SqlValue(count), 0.0, mean, label)).map(drop);
        }
        tx.execute(insert, (SqlValue(count), SqlValue(mean), 0.0, SqlValue(label.to_owned()))).map(drop)
    }
}

#[test]
fn what_sql_refuses_sets_its_key_aside() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let readings = Repository::<Reading>::new(store.clone()).blocking();
    let refused = [
        (Reading::take(1 << 63, 1.0, ""), "9223372036854775807"),
        (Reading::take(0, 0.0, ""), "NaN"),
        (Reading::take(0, 0.0, "plain"), "NOT NULL"),
        (Reading::take(1, 1.0, "a\0b"), "NUL"),
    ];
    let mut expected = Vec::new();
    for (mut reading, why) in refused {
        readings.save(&mut reading).unwrap();
        expected.push((reading.id(), why));
    }
    let largest = i64::MAX as u64;
    readings.save(&mut Reading::take(largest, f64::MAX, "'\u{10ffff}")).unwrap();
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<Means>();
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    let means = views.sql::<Means>();
    let parked = block_on(means.parked()).unwrap();
    assert_eq!(parked.len(), expected.len(), "{parked:?}");
    for (key, (id, why)) in parked.iter().zip(&expected) {
        assert!(key.error.contains(why), "{id} {why}: {}", key.error);
    }
    let all = |conn: &rusqlite::Connection| {
        conn.query_row("SELECT count, mean, label, count(*) FROM means", (), |row| {
            Ok((
                row.get::<_, SqlValue<u64>>(0)?.0,
                row.get::<_, SqlValue<f64>>(1)?.0,
                row.get::<_, String>(2)?,
                row.get::<_, u32>(3)?,
            ))
        })
    };
    let (count, mean, label, rows) = block_on(means.read(all)).unwrap();
    #[expect(clippy::cast_precision_loss, reason = "it is a mean")]
    let expected = f64::MAX / largest as f64;
    assert_eq!((count, mean.to_bits(), &*label, rows), (largest, expected.to_bits(), "'\u{10ffff}", 1));
    running.stop_blocking();
}
