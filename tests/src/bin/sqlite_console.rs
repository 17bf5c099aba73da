//! A process that has a store open, for reading only or for writing, and does with it what it is asked line by line.

use std::env::args;
use std::error::Error;
use std::io;
use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use eventsourcing::error::StoreError;
use eventsourcing::store::{EventStore, SnapshotRead, StreamList, StreamRead};
use eventsourcing::{Position, SqliteStore};
use eventsourcing_tests::sqlite::{EventCopy, commits, copy_of, cut, events, log, say};
use pollster::block_on;
use rusqlite::{Connection, OpenFlags};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["overlap", path] = arguments.as_slice() {
        return overlap(path);
    }
    let opened = match arguments.as_slice() {
        ["read", path] => SqliteStore::builder().read_only().open(path),
        ["write", path] => SqliteStore::open(path),
        _ => return Err("see the source for what can be asked".into()),
    };
    let store = match opened {
        Ok(store) => store,
        Err(error) => return Ok(say(format_args!("{error:?}: {error}"))?),
    };
    say("open")?;
    for line in io::stdin().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["close"] => return Ok(say(format_args!("{:?}", store.close()))?),
            ["abort"] => std::process::abort(),
            words => say(answer(&store, words))?,
        }
    }
    Ok(())
}

/// Reads by two connections that may not write, in turns, so that one of them always does, until there is nothing more to read here.
fn overlap(path: &str) -> Result<(), Box<dyn Error>> {
    for phase in 0..2 {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let file = Connection::open_with_flags(format!("file:{path}?readonly_shm=1"), flags)?;
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(phase * 15));
            loop {
                file.execute_batch("BEGIN; SELECT max(position) FROM events").expect("it is read");
                thread::sleep(Duration::from_millis(30));
                file.execute_batch("COMMIT").expect("it ends");
            }
        });
    }
    say("open")?;
    io::stdin().read_line(&mut String::new())?;
    Ok(())
}

/// What came of a request, in one line.
fn answer(store: &SqliteStore, words: &[&str]) -> String {
    let answered = match words {
        ["commit", count] => Ok(commit(store, count.parse().unwrap_or(0))),
        ["check"] => check(store),
        ["head"] => store.blocking().head().map(|head| head.to_string()),
        ["id"] => Ok(store.id().to_string()),
        ["wait", after] => {
            block_on(store.wait_past(Position::new(after.parse().unwrap_or(0)))).map(|head| head.to_string())
        }
        ["backup", to] => store.backup(to).map(|head| head.to_string()),
        _ => Ok("see the source for what can be asked".to_owned()),
    };
    answered.unwrap_or_else(|error| format!("{:?}: {error}", error.kind()))
}

/// Goes on with the usual commits up to so many, and says the last position. Nothing is read, which would be noted in the `-shm`.
fn commit(store: &SqliteStore, count: usize) -> String {
    let mut last = Position::default();
    for commit in commits().take(count) {
        match store.blocking().commit(commit) {
            Ok(committed) => last = committed.last,
            Err(error) => return format!("{error:?}"),
        }
    }
    last.to_string()
}

/// Reads all that there is in each way, and says how far the log goes if it is that of so many whole commits.
fn check(store: &SqliteStore) -> Result<String, StoreError> {
    // What is read later is of the same moment or a later one.
    let head = store.blocking().head()?;
    let snapshot = store.blocking().read_snapshot(SnapshotRead::new(cut()))?;
    let mut of_stream = Vec::new();
    let visit = &mut |event: eventsourcing::store::StoredEvent<'_>| {
        of_stream.push(copy_of(&event));
        ControlFlow::Continue(())
    };
    if let Err(error) = store.blocking().read_stream(StreamRead::new(cut()), visit) {
        return Ok(format!("{error:?}"));
    }
    let streams = store.blocking().list_streams(StreamList::new("Account"))?.ids;
    let read = log(store);
    let expected: Vec<EventCopy> = commits().flat_map(|commit| events(&commit)).take(read.len()).collect();
    let ends = commits().scan(0, |end, commit| {
        *end += events(&commit).len();
        Some(*end)
    });
    let is_whole = read.is_empty() || ends.take_while(|end| *end <= read.len()).last() == Some(read.len());
    let of_log: Vec<_> = read.iter().filter(|(stream, ..)| *stream == cut()).take(of_stream.len()).cloned().collect();
    let has_streams = streams.iter().all(|id| read.iter().any(|(stream, ..)| stream.id() == *id));
    let has_snapshot = snapshot.is_none_or(|snapshot| snapshot.version.get() <= of_stream.len() as u64);
    let is_right =
        (read == expected, is_whole, of_stream == of_log, has_streams, has_snapshot, head <= read.len() as u64);
    Ok(if is_right == (true, true, true, true, true, true) {
        read.len().to_string()
    } else {
        format!("wrong: {} of {head}: {is_right:?}", read.len())
    })
}
