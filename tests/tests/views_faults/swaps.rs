//! Generations that several processes build, show, show back and remove at the same time, while some of them are stopped or killed: no one waits for ever,
//! and what is shown in the end is what the events make.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::SqliteStore;
use eventsourcing::error::ViewError;
use eventsourcing_tests::tally::{self, Tally};
use pollster::block_on;

use crate::files::made;
use crate::runner::Total;
use crate::serving::Serving;
use crate::{assert_right, open, place, quiet};

fn started(store: &std::path::Path, views: &std::path::Path) -> Serving {
    let mut process = Serving::start(store, views, 100);
    assert_eq!((process.answer(), process.ask("run")), ("open".to_owned(), "done".to_owned()));
    process
}

#[test]
fn whoever_swaps_what_nobody_waits_for_ever() {
    quiet();
    let seconds = std::env::var("VIEWS_FAULTS_SECONDS").map_or(4, |seconds| seconds.parse().unwrap());
    let (_folder, path, folder) = place();
    let store = SqliteStore::open(&path).unwrap();
    let is_over = AtomicBool::new(false);
    let ids = [(); 3].map(|()| AtomicU32::new(0));
    let signal = |id: u32, signal: &str| {
        let kill = Command::new("kill").arg(signal).arg(id.to_string()).output();
        kill.unwrap().status.success()
    };
    let (mut number, mut stops) = (0, 0);
    let counts = thread::scope(|scope| {
        let (path, folder, is_over, ids) = (&path, &folder, &is_over, &ids);
        let threads = [0, 1, 2].map(|which: usize| {
            scope.spawn(move || {
                let (mut rng, mut waits, mut kills) = (fastrand::Rng::new(), 0, 0);
                let mut process = started(path, folder);
                ids[which].store(process.id(), Ordering::Relaxed);
                while !is_over.load(Ordering::Relaxed) {
                    let ask = ["caught", "caught", "rebuild", "swap", "swap_back", "remove", "kill"][rng.usize(..7)];
                    if ask == "kill" {
                        ids[which].store(0, Ordering::Relaxed);
                        process = started(path, folder);
                        ids[which].store(process.id(), Ordering::Relaxed);
                        kills += 1;
                        continue;
                    }
                    let answer = process.ask(ask);
                    waits += usize::from(ask == "caught");
                    assert!(answer == "ok" || answer == "done", "{ask}: {answer}");
                }
                assert_eq!(process.ask("caught"), "ok");
                (waits, kills)
            })
        });
        let (mut rng, begun) = (fastrand::Rng::new(), Instant::now());
        while begun.elapsed() < Duration::from_secs(seconds)
            && !threads.iter().any(thread::ScopedJoinHandle::is_finished)
        {
            for _ in 0..rng.u8(..5) {
                number += 1;
                tally::commit(&store, number);
            }
            let id = ids[rng.usize(..3)].load(Ordering::Relaxed);
            if id > 0 && rng.bool() && signal(id, "-STOP") {
                stops += 1;
                thread::sleep(Duration::from_millis(rng.u64(..300)));
                signal(id, "-CONT");
            }
            thread::sleep(Duration::from_millis(rng.u64(..30)));
        }
        is_over.store(true, Ordering::Relaxed);
        threads.map(|thread| thread.join().unwrap())
    });
    println!("{number} commits, {stops} stops, waits and kills of each process {counts:?}");
    assert_right(&store, &open(&folder));
}

#[test]
fn who_cannot_read_what_another_has_swapped_in_waits_for_nothing() {
    let (_folder, folder, store) = made(3);
    let views = open(&folder).with::<Total>();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    let other = open(&folder);
    let of_other = other.run(store.clone()).unwrap();
    block_on(other.rebuild::<Tally>()).unwrap();
    let number = || block_on(other.generations::<Tally>()).unwrap().iter().find(|one| one.is_active).unwrap().number;
    let before = number();
    crate::wait_until("it is swapped in", || number() > before);
    of_other.stop_blocking();
    let file = folder.join(format!("Tally-{}.db", number()));
    fs::hard_link(&file, folder.join("other")).unwrap();
    tally::commit(&store, 4);
    let waited = block_on(views.wait_for::<Tally>(12, Duration::from_secs(30)));
    assert!(matches!(waited, Err(ViewError::Rows(_))), "{waited:?}");
    crate::wait_until("it stops", || crate::stopped(&views).is_some());
    // The other view of the runner goes on.
    tally::commit(&store, 5);
    let waited = block_on(views.wait_for::<Tally>(13, Duration::from_secs(20)));
    assert!(matches!(waited, Err(ViewError::Stopped { .. })), "{waited:?}");
    block_on(views.wait_for::<Total>(13, Duration::from_secs(30))).unwrap();
    running.stop_blocking();
}
