//! Several processes on one folder: one keeps a view up to date, the others stand by; one that stood still is fenced.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::SqliteStore;
use eventsourcing_tests::received;
use eventsourcing_tests::sqlite::commit_of;
use eventsourcing_tests::tally::{self, Tally};
use pollster::block_on;

use crate::serving::{Serving, Subscriber};
use crate::{assert_right, open, place, quiet, wait_until};

fn started(store: &std::path::Path, views: &std::path::Path, lease: u64) -> Serving {
    let mut process = Serving::start(store, views, lease);
    assert_eq!(process.answer(), "open");
    assert_eq!(process.ask("run"), "done");
    process
}

#[test]
fn a_runner_that_stood_still_past_its_lease_is_fenced_and_takes_over_again_when_the_other_ends() {
    quiet();
    let (_folder, path, folder) = place();
    let store = SqliteStore::open(&path).unwrap();
    let mut number = 0;
    let mut commit = || {
        number += 1;
        tally::commit(&store, number);
    };
    let mut first = started(&path, &folder, 300);
    commit();
    assert_eq!(first.ask("caught"), "ok");
    let mut second = started(&path, &folder, 300);
    second.wait("state", "Standby");
    for round in 0..3 {
        first.signal("-STOP");
        commit();
        second.wait("state", "Live");
        assert_eq!(second.ask("caught"), "ok");
        commit();
        first.signal("-CONT");
        commit();
        first.wait("state", "Standby");
        assert_eq!(first.ask("caught"), "ok", "it sees what the other makes");
        // Both live on: neither takes the place of the other.
        for _ in 0..30 {
            assert_eq!((&*first.ask("state"), &*second.ask("state")), ("Standby", "Live"), "{round}");
            thread::sleep(Duration::from_millis(20));
        }
        commit();
        assert_eq!(second.ask("caught"), "ok");
        assert_eq!(first.ask("count"), second.ask("count"));
        std::mem::swap(&mut first, &mut second);
    }
    // The other has it, and ends.
    drop(first);
    second.wait("state", "Live");
    commit();
    assert_eq!(second.ask("caught"), "ok");
    drop(second);
    assert_right(&store, &open(&folder));
}

/// The one that has taken the place of another which was stopped keeps it, however many wait, and whatever lease they have themselves.
#[test]
fn who_has_taken_over_keeps_it_while_a_third_stands_by() {
    quiet();
    let (_folder, path, folder) = place();
    let store = SqliteStore::open(&path).unwrap();
    tally::commit(&store, 1);
    let mut first = started(&path, &folder, 600);
    assert_eq!(first.ask("caught"), "ok");
    let mut second = started(&path, &folder, 600);
    second.wait("state", "Standby");
    first.signal("-STOP");
    second.wait("state", "Live");
    // Its own lease is shorter than the pause between two signs of life of the others.
    let mut third = started(&path, &folder, 20);
    third.wait("state", "Standby");
    first.signal("-CONT");
    first.wait("state", "Standby");
    for _ in 0..60 {
        assert_eq!((&*first.ask("state"), &*second.ask("state"), &*third.ask("state")), ("Standby", "Live", "Standby"));
        thread::sleep(Duration::from_millis(20));
    }
    // It is followed at once by one of the others, also without an end of its own.
    second.signal("-KILL");
    let begun = Instant::now();
    while first.ask("state") != "Live" && third.ask("state") != "Live" {
        assert!(begun.elapsed() < Duration::from_secs(60));
    }
    drop((first, second, third));
    assert_right(&store, &open(&folder));
}

#[test]
fn processes_that_are_stopped_killed_and_started_again_read_each_event_once() {
    quiet();
    let seconds = std::env::var("VIEWS_FAULTS_SECONDS").map_or(4, |seconds| seconds.parse().unwrap());
    let mut rng = fastrand::Rng::new();
    let (_folder, path, folder) = place();
    let store = SqliteStore::open(&path).unwrap();
    let mut processes: Vec<_> = (0..3).map(|_| started(&path, &folder, 100)).collect();
    let received = path.with_file_name("received");
    let mut subscribers: Vec<_> = (0..2).map(|_| Subscriber::start(&path, &folder, &received, 100)).collect();
    let (begun, mut number, mut stops) = (Instant::now(), 0, 0);
    // What is done is chance: it ends when enough was.
    while begun.elapsed() < Duration::from_secs(seconds) || stops < 3 {
        let (which, subscriber) = (rng.usize(..3), rng.usize(..2));

        match rng.u8(..7) {
            0 => processes[which] = started(&path, &folder, 100),
            1 => {
                processes[which].signal("-STOP");
                stops += 1;
            }
            2 => {
                for process in &processes {
                    process.signal("-CONT");
                }
                for process in &subscribers {
                    process.signal("-CONT");
                }
            }
            3 => {
                let views = open(&folder);
                block_on(views.rebuild::<Tally>()).unwrap();
            }
            4 => subscribers[subscriber] = Subscriber::start(&path, &folder, &received, 100),
            _ => subscribers[subscriber].signal("-STOP"),
        }
        for _ in 0..rng.u8(..10) {
            number += 1;
            tally::commit(&store, number);
        }
        thread::sleep(Duration::from_millis(rng.u64(..150)));
    }
    for process in &processes {
        process.signal("-CONT");
    }
    for process in &subscribers {
        process.signal("-CONT");
    }
    for process in &mut processes {
        assert_eq!(process.ask("caught"), "ok");
    }
    let head = store.blocking().head().unwrap().get();
    wait_until("all is delivered", || {
        assert!(subscribers.iter_mut().all(Subscriber::is_running));
        received::acknowledged(&received) == head
    });
    drop((processes, subscribers));
    let again = received::assert_delivered(&received, head);
    println!("{number} commits, {stops} stops of runners, {again} events delivered again");
    assert_right(&store, &open(&folder));
}

