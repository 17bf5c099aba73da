//! A process of its own for the tests of what stores take of the system, told what to do by its arguments.

use std::error::Error;
use std::fs::{self, File};
use std::future::Future;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};
use std::{env, iter};

use eventsourcing::error::{CommitError, OpenError, ReadError, StoreError, StoreErrorKind};
use eventsourcing::store::sqlite::Durability;
use eventsourcing::store::{Commit, EventStore, LogRead, StoredEvent, StreamRead};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::say;
use uuid::Uuid;

type Answer = Result<(), Box<dyn Error>>;

fn main() -> Answer {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["tenants", folder, count] => tenants(folder.as_ref(), count.parse()?),
        ["commit", folder, count] => commit_to_all(folder.as_ref(), count.parse()?),
        ["starve", path] => starve(path),
        ["threadless", path] => threadless(path),
        _ => Err("see the source for what can be asked".into()),
    }
}

fn stream() -> StreamId {
    StreamId::new("Account", Uuid::nil())
}

fn commit(version: u64) -> Result<Commit, Box<dyn Error>> {
    let mut commit = Commit::new();
    commit.append(stream(), version)?.event("Happened", 1, b"{}")?;
    Ok(commit)
}

/// How many there are in a folder of this process.
fn count(what: &str) -> io::Result<usize> {
    Ok(fs::read_dir(Path::new("/proc/self").join(what))?.count())
}

/// Opens a store for each tenant, uses all of them at once and again, has somebody wait for each, and lets them rest; says how many
/// threads and descriptors there are at most and in the end.
fn tenants(folder: &Path, tenants: usize) -> Answer {
    let stores: Vec<_> = (0..tenants).map(|tenant| open(folder, tenant)).collect::<Result<_, _>>()?;
    let opened = count("fd")?;
    say(format_args!("opened {} {opened}", count("task")?))?;
    let mut most = 0;
    for version in 0..3 {
        most = most.max(all(stores.iter().map(|store| Box::pin(uses(store, version)) as _).collect())?);
    }
    say(format_args!("used {most}"))?;
    let waiting = stores.iter().map(|store| Box::pin(waits(store, 3)) as _).collect();
    let mut others = Command::new(env::current_exe()?).arg("commit").arg(folder).arg(tenants.to_string()).spawn()?;
    let most = all(waiting)?;
    if !others.wait()?.success() {
        return Err("the other process failed".into());
    }
    say(format_args!("waited {most}"))?;
    // What is not used is given up, in a while.
    let since = Instant::now();
    while count("task")? > 1 && since.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(50));
    }
    say(format_args!("rested {} {}", count("task")?, count("fd")?))?;
    all(stores.iter().map(|store| Box::pin(uses(store, 4)) as _).collect())?;
    for store in stores {
        store.close()?;
    }
    Ok(())
}

/// Not to wait for thousands of syncs.
fn open(folder: &Path, tenant: usize) -> Result<SqliteStore, OpenError> {
    SqliteStore::builder().durability(Durability::Normal).open(folder.join(format!("{tenant}.db")))
}

/// What another process does: one commit to each store, once all are waited for.
fn commit_to_all(folder: &Path, tenants: usize) -> Answer {
    thread::sleep(Duration::from_secs(1));
    for tenant in 0..tenants {
        open(folder, tenant)?.blocking().commit(commit(3)?)?;
    }
    Ok(())
}

async fn uses(store: &SqliteStore, version: u64) -> Answer {
    store.commit(commit(version)?).await?;
    let visit = &mut |_: StoredEvent<'_>| ControlFlow::Continue(());
    let page = store.read_log(LogRead::after(0), visit).await?;
    let events = store.read_stream(StreamRead::new(stream()), visit).await?;
    let head = store.head().await?;
    if (page.reached, events.reached, head) == ((version + 1).into(), (version + 1).into(), (version + 1).into()) {
        Ok(())
    } else {
        Err("something was not read".into())
    }
}

