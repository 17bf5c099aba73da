//! Commits beside a view that is built again.

use std::time::{Duration, Instant};

use eventsourcing::{Repository, SqliteStore, Views, blocking};
use pollster::block_on;

use crate::catch_up::accounts;
use crate::domain::{Account, Balance};
use crate::live::{follow, percentiles};
use crate::log::open;
use crate::paired::{median, setting};

/// Commits between two looks whether the rebuild has ended.
const ROUND: usize = 100;

/// How long one caller waits for a commit, without a rebuild and beside one of a million events.
pub(crate) fn commits_beside() -> String {
    let scale = setting("SCALE", 1.0);
    let log = accounts(scale);
    // Once more as a store that syncs each commit.
    let store = open(&log.files.path("ours"), true);
    let (views, running) = follow(&log.files, &store);
    let accounts = Repository::<Account>::new(SqliteStore::clone(&store)).blocking();
    let mut ratios = Vec::new();
    let mut last = ((0.0, 0.0), (0.0, 0.0));
    for _ in 0..setting("ROUNDS", 5.0) as usize {
        let before = shown(&views);
        block_on(views.rebuild::<Balance>()).unwrap();
        let mut beside = Vec::new();
        while shown(&views) == before {
            commit(&accounts, &mut beside);
        }
        let mut alone = Vec::new();
        while alone.len() < beside.len() {
            commit(&accounts, &mut alone);
        }
        last = (percentiles(&mut alone), percentiles(&mut beside));
        ratios.push(last.1.1 / last.0.1);
    }
    running.stop_blocking();
    let ms = |time: f64| format!("{:.2} ms", time * 1e3);
    let ((p50, p99), (p50_beside, p99_beside)) = last;
    format!(
        "a commit, one caller, `Full`, last round: p50 {}, p99 {}; beside a rebuild p50 {}, p99 {}; p99 beside one by that alone, median of rounds: \
         {:.2} (aim 1.30)",
        ms(p50),
        ms(p99),
        ms(p50_beside),
        ms(p99_beside),
        median(&ratios)
    )
}

fn shown(views: &Views) -> u64 {
    views.status().iter().filter(|view| view.is_shown).map(|view| view.generation).max().unwrap()
}

fn commit(accounts: &blocking::Repository<Account>, times: &mut Vec<Duration>) {
    for _ in 0..ROUND {
        let since = Instant::now();
        accounts.save(&mut Account::open("alice")).unwrap();
        times.push(since.elapsed());
    }
}