#[test]
fn processes_that_make_one_folder_at_the_same_time_all_begin() {
    for _ in 0..3 {
        let (_folder, path, folder) = place();
        drop(SqliteStore::open(&path).unwrap());
        let mut processes: Vec<_> = (0..6).map(|_| Serving::start(&path, &folder, 5_000)).collect();
        for process in &mut processes {
            assert_eq!(process.answer(), "open");
            assert_eq!(process.ask("run"), "done");
        }
        for process in &mut processes {
            assert_eq!(process.ask("caught"), "ok");
        }
    }
}

#[test]
fn what_is_swapped_in_by_another_process_is_seen_at_once_after_it_was_waited_for_and_soon_without() {
    quiet();
    let (_folder, path, folder) = place();
    let store = SqliteStore::open(&path).unwrap();
    (1..4).for_each(|number| tally::commit(&store, number));
    // So long that nothing is found by a look in its time.
    let mut runner = started(&path, &folder, 60_000);
    assert_eq!(runner.ask("caught"), "ok");
    let mut other = started(&path, &folder, 60_000);
    other.wait("state", "Standby");
    assert_eq!(other.ask("count"), "9");
    let reader = open(&folder);
    for round in 1..=4 {
        let conn = rusqlite::Connection::open(folder.join(format!("Tally-{round}.db"))).unwrap();
        conn.execute("UPDATE Tally SET count = 1000", ()).unwrap();
        drop(conn);
        assert_eq!(runner.ask("rebuild"), "done");
        runner.wait("generation", &(round + 1).to_string());
        let begun = Instant::now();
        if round % 2 == 0 {
            assert_eq!(other.ask("caught"), "ok");
            assert_eq!(other.ask("count"), "9");
        } else {
            wait_until("it is seen", || tally::rows(&reader).iter().map(Tally::count).sum::<i64>() == 9);
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}

#[test]
fn a_rebuild_while_writers_commit_is_whole() {
    quiet();
    let (_folder, path, folder) = place();
    let store = SqliteStore::open(&path).unwrap();
    let views = open(&folder);
    let running = views.run(store.clone()).unwrap();
    thread::scope(|scope| {
        for writer in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for before in 0..60 {
                    let number = 100 + writer * 1_000 + before;
                    store.blocking().commit(commit_of(number, &[(10 + writer, before, 1)])).unwrap();
                }
            });
        }
        for _ in 0..3 {
            // Two are one.
            block_on(views.rebuild::<Tally>()).unwrap();
            block_on(views.rebuild::<Tally>()).unwrap();
            let generation = || views.status().iter().find(|one| one.is_shown).map(|one| one.generation);
            let before = generation();
            wait_until("it is swapped in", || generation() > before);
            block_on(views.caught_up()).unwrap();
        }
    });
    running.stop_blocking();
    assert_eq!(views.status().len(), 1);
    assert_right(&store, &views);
}

#[test]
fn a_folder_that_may_not_be_written_is_refused_and_one_that_becomes_so_is_tried_again() {
    let (_outer, path, folder) = place();
    fs::create_dir(&folder).unwrap();
    drop(SqliteStore::open(&path).unwrap());
    let permit = |mode_of_folder, mode_of_files| {
        for entry in fs::read_dir(&folder).unwrap() {
            fs::set_permissions(entry.unwrap().path(), fs::Permissions::from_mode(mode_of_files)).unwrap();
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(mode_of_folder)).unwrap();
    };
    let outer = path.parent().unwrap();
    fs::set_permissions(outer, fs::Permissions::from_mode(0o777)).unwrap();
    for file in fs::read_dir(outer).unwrap() {
        let file = file.unwrap().path();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o777)).unwrap();
    }
    permit(0o555, 0o444);
    let refusal = Serving::by_other_user(&path, &folder, 300).refusal();
    assert!(refusal.contains("views.db") && refusal.contains("NotAllowed"), "{refusal}");
    permit(0o777, 0o666);
    let mut process = Serving::by_other_user(&path, &folder, 300);
    assert_eq!(process.answer(), "open");
    // No file of a generation can be made.
    permit(0o555, 0o666);
    assert_eq!(process.ask("run"), "done");
    thread::sleep(Duration::from_millis(100));
    permit(0o777, 0o666);
    assert_eq!(process.ask("caught"), "ok");
    drop(process);
    permit(0o555, 0o444);
    let refusal = Serving::by_other_user(&path, &folder, 300).refusal();
    assert!(refusal.contains("views.db"), "{refusal}");
    permit(0o777, 0o666);
}
