//! Views that follow a log while it is written.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::blocking;
use eventsourcing::prelude::*;
use eventsourcing::runner::Running;
use pollster::block_on;

use crate::domain::{Account, Balance};
use crate::files::Files;
use crate::log::open;
use crate::paired::{Side, setting};
use crate::rows::{LIVE, NONE};

const CALLERS: u64 = 8;

/// V2: what eight callers commit while a view follows, beside none.
pub(crate) fn commits(scale: f64) -> Vec<Side> {
    let each = ((8_000.0 * scale) as u64 / CALLERS).max(1);
    let side = |name: &'static str, has_view: bool| {
        let files = Files::new();
        let store = open(&files.path("ours"), true);
        let view = has_view.then(|| follow(&files, &store));
        let accounts = Arc::new(Repository::<Account>::new(store).blocking());
        files.side(name, move || {
            race(&accounts, each);
            // What is left to do for the view is work of this side.
            view.as_ref().inspect(|(views, _)| block_on(views.caught_up()).unwrap());
            each * CALLERS
        })
    };
    vec![side(NONE, false), side(LIVE, true)]
}

/// A view that follows a store, in a folder beside it.
pub(crate) fn follow(files: &Files, store: &SqliteStore) -> (Views, Running) {
    let views = Views::sqlite(files.path("views")).unwrap().with::<Balance>();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    (views, running)
}

fn race(accounts: &blocking::Repository<Account>, each: u64) {
    thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                for _ in 0..each {
                    accounts.save(&mut Account::open("alice")).unwrap();
                }
            });
        }
    });
}

/// From the acknowledged commit to the row that can be read, with one caller, beside the time of a commit.
pub(crate) fn lag() -> String {
    let commits = (2_000.0 * setting("SCALE", 1.0)) as u64;
    let files = Files::new();
    let alone = Repository::<Account>::new(open(&files.path("alone"), true)).blocking();
    let store = open(&files.path("ours"), true);
    let (views, running) = follow(&files, &store);
    let accounts = Repository::<Account>::new(store).blocking();
    let (mut of_alone, mut of_commit, mut lags) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..commits {
        let since = Instant::now();
        alone.save(&mut Account::open("alice")).unwrap();
        of_alone.push(since.elapsed());
        let mut account = Account::open("alice");
        let since = Instant::now();
        let position = accounts.save(&mut account).unwrap();
        of_commit.push(since.elapsed());
        let since = Instant::now();
        block_on(views.wait_for::<Balance>(position, Duration::from_secs(60))).unwrap();
        assert!(block_on(views.get::<Balance>(account.id())).unwrap().is_some());
        lags.push(since.elapsed());
    }
    running.stop_blocking();
    let base = percentiles(&mut of_alone).0;
    let line = |name: &str, times: &mut [Duration]| {
        let (p50, p99) = percentiles(times);
        format!("| {name} | {:.3} ms | {:.3} ms | {:.2} |", p50 * 1e3, p99 * 1e3, p50 / base)
    };
    let lines = [
        line("a commit, no view", &mut of_alone),
        line("a commit beside the view", &mut of_commit),
        line("from the acknowledged commit to the row (p50 at most 3.00)", &mut lags),
    ];
    format!("| one caller, `Full` | p50 | p99 | p50 by that of a commit |\n|---|---|---|---|\n{}", lines.join("\n"))
}

/// The median and what one in a hundred is above of, in seconds.
pub(crate) fn percentiles(times: &mut [Duration]) -> (f64, f64) {
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64();
    (at(0.5), at(0.99))
}
