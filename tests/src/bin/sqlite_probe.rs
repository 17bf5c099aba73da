//! A process of its own for the tests of the SQLite store, told what to do by its arguments.

use std::env::args;
use std::error::Error;
use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use eventsourcing::error::{CommitError, OpenError, ReadError};
use eventsourcing::store::sqlite::Durability;
use eventsourcing::store::{Commit, EventStore, LogRead, SnapshotRead, StoredEvent, StreamRead};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{commit_of, commits, cut, events, say, told};
use uuid::Uuid;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["open", path] => open(path)?,
        ["commit" | "commit-normal", path, count] => commit(&open_for(arguments[0], path)?, count.parse()?)?,
        ["leave" | "leave-normal", path, count] => {
            let store = open_for(arguments[0], path)?;
            commit(&store, count.parse()?)?;
            // Nothing is closed.
            std::process::abort();
        }
        ["greedy", path, writer, seconds] => greedy(path, writer.parse()?, seconds.parse()?)?,
        ["serve", path, durability] => serve(path, durability)?,
        ["fail" | "fail-normal", path, count] => fail(&open_for(arguments[0], path)?, count.parse()?)?,
        ["found", path, _] => found(path)?,
        ["fork", path] => fork(path)?,
        ["repeat", path, count] => repeat(path, count.parse()?)?,
        ["verify", path] => match SqliteStore::verify(path, |_| ControlFlow::Continue(())) {
            Ok(verified) => say(format_args!("{} {:?}", verified.sound, verified.findings))?,
            Err(error) => say(format_args!("{error:?}: {error}"))?,
        },
        ["salvage", from, to] => {
            let salvaged = SqliteStore::salvage(from, to, |_| ControlFlow::Continue(()))?;
            say(format_args!("{} {:?}", salvaged.kept, salvaged.findings))?;
        }
        ["backup", path, to] => say(SqliteStore::open(path)?.backup(to)?)?,
        ["restore", copy, to] => match SqliteStore::restore(copy, to) {
            Ok(head) => say(head)?,
            Err(error) => say(format_args!("{error:?}: {error}"))?,
        },
        // Opens the store, and keeps it open until there is nothing more to read.
        ["hold", path] => {
            let _store = SqliteStore::open(path)?;
            say("open")?;
            io::stdin().read_line(&mut String::new())?;
        }
        ["read", path] => read(&SqliteStore::open(path)?)?,
        ["race", path, writer, count] => race(path, writer.parse()?, count.parse()?)?,
        _ => return Err("see the source for what can be asked".into()),
    }
    Ok(())
}

/// Opens the store for a task: at `Normal` if its name says so.
fn open_for(task: &str, path: &str) -> Result<SqliteStore, OpenError> {
    let durability = if task.ends_with("-normal") { Durability::Normal } else { Durability::Full };
    SqliteStore::builder().durability(durability).open(path)
}

/// Commits at `Normal`, and then the same at `Full`; says each that was acknowledged there.
fn repeat(path: &str, count: usize) -> Result<(), Box<dyn Error>> {
    let (full, normal) = (SqliteStore::open(path)?, open_for("repeat-normal", path)?);
    for (number, commit) in (1..=count).zip(commits()) {
        normal.blocking().commit(commit.clone())?;
        let committed = full.blocking().commit(commit)?;
        say(format_args!("{number} {committed:?}"))?;
    }
    // Closing would sync.
    std::process::abort();
}

/// Says how many whole commits there are, and ends without closing the store.
fn found(path: &str) -> Result<(), Box<dyn Error>> {
    let head = SqliteStore::open(path).map(std::mem::ManuallyDrop::new)?.blocking().head()?;
    let ends = commits().scan(0, |end, commit| {
        *end += events(&commit).len() as u64;
        Some(*end)
    });
    say(ends.take_while(|end| *end <= head.get()).count())?;
    std::process::abort();
}

/// Goes on with a store in a child of the process; says what came of each try there, and then what is in it.
fn fork(path: &str) -> Result<(), Box<dyn Error>> {
    let store = SqliteStore::open(path)?;
    let mut commits = commits();
    let mut next = || commits.next().ok_or("there is always another");
    // With threads of the store's own, which the child does not have.
    pollster::block_on(store.commit(next()?))?;
    pollster::block_on(store.wait_past(0.into()))?;
    let second = next()?;
    match fork::fork()? {
        fork::Fork::Child => {
            let again = SqliteStore::open(path).map(drop).map_err(|error| format!("{error:?}"));
            say(format_args!("open {again:?}"))?;
            say(format_args!("commit {:?}", store.blocking().commit(second)))?;
            say(format_args!("read {:?}", store.blocking().head()))?;
            say(format_args!(
                "stream {:?}",
                store.blocking().read_stream(StreamRead::new(cut()), &mut |_| ControlFlow::Continue(()))
            ))?;
            say(format_args!("close {:?}", store.clone().close()))?;
            drop(store);
            std::process::exit(0);
        }
        fork::Fork::Parent(child) => {
            fork::waitpid(child)?;
            say(format_args!("then {}", store.blocking().commit(second)?.repeated))?;
            store.blocking().commit(next()?)?;
        }
    }
    Ok(())
}

/// Opens the store, and says how that went.
fn open(path: &str) -> Result<(), Box<dyn Error>> {
    match SqliteStore::open(path) {
        Ok(_) => say("opened")?,
        Err(error) => say(format_args!("{error:?}: {error}"))?,
    }
    Ok(())
}

