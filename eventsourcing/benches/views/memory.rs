//! How much memory it takes to make a view of a million events.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use eventsourcing::Views;
use pollster::block_on;

use crate::catch_up::accounts;
use crate::domain::Balance;
use crate::log::open;
use crate::paired::setting;

/// What a process is called with that only makes the view: one that has written the log had its memory before.
pub(crate) const CATCH_UP: &str = "catch-up";

/// The memory of a process while it makes a view, above what it was before.
pub(crate) fn peak() -> String {
    let log = accounts(setting("SCALE", 1.0));
    let folder = log.files.path("");
    let output = Command::new(env::current_exe().unwrap()).arg(CATCH_UP).arg(folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What that process says.
pub(crate) fn catch_up(folder: &Path) -> String {
    let store = open(&folder.join("ours"), false);
    let views = Views::sqlite(folder.join("views")).unwrap().with::<Balance>();
    let before = resident("VmRSS:");
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    let peak = resident("VmHWM:");
    running.stop_blocking();
    let events = views.status().iter().map(|view| view.checkpoint.get()).max().unwrap();
    format!("peak memory, v1 of {events} events: {:.1} MiB above {before:.1} MiB (at most 48)", peak - before)
}

fn resident(what: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}