async fn waits(store: &SqliteStore, after: u64) -> Answer {
    store.wait_past(after.into()).await?;
    Ok(())
}

struct Unparks(Thread);

impl Wake for Unparks {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for all futures on this thread; gives how many threads there were at most meanwhile.
fn all(mut futures: Vec<Pin<Box<dyn Future<Output = Answer> + '_>>>) -> Result<usize, Box<dyn Error>> {
    let waker = Waker::from(Arc::new(Unparks(thread::current())));
    let (mut most, mut failed) = (0, Ok(()));
    while !futures.is_empty() {
        futures.retain_mut(|future| match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(Ok(())) => false,
            Poll::Ready(Err(error)) => {
                failed = Err(error);
                false
            }
            Poll::Pending => true,
        });
        most = most.max(count("task")?);
        thread::park_timeout(Duration::from_millis(5));
    }
    failed.map(|()| most)
}

/// Reads with no descriptor left: alone, and beside a visitor that takes its time.
fn starve(path: &str) -> Answer {
    let store = SqliteStore::open(path)?;
    store.blocking().commit(commit(0)?)?;
    let all = hoard();
    match store.blocking().head() {
        Err(error) => say(format_args!("{:?}: {error}", error.kind()))?,
        Ok(_) => return Err("there was a descriptor left".into()),
    }
    match pollster::block_on(store.read_log(LogRead::after(0), &mut |_| ControlFlow::Continue(()))) {
        Err(ReadError::Store(error)) if error.kind() == StoreErrorKind::Unavailable => {}
        other => return Err(format!("{other:?}").into()),
    }
    // The connection for writing is open.
    store.blocking().commit(commit(1)?)?;
    drop(all);
    say(format_args!("read {}", store.blocking().head()?))?;
    // Until its connection is closed.
    thread::sleep(Duration::from_secs(3));
    let (visiting, visits) = channel();
    let (ending, ends) = channel::<()>();
    let ends = std::sync::Mutex::new(ends);
    thread::scope(|scope| {
        let reads = scope.spawn(|| {
            let visit = &mut |_: StoredEvent<'_>| {
                visiting.send(()).ok();
                ends.lock().ok().map(|ends| ends.recv().ok());
                ControlFlow::Continue(())
            };
            store.blocking().read_log(LogRead::after(0), visit)
        });
        visits.recv()?;
        let all = hoard();
        // The visitor has given its connection back.
        let head = store.blocking().head();
        drop(ending);
        reads.join().map_err(|_| "a panic")??;
        drop(all);
        say(format_args!("read {}", head?))?;
        Ok(())
    })
}

/// Does all that needs a thread where none can be started, and all that does not.
fn threadless(path: &str) -> Answer {
    let store = SqliteStore::open(path)?;
    store.blocking().commit(commit(0)?)?;
    let refused = |error: StoreError| say(format_args!("{:?}: {error}", error.kind()));
    let visit = &mut |_: StoredEvent<'_>| ControlFlow::Continue(());
    for _ in 0..2 {
        if let Err(CommitError::Store(error)) = pollster::block_on(store.commit(commit(1)?)) {
            refused(error)?;
        }
        if let Err(error) = pollster::block_on(store.head()) {
            refused(error)?;
        }
        if let Err(ReadError::Store(error)) = pollster::block_on(store.read_log(LogRead::after(0), visit)) {
            refused(error)?;
        }
        if let Err(error) = pollster::block_on(store.wait_past(1.into())) {
            refused(error)?;
        }
    }
    store.blocking().read_log(LogRead::after(0), visit)?;
    say(format_args!("{} {}", store.blocking().head()?, count("task")?))?;
    store.close()?;
    Ok(())
}

/// Takes all descriptors that are left.
fn hoard() -> Vec<File> {
    iter::from_fn(|| File::open("/dev/null").ok()).collect()
}