/// Commits one after the other, and says each that is acknowledged.
fn commit(store: &SqliteStore, count: usize) -> Result<(), Box<dyn Error>> {
    for (number, commit) in (1..=count).zip(commits()) {
        store.blocking().commit(commit)?;
        say(number)?;
    }
    Ok(())
}

/// As `commit`, but sends a commit again until it is stored, and says each kind of error first.
fn fail(store: &SqliteStore, count: usize) -> Result<(), Box<dyn Error>> {
    for (number, commit) in (1..=count).zip(commits()) {
        let mut tries = 0;
        loop {
            match store.blocking().commit(commit.clone()) {
                Ok(committed) => break say(format_args!("{number} {committed:?}"))?,
                Err(CommitError::Store(error)) => {
                    say(format_args!("{number} {:?}: {error}", error.kind()))?;
                    let head = store.blocking().head()?;
                    say(format_args!("{number} reads at {head}"))?;
                    tries += 1;
                    if tries == 3 {
                        return Ok(());
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// Reads all that there is in each way, twice; says each time what it read, as a number, or the kind of error.
fn read(store: &SqliteStore) -> Result<(), Box<dyn Error>> {
    for _ in 0..2 {
        let mut read = Vec::new();
        let visit = &mut |event: StoredEvent<'_>| {
            read.push(told(&event));
            ControlFlow::Continue(())
        };
        let page = store.blocking().read_log(LogRead::after(0), visit);
        tell("log", page.map(|page| (page, read)))?;
        let mut read = Vec::new();
        let visit = &mut |event: StoredEvent<'_>| {
            read.push(told(&event));
            ControlFlow::Continue(())
        };
        let page = store.blocking().read_stream(StreamRead::new(cut()), visit);
        tell("stream", page.map(|page| (page, read)))?;
        tell("snapshot", store.blocking().read_snapshot(SnapshotRead::new(cut())).map_err(ReadError::from))?;
        tell("head", store.blocking().head().map_err(ReadError::from))?;
    }
    Ok(())
}

fn tell(what: &str, read: Result<impl Debug, ReadError>) -> io::Result<()> {
    match read {
        Ok(read) => {
            let mut hasher = DefaultHasher::new();
            format!("{read:?}").hash(&mut hasher);
            say(format_args!("{what} {:x}", hasher.finish()))
        }
        Err(ReadError::Store(error)) => say(format_args!("{what} {:?}: {error}", error.kind())),
        Err(error) => say(format_args!("{what} {error:?}: {error}")),
    }
}

/// Writes to one stream that all write to and to one of its own; says how often another was faster.
fn race(path: &str, writer: u128, count: u64) -> Result<(), Box<dyn Error>> {
    let store = SqliteStore::open(path)?;
    let (mut own, mut shared, mut lost) = (0, 0, 0_u64);
    while own < count {
        let mut commit = Commit::new();
        let payload = format!(r#"{{"writer":{writer},"number":{own}}}"#);
        commit.append(StreamId::new("Shared", Uuid::nil()), shared)?.event("Written", 1, payload.as_bytes())?;
        commit.append(StreamId::new("Own", Uuid::from_u128(writer)), own)?.event("Written", 1, payload.as_bytes())?;
        match store.blocking().commit(commit) {
            Ok(_) => (own, shared) = (own + 1, shared + 1),
            Err(CommitError::Conflict(conflict)) => (lost, shared) = (lost + 1, conflict.actual.get()),
            Err(error) => return Err(error.into()),
        }
    }
    say(lost)?;
    Ok(())
}

/// Commits without pause for so long; says how many commits that were and the longest that one took, in microseconds.
fn greedy(path: &str, writer: u128, seconds: u64) -> Result<(), Box<dyn Error>> {
    let store = SqliteStore::open(path)?;
    let stream = StreamId::new("Own", Uuid::from_u128(writer));
    // All begin together.
    io::stdin().read_line(&mut String::new())?;
    let (begun, mut count, mut longest) = (Instant::now(), 0, Duration::ZERO);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let since = Instant::now();
        let mut commit = Commit::new();
        commit.append(stream.clone(), count)?.event("Written", 1, b"{}")?;
        store.blocking().commit(commit)?;
        longest = longest.max(since.elapsed());
        count += 1;
    }
    say(format_args!("{count} {}", longest.as_micros()))?;
    Ok(())
}

/// Makes a commit of each line of numbers, and says what became of it, until there are no more lines.
fn serve(path: &str, durability: &str) -> Result<(), Box<dyn Error>> {
    let durability = if durability == "full" { Durability::Full } else { Durability::Normal };
    let store = SqliteStore::builder().durability(durability).open(path)?;
    say("open")?;
    for line in io::stdin().lines() {
        let numbers = line?.split(' ').map(str::parse).collect::<Result<Vec<u64>, _>>()?;
        let (number, appends) = numbers.split_first().ok_or("a line needs numbers")?;
        let appends: Vec<_> =
            appends.as_chunks().0.iter().map(|[stream, expected, events]| (*stream, *expected, *events)).collect();
        match store.blocking().commit(commit_of(*number, &appends)) {
            Ok(committed) => say(format_args!("stored {} {} {}", committed.first, committed.last, committed.repeated))?,
            Err(CommitError::Conflict(conflict)) => say(format_args!("conflict {}", conflict.actual))?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
