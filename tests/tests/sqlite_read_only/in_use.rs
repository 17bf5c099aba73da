//! Beside others who write to the file, come and go, and are killed.

use std::fs;
use std::path::Path;

use eventsourcing::SqliteStore;
use eventsourcing_tests::sqlite::{beside, place, without_a_trace};

use crate::console::{Console, closed, head, left};

#[test]
fn what_others_commit_is_read_and_no_byte_is_changed() {
    let (folder, path) = place();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut writer = Console::write(&path);
    let mut reader = without_a_trace(folder.path(), || Console::read(&path));
    for round in 0..12 {
        let count = round * 7;
        assert_eq!(writer.ask(&format!("commit {count}")), head(count));
        without_a_trace(folder.path(), || {
            let mut late = Console::read(&path);
            for reader in [&mut reader, &mut late] {
                assert_eq!(reader.ask("check"), head(count));
                assert_eq!(reader.ask("head"), head(count));
            }
            let copy = elsewhere.path().join(format!("{round}.db"));
            assert_eq!(reader.ask(&format!("backup {}", copy.display())), head(count));
            assert_eq!(Console::read(&copy).ask("check"), head(count));
            late.close();
        });
    }
    assert_eq!(reader.ask("id"), writer.ask("id"));
    without_a_trace(folder.path(), || reader.close());
    writer.close();
    assert!(!beside(&path, "-wal").exists(), "nothing of the reader is in the way");
}

#[test]
fn who_waits_for_a_commit_of_another_process_gets_it() {
    let (_folder, path) = closed(1);
    let mut reader = Console::read(&path);
    for count in 2..6 {
        reader.request(&format!("wait {}", head(count - 1)));
        let mut writer = Console::write(&path);
        assert_eq!(writer.ask(&format!("commit {count}")), head(count));
        assert_eq!(reader.answer(), head(count));
        if count % 2 == 0 {
            writer.close();
        } else {
            writer.abort();
        }
    }
}

#[test]
fn writers_come_and_go_and_are_killed_while_it_is_open() {
    let (folder, path) = closed(3);
    let mut reader = Console::read(&path);
    let mut count = 3;
    let check = |reader: &mut Console, count| {
        without_a_trace(folder.path(), || assert_eq!(reader.ask("check"), head(count)));
    };
    check(&mut reader, count);
    for round in 0..6 {
        let mut writer = Console::write(&path);
        check(&mut reader, count);
        for _ in 0..3 {
            count += 2;
            assert_eq!(writer.ask(&format!("commit {count}")), head(count));
            check(&mut reader, count);
        }
        if round % 3 == 1 {
            writer.abort();
        } else {
            writer.close();
        }
        check(&mut reader, count);
        if round == 4 {
            // Nothing of it is left open that would keep the last writer from ending the WAL.
            std::thread::sleep(std::time::Duration::from_secs(3));
            Console::write(&path).close();
            assert!(!beside(&path, "-wal").exists() && !beside(&path, "-shm").exists());
            check(&mut reader, count);
        }
    }
}

/// Reads again and again while something is done, and gives how often.
fn reading_while(path: &Path, act: impl FnOnce()) -> usize {
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let (mut reader, mut checks, mut last) = (Console::read(path), 0, 0);
                    while !stop.load(std::sync::atomic::Ordering::SeqCst) {
                        let answer = reader.ask("check");
                        let head: u64 = answer.parse().unwrap_or_else(|_| panic!("{answer}"));
                        assert!(head >= last, "{head} after {last}");
                        (checks, last) = (checks + 1, head);
                    }
                    reader.close();
                    checks
                })
            })
            .collect();
        act();
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        readers.into_iter().map(|reader| reader.join().unwrap()).sum()
    })
}

#[test]
fn nothing_is_mixed_of_two_moments_however_others_open_and_close_the_file() {
    let (_folder, path) = closed(5);
    let mut count = 5;
    let checks = reading_while(&path, || {
        for round in 0..60 {
            count += 3;
            let mut writer = Console::write(&path);
            assert_eq!(writer.ask(&format!("commit {count}")), head(count));
            if round % 10 == 7 {
                writer.abort();
            } else {
                writer.close();
            }
        }
    });
    assert!(checks > 20, "{checks}");
    assert_eq!(Console::read(&path).ask("check"), head(count));
}

#[test]
fn what_takes_the_place_of_the_file_is_not_read_for_it() {
    for make in [closed, left] {
        let (folder, path) = make(9);
        let (_other_folder, other) = closed(4);
        let mut reader = Console::read(&path);
        assert_eq!(reader.ask("check"), head(9));
        // Its connections are closed when nothing uses them: then the store is not in use.
        let since = std::time::Instant::now();
        while let Err(error) = SqliteStore::restore(&other, &path) {
            assert!(since.elapsed().as_secs() < 30, "{error}");
        }
        let answer = without_a_trace(folder.path(), || reader.ask("check"));
        assert!(answer.starts_with("Closed: ") && answer.contains("was replaced by another file"), "{answer}");
        assert_eq!(Console::read(&path).ask("check"), head(4));
        fs::remove_file(&path).unwrap();
        assert!(reader.ask("head").starts_with("Closed: "));
    }
}

#[test]
fn who_commits_all_the_time_is_in_no_readers_way() {
    const COMMITS: usize = 400;
    let (_folder, path) = closed(1);
    let mut writer = Console::write(&path);
    writer.request(&format!("commit {COMMITS}"));
    let (mut reader, mut checks) = (Console::read(&path), 0);
    loop {
        let answer = reader.ask("check");
        assert!(answer.parse::<u64>().is_ok(), "{answer}");
        if answer == head(COMMITS) {
            break;
        }
        checks += 1;
    }
    assert!(checks > 1, "{checks}");
    assert_eq!(writer.answer(), head(COMMITS));
}
