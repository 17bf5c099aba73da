//! How large the file is, and how much memory it takes to read it.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use eventsourcing::prelude::*;

use crate::account::{Account, step};
use crate::by_hand::ByHand;
use crate::domain::{Event, id};
use crate::files::Files;
use crate::paired::setting;
use crate::{disk, ours};

/// Bytes of the file for each event, 100 events a commit.
pub(crate) fn bytes() -> String {
    const COMMITS: u64 = 1_000;
    let files = Files::new();
    let (alone_path, ours_path) = (files.path("alone"), files.path("ours"));
    let mut alone = ByHand::open(&alone_path, false);
    fill(&ours_path, COMMITS);
    for _ in 0..COMMITS {
        alone.save(id(), 0, &(0..100).map(Event::next).collect::<Vec<_>>());
    }
    drop(alone);
    let each = |path: &Path| fs::metadata(path).unwrap().len() as f64 / (COMMITS * 100) as f64;
    let (alone, ours) = (each(&alone_path), each(&ours_path));
    format!("bytes per event (w3): rusqlite alone {alone:.1}, ours {ours:.1}, ratio {:.2} (at most 1.30)", ours / alone)
}

/// Writes so many accounts of 100 events each, and closes the file.
pub(crate) fn fill(path: &Path, accounts: u64) -> Vec<Id<Account>> {
    let repository = Repository::<Account>::new(ours::open(path, false)).blocking();
    let account = |_| {
        let mut account = Account::open("alice");
        (2..=100).for_each(|version| step(&mut account, version));
        repository.save(&mut account).unwrap();
        account.id()
    };
    (0..accounts).map(account).collect()
}

/// The memory of a process while it reads a log of a million events, above what it was before.
pub(crate) fn peak() -> String {
    let folder = disk::folder();
    let path = folder.path().join("ours");
    fill(&path, setting("MEMORY_EVENTS", 1_000_000.0) as u64 / 100);
    let output = Command::new(env::current_exe().unwrap()).arg(READ).arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What a process is called with that only reads: one that has written the file had its memory before.
pub(crate) const READ: &str = "read-log";

/// What that process says.
pub(crate) fn read(path: &Path) -> String {
    let repository = Repository::<Account>::new(ours::open(path, false)).blocking();
    let before = resident("VmRSS:");
    let (events, _) = ours::replay(&repository);
    let peak = resident("VmHWM:");
    format!("peak memory, reading {events} events: {:.1} MiB above {before:.1} MiB (at most 32)", peak - before)
}

fn resident(what: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}
