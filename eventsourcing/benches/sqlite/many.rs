//! Many callers at once, each with a new account in each commit.

use std::fmt::Write;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::Repository;

use crate::account::Account;
use crate::by_hand::ByHand;
use crate::domain::{Event, id};
use crate::files::Files;
use crate::grouped::Grouped;
use crate::ours;
use crate::paired::Side;
use crate::sides::{ALONE, OURS, OURS_ASYNC, count};

/// Runs the same in so many threads, each with what `make` gives it; gives the time that each call took, sorted.
pub(crate) fn race<F: FnMut() + Send>(callers: usize, commits: u64, make: impl Fn() -> F) -> Vec<Duration> {
    let each = commits / callers as u64;
    let calls: Vec<F> = (0..callers).map(|_| make()).collect();
    let mut waits = thread::scope(|scope| {
        let threads: Vec<_> = calls
            .into_iter()
            .map(|mut call| {
                scope.spawn(move || {
                    let mut waits = Vec::new();
                    for _ in 0..each {
                        let since = Instant::now();
                        call();
                        waits.push(since.elapsed());
                    }
                    waits
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    waits.sort();
    waits
}

/// The same as tasks of a runtime with a thread for each core.
fn race_async(tasks: usize, commits: u64, accounts: &Repository<Account>) -> Vec<Duration> {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let each = commits / tasks as u64;
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let accounts = accounts.clone();
            runtime.spawn(async move {
                let mut waits = Vec::new();
                for _ in 0..each {
                    let since = Instant::now();
                    accounts.save(&mut Account::open("alice")).await.unwrap();
                    waits.push(since.elapsed());
                }
                waits
            })
        })
        .collect();
    let mut waits: Vec<_> = tasks.into_iter().flat_map(|task| runtime.block_on(task).unwrap()).collect();
    waits.sort();
    waits
}

fn alone(files: &Files, callers: usize, full: bool, commits: u64) -> Side {
    let path = files.path("alone");
    ByHand::open(&path, full);
    with_waits(files, ALONE, move || {
        race(callers, commits, || {
            let mut file = ByHand::open(&path, full);
            move || file.save(id(), 0, &[Event::next(0)])
        })
    })
}

fn grouped(files: &Files, callers: usize, full: bool, commits: u64) -> Side {
    let grouped = Arc::new(Grouped::open(&files.path("grouped"), full));
    with_waits(files, "grouped by hand", move || {
        race(callers, commits, || {
            let grouped = Arc::clone(&grouped);
            move || grouped.save(id(), Event::next(0))
        })
    })
}

pub(crate) fn sides(callers: usize, full: bool, scale: f64) -> Vec<Side> {
    let files = Files::new();
    let commits = count(if full { 4_000 } else { 20_000 }, scale);
    let accounts = Arc::new(Repository::<Account>::new(ours::open(&files.path("ours"), full)).blocking());
    let ours = with_waits(&files, OURS, move || race(callers, commits, || saving(&accounts)));
    let accounts = Repository::<Account>::new(ours::open(&files.path("ours, async"), full));
    let ours_async = with_waits(&files, OURS_ASYNC, move || race_async(callers, commits, &accounts));
    vec![alone(&files, callers, full, commits), grouped(&files, callers, full, commits), ours, ours_async]
}

fn saving(accounts: &Arc<eventsourcing::blocking::Repository<Account>>) -> impl FnMut() + Send + use<> {
    let accounts = Arc::clone(accounts);
    move || {
        accounts.save(&mut Account::open("alice")).unwrap();
    }
}

pub(crate) fn with_waits(files: &Files, name: &'static str, mut race: impl FnMut() -> Vec<Duration> + 'static) -> Side {
    let files = Files::clone(files);
    let turn = move || {
        let _ = &files;
        let waits = race();
        (waits.len() as u64, waits.last().map_or(0.0, Duration::as_secs_f64))
    };
    Side { name, turn: Box::new(turn) }
}

/// How long callers wait for a commit, by how many there are.
pub(crate) fn latencies() -> String {
    let mut table = "| callers | | p50 | p99 | p99.9 | longest | commits/s |\n|---|---|---|---|---|---|---|".to_owned();
    for callers in [1, 8, 64, 256] {
        let commits = 1_000 * (callers as u64).min(16);
        for kind in ["blocking", "async"] {
            let files = Files::new();
            let accounts = Repository::<Account>::new(ours::open(&files.path("ours"), true));
            let since = Instant::now();
            let waits = if kind == "async" {
                race_async(callers, commits, &accounts)
            } else {
                let accounts = Arc::new(accounts.blocking());
                race(callers, commits, || saving(&accounts))
            };
            let rate = waits.len() as f64 / since.elapsed().as_secs_f64();
            let at = |part: f64| waits[((waits.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
            let (p50, p99, p999, longest) = (at(0.5), at(0.99), at(0.999), at(1.0));
            let line = format!(
                "| {callers} | {kind} | {p50:.2} ms | {p99:.2} ms | {p999:.2} ms | {longest:.2} ms | {rate:.0} |"
            );
            write!(table, "\n{line}").unwrap();
        }
    }
    table
}
