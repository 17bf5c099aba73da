//! Views that are made of a log which is there.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use eventsourcing::view::Projection;
use eventsourcing::{SqliteStore, Views};
use pollster::block_on;

use crate::by_hand;
use crate::domain::{
    Balance, Balance2, Balance3, Balance4, Balance5, Flags, Units, Units1, Units2, Units3, Units4, Units5,
};
use crate::files::Files;
use crate::log::{KEYS, Kind, Log};
use crate::paired::{Side, setting};
use crate::rows::{BY_HAND, FIVE, NAIVE, ONE, OURS};

const EVENTS: f64 = 1_000_000.0;

pub(crate) fn accounts(scale: f64) -> Rc<Log> {
    Rc::new(Log::new(Kind::Accounts { keys: (KEYS as f64 * scale) as u64 }, (EVENTS * scale) as u64))
}

/// A folder that is new each time.
struct Fresh {
    files: Files,
    number: u64,
}

impl Fresh {
    fn new(files: &Files) -> Self {
        Self { files: files.clone(), number: 0 }
    }

    fn next(&mut self, name: &str) -> PathBuf {
        if self.number > 0 {
            std::fs::remove_dir_all(self.path(name)).unwrap();
        }
        self.number += 1;
        let path = self.path(name);
        std::fs::create_dir(&path).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.files.path(&format!("{name} {}", self.number))
    }
}

/// A side that projects by hand into a file which is new each time.
pub(crate) fn by_hand(log: &Rc<Log>, name: &'static str, project: fn(&Path, &Path) -> u64) -> Side {
    let (log, mut fresh) = (Rc::clone(log), Fresh::new(&log.files));
    Side::new(name, move || {
        project(&log.by_hand(), &fresh.next(name).join("rows"));
        log.events
    })
}

/// A side that makes the views in a folder which is new each time.
pub(crate) fn ours(log: &Rc<Log>, name: &'static str, with: fn(Views) -> Views) -> Side {
    let (log, mut fresh) = (Rc::clone(log), Fresh::new(&log.files));
    Side::new(name, move || {
        catch_up(&log.store, &fresh.next(name), with);
        log.events
    })
}

/// Makes views of all that is in a store.
pub(crate) fn catch_up(store: &SqliteStore, folder: &Path, with: fn(Views) -> Views) -> Views {
    let views = with(Views::sqlite(folder).unwrap());
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    views
}

fn one<P: Projection>(views: Views) -> Views {
    views.with::<P>()
}

/// V1: a row for each account, and the same by hand.
pub(crate) fn balances(scale: f64) -> Vec<Side> {
    let log = accounts(scale);
    check(&log);
    vec![by_hand(&log, BY_HAND, by_hand::balances), ours(&log, OURS, one::<Balance>)]
}

/// V1 beside one statement for each event.
pub(crate) fn balances_naively(scale: f64) -> Vec<Side> {
    let log = accounts(scale);
    vec![by_hand(&log, NAIVE, by_hand::balances_naively), ours(&log, OURS, one::<Balance>)]
}

/// V3: five views of the same events, beside one.
pub(crate) fn five_of_the_same(scale: f64) -> Vec<Side> {
    let log = accounts(scale);
    let five = |views: Views| {
        views.with::<Balance>().with::<Balance2>().with::<Balance3>().with::<Balance4>().with::<Balance5>()
    };
    vec![ours(&log, ONE, one::<Balance>), ours(&log, FIVE, five)]
}

/// V3: five views of a fifth of the events each, beside one of all.
pub(crate) fn five_of_others(scale: f64) -> Vec<Side> {
    let log = Rc::new(Log::new(Kind::Meters { keys: (KEYS as f64 * scale) as u64 }, (EVENTS * scale) as u64));
    let five =
        |views: Views| views.with::<Units1>().with::<Units2>().with::<Units3>().with::<Units4>().with::<Units5>();
    vec![ours(&log, ONE, one::<Units>), ours(&log, FIVE, five)]
}

/// V4: a view of one event in a hundred, beside a scan by hand.
pub(crate) fn flags(scale: f64) -> Vec<Side> {
    let log = accounts(scale);
    vec![by_hand(&log, BY_HAND, by_hand::flags), ours(&log, OURS, one::<Flags>)]
}

/// All sides make the same rows.
fn check(log: &Log) {
    let rows = |name: &str, project: fn(&Path, &Path) -> u64, column: &str| {
        let path = log.files.path(name);
        project(&log.by_hand(), &path);
        by_hand::sum(&path, column)
    };
    let balances = rows("checked", by_hand::balances, "cents");
    assert_eq!(balances, rows("checked, naive", by_hand::balances_naively, "cents"));
    let views = catch_up(&log.store, &log.files.path("checked, ours"), |views| views.with::<Balance>().with::<Flags>());
    let of_ours = block_on(views.all::<Balance>()).unwrap();
    assert_eq!(balances, (of_ours.len() as u64, of_ours.iter().map(|row| row.cents).sum()));
    let of_ours = block_on(views.all::<Flags>()).unwrap();
    let flags = rows("checked, flags", by_hand::flags, "count");
    assert_eq!(flags, (of_ours.len() as u64, of_ours.iter().map(|row| row.count).sum()));
}

/// What a process is called with that does the work of one side once: for a profile of it.
pub(crate) const ONCE: &str = "once";

pub(crate) fn once(work: &str) {
    let log = accounts(setting("SCALE", 1.0));
    let folder = log.files.path("once");
    let since = Instant::now();
    match work {
        "v1" => drop(catch_up(&log.store, &folder, one::<Balance>)),
        "v4" => drop(catch_up(&log.store, &folder, one::<Flags>)),
        "hand-v1" => assert_eq!(by_hand::balances(&log.by_hand(), &folder), log.events),
        "hand-v4" => assert!(by_hand::flags(&log.by_hand(), &folder) > 0),
        "log" => {}
        _ => panic!("{work}"),
    }
    println!("{work}: {:.1} ms", since.elapsed().as_secs_f64() * 1e3);
}
